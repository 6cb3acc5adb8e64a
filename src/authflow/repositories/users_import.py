"""The table `users`, a batch at a time: for those who come from another system."""

from collections.abc import Sequence
from datetime import datetime

from authflow.domain.user_import import ImportedUser
from authflow.repositories.statements import Statements


class UsersImport:
    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def get_time(self) -> datetime:
        """The database's time now."""
        return self._statements.fetch(_now, "SELECT clock_timestamp() AS now")[0]

    def add(self, users: Sequence[ImportedUser]) -> set[str]:
        """The canonical emails of those who were added: all who had no account, or, on a failure, nobody."""
        return set(
            self._statements.fetch(
                _email_canonical,
                """
                INSERT INTO users (username, email, email_canonical, email_verified, password_hash, created_at)
                SELECT username, email, email_canonical, email_verified, password_hash,
                       coalesce(created_at, clock_timestamp())
                FROM unnest(
                    %(usernames)s::text[], %(emails)s::text[], %(emails_canonical)s::text[],
                    %(emails_verified)s::boolean[], %(password_hashes)s::text[], %(created_at)s::timestamptz[]
                ) AS imported (username, email, email_canonical, email_verified, password_hash, created_at)
                ON CONFLICT (email_canonical) DO NOTHING
                RETURNING email_canonical
                """,
                usernames=[user.username for user in users],
                emails=[user.email.typed for user in users],
                emails_canonical=[user.email.canonical for user in users],
                emails_verified=[user.verified for user in users],
                password_hashes=[user.password_hash for user in users],
                created_at=[user.created_at for user in users],
            )
        )

    def list_without_account(self, users: Sequence[ImportedUser]) -> set[str]:
        """The canonical emails of those whom `add` would add now."""
        return set(
            self._statements.fetch(
                _email_canonical,
                """
                SELECT email_canonical FROM unnest(%(emails_canonical)s::text[]) AS imported (email_canonical)
                WHERE NOT EXISTS (SELECT FROM users AS u WHERE u.email_canonical = imported.email_canonical)
                """,
                emails_canonical=[user.email.canonical for user in users],
            )
        )


def _now(now: datetime) -> datetime:
    return now


def _email_canonical(email_canonical: str) -> str:
    return email_canonical
