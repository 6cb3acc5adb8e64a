"""Turn an email and a password into a session."""

from contextlib import suppress
from dataclasses import dataclass

from authflow.crypto.password_hash import PasswordHash
from authflow.crypto.randomness import new_secret
from authflow.crypto.refresh_token import hash_of
from authflow.database.transaction import Database
from authflow.domain.device import Device
from authflow.domain.email_address import EmailAddress
from authflow.domain.user import Account, User
from authflow.errors import AccountDisabled, InvalidCredentials, Unavailable
from authflow.log import log_event
from authflow.services.token_pair import TokenIssuer, TokenPair


@dataclass(frozen=True, slots=True)
class LoggedIn:
    user: User
    tokens: TokenPair


@dataclass(frozen=True)
class LoginService:
    database: Database
    passwords: PasswordHash
    tokens: TokenIssuer

    def log_in(self, email: EmailAddress, password: str, device: Device, delivery: str) -> LoggedIn:
        """Raises InvalidCredentials, AccountDisabled, HashingBusy, DatabaseUnavailable."""
        account = self.database.once.users.find_by_email(email)
        # An unknown email pays for a hash too: the answer's time must not tell.
        if not self.passwords.match(password, account and account.password_hash) or account is None:
            log_event("login_failed", user_id=account and account.user.id)
            raise InvalidCredentials
        if account.is_disabled:
            log_event("login_refused", user_id=account.user.id)
            raise AccountDisabled
        logged_in = self._start_session(account, device, delivery)
        self._renew_hash(account, password)
        return logged_in

    def _start_session(self, account: Account, device: Device, delivery: str) -> LoggedIn:
        secret = new_secret()
        session = self.database.once.refresh_tokens.add_if_password_unchanged(
            account, hash_of(secret), device, delivery
        )
        if session is None:
            # The password was changed, or the account disabled, while this one was being checked.
            log_event("login_failed", user_id=account.user.id)
            raise InvalidCredentials
        log_event("login_succeeded", user_id=account.user.id, session_id=session.id)
        return LoggedIn(account.user, self.tokens.pair(session, account.user.role, secret))

    def _renew_hash(self, account: Account, password: str) -> None:
        """A hash that another program made, or a cheaper one, is replaced while the password is at hand."""
        # They are signed in already: a busy moment leaves the new hash to the next login.
        if self.passwords.is_outdated(account.password_hash):
            with suppress(Unavailable):
                self.database.once.users.replace_hash(account, self.passwords.make(password))
