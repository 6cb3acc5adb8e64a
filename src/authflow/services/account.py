"""What a signed-in person does with their own account."""

from dataclasses import dataclass

from authflow.crypto.password_hash import PasswordHash
from authflow.database.transaction import Database
from authflow.domain.password_policy import PasswordPolicy
from authflow.domain.session import SignedIn
from authflow.domain.user import Account, User
from authflow.errors import InvalidCredentials, SessionRevoked, ValidationFailed
from authflow.log import log_event


@dataclass(frozen=True)
class AccountService:
    database: Database
    passwords: PasswordHash
    policy: PasswordPolicy

    def rename(self, signed_in: SignedIn, username: str) -> User:
        """Raises SessionRevoked, DatabaseUnavailable."""
        user = self.database.once.users.rename(signed_in.user.id, username)
        if user is None:
            raise SessionRevoked
        return user

    def change_password(self, signed_in: SignedIn, current: str, new: str) -> None:
        """Sets the password; every other session and every pending secret ends with the old one.

        Raises ValidationFailed, InvalidCredentials, SessionRevoked, HashingBusy, DatabaseUnavailable.
        """
        user = signed_in.user
        if objections := self.policy.objections(new, user.address, user.username):
            raise ValidationFailed({"newPassword": objections})
        account = self._confirm(signed_in, current)
        password_hash = self.passwords.make(new)
        with self.database.transaction() as tx:
            # `users` first: a login at the same time waits here, or has its session revoked below.
            if not tx.users.set_password(account, signed_in.session_id, password_hash):
                raise SessionRevoked
            ended = tx.refresh_tokens.revoke_all(account.user.id, spare=signed_in.session_id)
        log_event("password_changed", user_id=account.user.id, sessions_ended=ended)

    def delete(self, signed_in: SignedIn, password: str) -> None:
        """Raises InvalidCredentials, SessionRevoked, HashingBusy, DatabaseUnavailable."""
        account = self._confirm(signed_in, password)
        if not self.database.once.users.remove(account, signed_in.session_id):
            raise SessionRevoked
        log_event("account_deleted", user_id=account.user.id)

    def _confirm(self, signed_in: SignedIn, password: str) -> Account:
        account = self.database.once.users.find(signed_in.user.id)
        if not self.passwords.match(password, account and account.password_hash) or account is None:
            log_event("password_check_failed", user_id=signed_in.user.id)
            raise InvalidCredentials
        return account
