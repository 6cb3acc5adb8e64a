"""The table `users`: accounts that their owners deleted and that had too much to go at once.

Nothing of the account is left in such a row, and nobody finds it; its sessions and events go with the next sweep.
"""

from uuid import UUID

from authflow.domain.user import Account
from authflow.repositories.statements import Statements, only_column
from authflow.repositories.users import IS_AS_SEEN
from authflow.repositories.users_columns import PERSON_FORGOTTEN

# Of sessions, and of events, that one statement takes along.
ROWS_AT_ONCE = 1_000


class UsersRemoved:
    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def is_large(self, account: Account) -> bool:
        """Whether there is more of it than one statement should remove."""
        rows = self._statements.fetch(
            dict[str, bool],
            """
            SELECT (SELECT count(*) FROM (
                        SELECT FROM refresh_tokens WHERE user_id = %(user_id)s LIMIT %(at_most)s) AS sessions
                    ) = %(at_most)s
                OR (SELECT count(*) FROM (
                        SELECT FROM events WHERE user_id = %(user_id)s LIMIT %(at_most)s) AS events
                    ) = %(at_most)s AS is_large
            """,
            user_id=account.user.id,
            at_most=ROWS_AT_ONCE,
        )
        return rows[0]["is_large"]

    def empty(self, account: Account, session_id: UUID) -> bool:
        """As `users.remove`, but the row stays: without a word of the account, for no email, disabled."""
        return bool(
            self._statements.execute(
                f"""
                UPDATE users AS u
                SET username = '', email = '', email_canonical = 'removed ' || u.id, password_hash = '',
                    email_verified = false, {PERSON_FORGOTTEN},
                    disabled_at = coalesce(u.disabled_at, clock_timestamp()), removed_at = clock_timestamp()
                WHERE {IS_AS_SEEN}
                """,
                user_id=account.user.id,
                seen_version=account.password_version,
                session_id=session_id,
            )
        )

    def list_ids(self, at_most: int) -> list[int]:
        """Accounts that are still to be emptied."""
        return self._statements.fetch(
            only_column,
            "SELECT id FROM users WHERE removed_at IS NOT NULL ORDER BY id LIMIT %(at_most)s",
            at_most=at_most,
        )

    def remove_sessions(self, user_id: int, at_most: int) -> int:
        """How many were removed, in one batch."""
        return self._statements.execute(
            """
            DELETE FROM refresh_tokens WHERE id = ANY (ARRAY(
                SELECT id FROM refresh_tokens WHERE user_id = %(user_id)s LIMIT %(at_most)s FOR UPDATE SKIP LOCKED
            ))
            """,
            user_id=user_id,
            at_most=at_most,
        )

    def remove_events(self, user_id: int, at_most: int) -> int:
        """How many were removed, in one batch."""
        return self._statements.execute(
            """
            DELETE FROM events WHERE id = ANY (ARRAY(
                SELECT id FROM events WHERE user_id = %(user_id)s LIMIT %(at_most)s FOR UPDATE SKIP LOCKED
            ))
            """,
            user_id=user_id,
            at_most=at_most,
        )

    def remove(self, user_id: int) -> int:
        """1 if the row went: not while anything large refers to it."""
        return self._statements.execute(
            """
            DELETE FROM users AS u
            WHERE u.id = %(user_id)s AND u.removed_at IS NOT NULL
              AND NOT EXISTS (SELECT FROM refresh_tokens WHERE user_id = u.id)
              AND NOT EXISTS (SELECT FROM events WHERE user_id = u.id)
            """,
            user_id=user_id,
        )
