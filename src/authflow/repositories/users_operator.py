"""The columns of the table `users` that an operator decides; each change answers whose it was."""

from datetime import datetime
from typing import Any

from authflow.domain.account_status import AccountStatus
from authflow.domain.email_address import EmailAddress
from authflow.domain.user import User
from authflow.repositories.statements import Statements, only_column
from authflow.repositories.users_columns import RESET_VOIDED, USER_COLUMNS


class UsersOperator:
    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def find(self, email: EmailAddress) -> AccountStatus | None:
        """The account of an email, as its operator sees it."""
        rows = self._statements.fetch(
            _status,
            f"""
            SELECT {USER_COLUMNS}, disabled_at
            FROM users AS u
            WHERE email_canonical = %(email_canonical)s
            """,
            email_canonical=email.canonical,
        )
        return rows[0] if rows else None

    def disable(self, email: EmailAddress) -> int | None:
        """The user's id. Again changes nothing of the time; resets asked for until now are void.

        Locks the row, so that a login at the same time is either refused or seen by the revocation that follows.
        """
        rows = self._statements.fetch(
            only_column,
            f"""
            UPDATE users
            SET disabled_at = coalesce(disabled_at, clock_timestamp()),
                {RESET_VOIDED}
            WHERE email_canonical = %(email_canonical)s
            RETURNING id
            """,
            email_canonical=email.canonical,
        )
        return rows[0] if rows else None

    def enable(self, email: EmailAddress) -> int | None:
        """Whose account may be used again."""
        rows = self._statements.fetch(
            only_column,
            """
            UPDATE users SET disabled_at = NULL WHERE email_canonical = %(email_canonical)s RETURNING id
            """,
            email_canonical=email.canonical,
        )
        return rows[0] if rows else None

    def set_role(self, email: EmailAddress, role: str) -> int | None:
        """Whose account has another role now."""
        rows = self._statements.fetch(
            only_column,
            """
            UPDATE users SET role = %(role)s WHERE email_canonical = %(email_canonical)s RETURNING id
            """,
            email_canonical=email.canonical,
            role=role,
        )
        return rows[0] if rows else None

    def verify(self, email: EmailAddress) -> int | None:
        """Whose email counts as verified now."""
        rows = self._statements.fetch(
            only_column,
            """
            UPDATE users SET email_verified = true WHERE email_canonical = %(email_canonical)s RETURNING id
            """,
            email_canonical=email.canonical,
        )
        return rows[0] if rows else None


def _status(disabled_at: datetime | None, **user: Any) -> AccountStatus:
    return AccountStatus(User(**user), disabled_at)
