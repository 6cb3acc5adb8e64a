"""Ask for the verification of a mailbox: each time a row or a job, and a mail that the worker sends."""

from dataclasses import dataclass

from authflow.crypto.randomness import new_nonce, new_public_id, new_secret
from authflow.crypto.refresh_token import hash_of
from authflow.crypto.registration_secret import new_registration_secret
from authflow.database.transaction import Database, Repositories
from authflow.domain.device import Device
from authflow.domain.email_address import EmailAddress
from authflow.domain.jobs import AccountVerificationMail, EmailChangeAskedMail, VerificationMail
from authflow.domain.session import SignedIn
from authflow.domain.user import User
from authflow.domain.verification import VerificationLife
from authflow.log import log_event
from authflow.services.limits import LimitService


@dataclass(frozen=True)
class VerificationRequestService:
    database: Database
    limits: LimitService
    life: VerificationLife

    def ask_of_sign_up(self, username: str, email: EmailAddress, password_hash: str, device: Device) -> str:
        """The `registrationId`. Raises DatabaseUnavailable."""
        registration = new_registration_secret()
        with self.database.transaction() as tx:
            tx.verification_requests.add_sign_up(
                username, email, password_hash, registration.hash, registration.nonce
            )
            tx.jobs.add(self._verification_mail(registration.hash, registration.nonce, device))
        log_event("signed_up")
        return registration.id

    def ask_of_account(self, user: User, device: Device) -> str:
        """One `registrationId` more for an account that never proved its email; earlier mails stay good.

        Raises DatabaseUnavailable.
        """
        registration = new_registration_secret()
        with self.database.transaction() as tx:
            verification = tx.verification_requests.put_account(
                user.email_canonical, registration.hash, registration.nonce, self.life, asked_at=None
            )
            if verification is not None:
                tx.jobs.add(self._verification_mail(registration.hash, verification.nonce, device))
        log_event("email_proof_asked", user_id=user.id)
        return registration.id

    def ask_of_email_change(self, tx: Repositories, asking: SignedIn, new: EmailAddress, device: Device) -> str:
        """The `registrationId`; a mail to the new address, a notice to the old one. Raises DatabaseUnavailable."""
        registration, user = new_registration_secret(), asking.user
        tx.verification_requests.put_email_change(
            user.id, asking.session_id, new, registration.hash, registration.nonce
        )
        tx.jobs.add(self._verification_mail(registration.hash, registration.nonce, device))
        tx.jobs.add(
            EmailChangeAskedMail.caused_by(
                device,
                new_public_id(),
                user_id=user.id,
                old_email=user.email,
                new_email_masked=new.masked,
                was_proved=user.email_verified,
            )
        )
        log_event("email_change_asked", user_id=user.id)
        return registration.id

    def ask_again(self, registration_id: str, device: Device) -> None:
        """One job is added, known or not. Raises DatabaseUnavailable."""
        self.database.autocommit.jobs.add(self._verification_mail(hash_of(registration_id), new_nonce(), device))
        self.limits.keep()

    def ask_again_by_email(self, email: EmailAddress, device: Device) -> None:
        """Likewise, for an account that never proved its email. Raises DatabaseUnavailable."""
        self.database.autocommit.jobs.add(
            AccountVerificationMail.caused_by(
                device,
                new_public_id(),
                email_canonical=email.canonical,
                registration_hash=hash_of(new_secret()).hex(),
                nonce=new_nonce().hex(),
                life=self.life.unproved,
            )
        )
        self.limits.keep()

    def _verification_mail(self, registration_hash: bytes, nonce: bytes, device: Device) -> VerificationMail:
        return VerificationMail.caused_by(
            device,
            new_public_id(),
            registration_hash=registration_hash.hex(),
            nonce=nonce.hex(),
            life=self.life.unproved,
        )
