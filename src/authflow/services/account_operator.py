"""What an operator does with the account behind an email."""

from dataclasses import dataclass

from authflow.database.transaction import Database
from authflow.domain.account_status import AccountStatus
from authflow.domain.email_address import EmailAddress
from authflow.domain.session import MOST_LIVE, LiveSession, SessionLife
from authflow.log import log_event
from authflow.services.account_security import end_all, end_sessions


class NoSuchAccount(LookupError):
    """For an operator's eyes: to a caller over HTTP nobody ever says so, hence it is not in `errors`."""


@dataclass(frozen=True)
class AccountOperatorService:
    """Every method raises NoSuchAccount and DatabaseUnavailable."""

    database: Database
    life: SessionLife

    def get_status(self, email: EmailAddress) -> AccountStatus:
        """The account of an email, and whether it is disabled. Raises NoSuchAccount."""
        status = self.database.autocommit.users_operator.find(email)
        if status is None:
            raise NoSuchAccount
        return status

    def list_sessions(self, status: AccountStatus) -> list[LiveSession]:
        """Those that live, no more than an account may have; the one used last comes first."""
        return self.database.autocommit.sessions_live.list_of(status.user.id, self.life, None, MOST_LIVE)

    def disable(self, email: EmailAddress) -> int:
        """No login, and every session and pending reset ends; how many sessions that were."""
        with self.database.transaction() as tx:
            # `users` first: a login at the same time waits here, or has its session revoked below.
            user_id = _existing(tx.users_operator.disable(email))
            ended = end_all(tx, user_id)
        log_event("account_disabled", user_id=user_id, sessions_ended=ended)
        return ended

    def enable(self, email: EmailAddress) -> None:
        """Login works again; the sessions that were ended stay so."""
        user_id = _existing(self.database.autocommit.users_operator.enable(email))
        log_event("account_enabled", user_id=user_id)

    def set_role(self, email: EmailAddress, role: str) -> None:
        """Seen at once: a guarded request loads the role together with the session."""
        user_id = _existing(self.database.autocommit.users_operator.set_role(email, role))
        log_event("role_changed", user_id=user_id, role=role)

    def verify_email(self, email: EmailAddress) -> None:
        """For a mailbox that was proved in another way."""
        user_id = _existing(self.database.autocommit.users_operator.verify(email))
        log_event("email_verified_by_operator", user_id=user_id)

    def sign_out(self, email: EmailAddress) -> int:
        """How many sessions were ended."""
        user_id = self.get_status(email).user.id
        with self.database.transaction() as tx:
            tx.users.lock(user_id)
            ended = end_sessions(tx, user_id)
        log_event("signed_out_by_operator", user_id=user_id, sessions_ended=ended)
        return ended


def _existing(user_id: int | None) -> int:
    if user_id is None:
        raise NoSuchAccount
    return user_id
