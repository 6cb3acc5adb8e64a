"""Ask for the proof of a mailbox, and take it: by the mailbox, and by the one who asked.

Neither half is enough. The mailed token or code shows that the mail was read; the `registrationId` or the password
shows that its reader is the one who signed up, and not the owner of an address that a stranger typed.
"""

from dataclasses import dataclass

from authflow.crypto.mailed_secret import MailedSecrets, Purpose, Reference, find_reference
from authflow.crypto.password_hash import PasswordHash
from authflow.crypto.randomness import new_nonce, new_public_id, new_secret
from authflow.crypto.refresh_token import hash_of
from authflow.crypto.registration import new_registration
from authflow.database.transaction import Database, Repositories
from authflow.domain import limits
from authflow.domain.device import Device
from authflow.domain.email_address import EmailAddress
from authflow.domain.jobs import AccountProofMail, EmailChangeAskedMail, ProofMail
from authflow.domain.mailbox_proof import MailboxProof, ProofKind, ProofLife
from authflow.domain.mailed_code import CODE_LIFE, find_code
from authflow.domain.session import SignedIn
from authflow.domain.user import User
from authflow.errors import InvalidCredentials, PasswordRequired, VerificationInvalid
from authflow.log import log_event
from authflow.services.proved_mailbox import ProvedMailbox
from authflow.services.signing_in import LoggedIn
from authflow.services.throttle import Throttle


@dataclass(frozen=True)
class MailboxProofService:
    database: Database
    passwords: PasswordHash
    secrets: MailedSecrets
    throttle: Throttle
    proved: ProvedMailbox
    life: ProofLife

    def ask_of_sign_up(self, username: str, email: EmailAddress, password_hash: str, device: Device) -> str:
        """The `registrationId`. Raises DatabaseUnavailable."""
        registration = new_registration()
        with self.database.transaction() as tx:
            tx.proof_requests.add_sign_up(username, email, password_hash, registration.hash, registration.nonce)
            tx.jobs.add(self._proof_mail(registration.hash, registration.nonce, device))
        log_event("signed_up")
        return registration.id

    def ask_of_account(self, user: User, device: Device) -> str:
        """One `registrationId` more for an account that never proved its email; earlier mails stay good.

        Raises DatabaseUnavailable.
        """
        registration = new_registration()
        with self.database.transaction() as tx:
            proof = tx.proof_requests.put_account(
                user.email_canonical, registration.hash, registration.nonce, self.life, asked_at=None
            )
            if proof is not None:
                tx.jobs.add(self._proof_mail(registration.hash, proof.nonce, device))
        log_event("email_proof_asked", user_id=user.id)
        return registration.id

    def ask_of_email_change(self, tx: Repositories, asking: SignedIn, new: EmailAddress, device: Device) -> str:
        """The `registrationId`; a mail to the new address, a notice to the old one. Raises DatabaseUnavailable."""
        registration, user = new_registration(), asking.user
        tx.proof_requests.put_email_change(user.id, asking.session_id, new, registration.hash, registration.nonce)
        tx.jobs.add(self._proof_mail(registration.hash, registration.nonce, device))
        tx.jobs.add(
            EmailChangeAskedMail.caused_by(
                device, new_public_id(), user_id=user.id, old_email=user.email, new_email_masked=new.masked
            )
        )
        log_event("email_change_asked", user_id=user.id)
        return registration.id

    def ask_again(self, registration_id: str, device: Device) -> None:
        """One job is added, known or not, unless its mailbox had its share. Raises DatabaseUnavailable."""
        registration_hash = hash_of(registration_id)
        proof = self.database.once.mailbox_proofs.find_by_registration(registration_hash, self.life)
        if self.throttle.hears(limits.RESEND_OF_PROOF, proof.email_canonical if proof else registration_id):
            self.database.once.jobs.add(self._proof_mail(registration_hash, new_nonce(), device))

    def ask_again_by_email(self, email: EmailAddress, device: Device) -> None:
        """Likewise, for an account that never proved its email. Raises DatabaseUnavailable."""
        self.database.once.jobs.add(
            AccountProofMail.caused_by(
                device,
                new_public_id(),
                email_canonical=email.canonical,
                registration_hash=hash_of(new_secret()).hex(),
                nonce=new_nonce().hex(),
                life=self.life.unproved,
            )
        )

    def prove_by_code(self, registration_id: str, code: str, device: Device, delivery: str) -> LoggedIn:
        """`code` as it was typed. Raises VerificationInvalid, DatabaseUnavailable."""
        digits = find_code(code)
        if digits is None:
            raise VerificationInvalid
        proof = self._find_by_registration(registration_id)
        mails = self._list_mails(proof)
        is_heard = self.throttle.hears(limits.CODE, proof.email_canonical)
        has_try = self.database.once.mailbox_proofs.take_try(proof)
        mail = next((mail for mail in mails if self._is_code(digits, mail)), None)
        if mail is None or not (is_heard and has_try):
            log_event("verification_code_refused", proof_id=proof.id, user_id=proof.user_id)
            raise VerificationInvalid
        return self.proved.settle(proof, mail, CODE_LIFE, device, delivery)

    def prove_by_link(self, registration_id: str, token: str, device: Device, delivery: str) -> LoggedIn:
        """Raises VerificationInvalid, DatabaseUnavailable."""
        proof = self._find_by_registration(registration_id)
        mail = next((mail for mail in self._list_mails(proof) if self._is_token(token, mail)), None)
        if mail is None:
            raise VerificationInvalid
        return self.proved.settle(proof, mail, None, device, delivery)

    def prove_elsewhere(self, token: str, password: str | None, device: Device, delivery: str) -> LoggedIn:
        """Where no `registrationId` is at hand, the password that was chosen is the other half.

        Raises VerificationInvalid, PasswordRequired, InvalidCredentials, RateLimited, HashingBusy,
        DatabaseUnavailable.
        """
        mail = self._find_by_token(token)
        if password is None:
            raise PasswordRequired
        for proof in (mail, self._find_newer(mail)):
            if proof is not None and self._is_password(password, proof, device):
                return self.proved.settle(proof, mail, None, device, delivery)
        raise InvalidCredentials

    def _list_mails(self, proof: MailboxProof) -> list[MailboxProof]:
        """Whose mail shows that the mailbox was read: its own, and of sign-ups those to exactly that address.

        Who pressed the button twice has two mails, and cannot tell which is of the answer that the browser kept.
        """
        if proof.kind is not ProofKind.SIGN_UP:
            return [proof]
        mailed = self.database.once.mailbox_proofs.list_mailed_sign_ups(proof.email_canonical, self.life)
        return [proof, *(mail for mail in mailed if mail.id != proof.id)]

    def _find_newer(self, mail: MailboxProof) -> MailboxProof | None:
        """The newest sign-up for the address of another one's mail, if that mail is good for it."""
        if mail.kind is not ProofKind.SIGN_UP:
            return None
        newest = self.database.once.mailbox_proofs.find_newest_sign_up(mail.email_canonical, self.life)
        if newest is None or newest.id == mail.id:
            return None
        return newest if any(each.id == mail.id for each in self._list_mails(newest)) else None

    def _is_code(self, digits: str, mail: MailboxProof) -> bool:
        return mail.is_code_live and self.secrets.is_code(digits, _reference(mail), mail.code_nonce)

    def _is_token(self, token: str, mail: MailboxProof) -> bool:
        return self.secrets.is_token(token, _reference(mail), mail.nonce)

    def _is_password(self, password: str, proof: MailboxProof, device: Device) -> bool:
        """Counts as a login. Raises RateLimited, HashingBusy, DatabaseUnavailable."""
        self.throttle.check(limits.LOGIN, device, self._whose_password(proof))
        is_right = self.passwords.match(password, proof.password_hash)
        if not is_right:
            log_event("verification_password_wrong", proof_id=proof.id, user_id=proof.user_id)
        return is_right

    def _proof_mail(self, registration_hash: bytes, nonce: bytes, device: Device) -> ProofMail:
        return ProofMail.caused_by(
            device,
            new_public_id(),
            registration_hash=registration_hash.hex(),
            nonce=nonce.hex(),
            life=self.life.unproved,
        )

    def _whose_password(self, proof: MailboxProof) -> str:
        """The email that a try is counted for: of a change of email it is the account's own, not the new one."""
        account = self.database.once.users.find(proof.user_id) if proof.user_id else None
        return account.user.email_canonical if account else proof.email_canonical

    def _find_by_registration(self, registration_id: str) -> MailboxProof:
        proof = self.database.once.mailbox_proofs.find_by_registration(hash_of(registration_id), self.life)
        if proof is None:
            raise VerificationInvalid
        return proof

    def _find_by_token(self, token: str) -> MailboxProof:
        reference = find_reference(token)
        if reference is None or reference.purpose != Purpose.PROOF:
            raise VerificationInvalid
        proof = self.database.once.mailbox_proofs.find(reference.row_id, self.life)
        if proof is None or not self._is_token(token, proof):
            raise VerificationInvalid
        return proof


def _reference(proof: MailboxProof) -> Reference:
    return Reference(Purpose.PROOF, proof.id)
