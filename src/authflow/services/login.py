"""Turn an email and a password into a session."""

from contextlib import suppress
from dataclasses import dataclass

from authflow.crypto.password_hash import PasswordHash
from authflow.database.transaction import Database
from authflow.domain.device import Device
from authflow.domain.email_address import EmailAddress
from authflow.domain.event import EventType
from authflow.domain.session import Delivery, Method
from authflow.domain.user import Account
from authflow.errors import (
    AccountDisabled,
    EmailNotVerified,
    InvalidCredentials,
    InvalidOrNotConfirmed,
    Unavailable,
)
from authflow.log import log_event
from authflow.metrics import LOGINS
from authflow.services.limits import LimitService
from authflow.services.session_start import LoggedIn, SessionStart
from authflow.services.verification_request import VerificationRequestService


@dataclass(frozen=True)
class LoginService:
    database: Database
    passwords: PasswordHash
    session_start: SessionStart
    verification_requests: VerificationRequestService
    limits: LimitService
    require_email_verification: bool

    def log_in(self, email: EmailAddress, password: str, device: Device, delivery: Delivery) -> LoggedIn:
        """Begins a session for whoever knows the password of this email.

        Raises InvalidCredentials, AccountDisabled, EmailNotVerified, RateLimited, Unavailable.
        """
        account = self.database.autocommit.users.find_by_email(email)
        # An unknown email pays for a hash too: the answer's time must not tell.
        stored, is_familiar = account and account.password_hash, self.limits.is_familiar()
        if not self.passwords.match(password, stored, is_familiar=is_familiar) or account is None:
            self.limits.keep()
            LOGINS.count("failed")
            log_event("login_failed", user_id=account and account.user.id)
            raise self._refusal()
        self.limits.accept_password()
        if account.is_disabled:
            LOGINS.count("refused")
            log_event("login_refused", user_id=account.user.id)
            raise AccountDisabled
        if self.require_email_verification and not account.user.email_verified:
            LOGINS.count("refused")
            raise EmailNotVerified(self.verification_requests.ask_of_account(account.user, device))
        logged_in = self._start_session(account, device, delivery)
        if logged_in is None:
            # Password or email were changed, or the account disabled, while this one was being checked.
            LOGINS.count("failed")
            log_event("login_failed", user_id=account.user.id)
            raise self._refusal()
        LOGINS.count("succeeded")
        self._renew_hash(account, password)
        return logged_in

    def _refusal(self) -> InvalidCredentials:
        return InvalidOrNotConfirmed() if self.require_email_verification else InvalidCredentials()

    def _start_session(self, account: Account, device: Device, delivery: Delivery) -> LoggedIn | None:
        with self.database.transaction() as tx:
            return self.session_start.start(
                tx, account, device, delivery, EventType.LOGIN_SUCCEEDED, {Method.PASSWORD}
            )

    def _renew_hash(self, account: Account, password: str) -> None:
        """A hash that another program made, or a cheaper one, is replaced while the password is at hand."""
        # They are signed in already: a busy moment leaves the new hash to the next login.
        if self.passwords.is_outdated(account.password_hash):
            with suppress(Unavailable):
                self.database.autocommit.users.replace_hash(account, self.passwords.make(password))
