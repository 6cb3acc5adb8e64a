"""What a signed-in person does with their own account."""

from dataclasses import dataclass

from authflow.crypto.password_hash import PasswordHash
from authflow.crypto.randomness import new_public_id
from authflow.database.transaction import Database
from authflow.domain import limits
from authflow.domain.device import Device
from authflow.domain.email_address import EmailAddress
from authflow.domain.event import EventType
from authflow.domain.jobs import PasswordChangedMail
from authflow.domain.password_policy import PasswordPolicy
from authflow.domain.session import SignedIn
from authflow.domain.user import Account, ProfileChange, User
from authflow.errors import SessionRevoked, ValidationFailed, WrongPassword
from authflow.log import log_event
from authflow.services.account_security import end_all
from authflow.services.limits import LimitService
from authflow.services.verification_request import VerificationRequestService


@dataclass(frozen=True)
class AccountService:
    database: Database
    passwords: PasswordHash
    policy: PasswordPolicy
    verification_requests: VerificationRequestService
    limits: LimitService

    def change_profile(self, signed_in: SignedIn, change: ProfileChange) -> User:
        """Changes the caller's own account. Raises SessionRevoked, DatabaseUnavailable."""
        user = self.database.autocommit.users.change_profile(signed_in.user.id, change)
        if user is None:
            raise SessionRevoked
        return user

    def change_password(self, signed_in: SignedIn, current: str, new: str, device: Device) -> None:
        """Sets the password; every other session and every pending secret ends with the old one.

        Raises ValidationFailed, WrongPassword, SessionRevoked, HashingBusy, DatabaseUnavailable.
        """
        user = signed_in.user
        if objections := self.policy.objections(new, user.address, user.username):
            raise ValidationFailed({"newPassword": objections})
        account = self._confirm(signed_in, current, "currentPassword")
        password_hash = self.passwords.make(new, is_familiar=True)
        with self.database.transaction() as tx:
            # `users` first: a login at the same time waits here, or has its session revoked below.
            if not tx.users.set_password(account, signed_in.session_id, password_hash):
                raise SessionRevoked
            ended = end_all(tx, account.user.id, spare=signed_in.session_id)
            tx.events.add(EventType.PASSWORD_CHANGED, account.user.id, device, signed_in.session_id)
            tx.jobs.add(PasswordChangedMail.caused_by(device, new_public_id(), user_id=account.user.id))
        log_event("password_changed", user_id=account.user.id, sessions_ended=ended)

    def change_email(self, signed_in: SignedIn, new: EmailAddress, password: str, device: Device) -> str:
        """Asks to verify the new address, taken or not; nothing changes before. The `registrationId`.

        Raises WrongPassword, SessionRevoked, HashingBusy, DatabaseUnavailable.
        """
        account = self._confirm(signed_in, password, "password")
        with self.database.transaction() as tx:
            if not tx.users.is_unchanged(account, signed_in.session_id):
                raise SessionRevoked
            registration_id = self.verification_requests.ask_of_email_change(tx, signed_in, new, device)
            tx.events.add(EventType.EMAIL_CHANGE_ASKED, account.user.id, device, signed_in.session_id)
        self.limits.keep(limits.EMAIL_CHANGE)
        return registration_id

    def delete(self, signed_in: SignedIn, password: str) -> None:
        """Deletes the caller's account, once its password was given again.

        Raises WrongPassword, SessionRevoked, RateLimited, HashingBusy, DatabaseUnavailable.
        """
        account = self._confirm(signed_in, password, "password")
        with self.database.transaction() as tx:
            tx.users.lock(account.user.id)
            # However much belongs to it, the answer comes in the same time: the sweep removes the rest.
            remove = tx.users_removed.empty if tx.users_removed.is_large(account) else tx.users.remove
            if not remove(account, signed_in.session_id):
                raise SessionRevoked
            tx.verifications.remove_of(account.user.id)
        log_event("account_deleted", user_id=account.user.id)

    def _confirm(self, signed_in: SignedIn, password: str, field: str) -> Account:
        """`field`: where the password was given, on the wire."""
        account = self.database.autocommit.users.find(signed_in.user.id)
        if account is None:
            raise SessionRevoked
        if not self.passwords.match(password, account.password_hash, is_familiar=self.limits.is_familiar()):
            self.limits.keep()
            log_event("password_check_failed", user_id=signed_in.user.id)
            raise WrongPassword(field)
        self.limits.accept_password()
        return account
