"""The table `users`: one row per account."""

from typing import LiteralString
from uuid import UUID

from authflow.domain.email_address import EmailAddress
from authflow.domain.user import Account, ProfileChange, User
from authflow.repositories.sessions_live import IS_ENDED
from authflow.repositories.statements import Statements
from authflow.repositories.users_columns import ACCOUNT_COLUMNS, RESET_VOIDED, USER_COLUMNS, make_account

# Neither the password nor the asking session of the user `u` has ended since the account was read.
IS_AS_SEEN: LiteralString = f"""u.id = %(user_id)s AND u.password_version = %(seen_version)s
    AND EXISTS (SELECT FROM refresh_tokens AS t
                WHERE t.id = %(session_id)s AND t.user_id = u.id AND NOT {IS_ENDED})"""


class Users:
    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def add(self, username: str, email: EmailAddress, password_hash: str) -> User | None:
        """The new user; None where the email is taken."""
        rows = self._statements.fetch(
            User,
            f"""
            INSERT INTO users AS u (username, email, email_canonical, password_hash)
            VALUES (%(username)s, %(email)s, %(email_canonical)s, %(password_hash)s)
            ON CONFLICT (email_canonical) DO NOTHING
            RETURNING {USER_COLUMNS}
            """,
            username=username,
            email=email.typed,
            email_canonical=email.canonical,
            password_hash=password_hash,
        )
        return rows[0] if rows else None

    def find_by_email(self, email: EmailAddress) -> Account | None:
        """The account of an email, in its canonical form."""
        rows = self._statements.fetch(
            make_account,
            f"""
            SELECT {ACCOUNT_COLUMNS}
            FROM users AS u
            WHERE email_canonical = %(email_canonical)s
            """,
            email_canonical=email.canonical,
        )
        return rows[0] if rows else None

    def find(self, user_id: int) -> Account | None:
        """The account of that id."""
        rows = self._statements.fetch(
            make_account,
            f"""
            SELECT {ACCOUNT_COLUMNS}
            FROM users AS u
            WHERE id = %(user_id)s
            """,
            user_id=user_id,
        )
        return rows[0] if rows else None

    def change_profile(self, user_id: int, change: ProfileChange) -> User | None:
        """The user as changed; None if the account is gone."""
        rows = self._statements.fetch(
            User,
            f"""
            UPDATE users AS u SET username = %(username)s WHERE id = %(user_id)s
            RETURNING {USER_COLUMNS}
            """,
            user_id=user_id,
            username=change.username,
        )
        return rows[0] if rows else None

    def set_password(self, account: Account, session_id: UUID, password_hash: str) -> bool:
        """Whether it was set: not if the password or the asking session has ended since `account` was read.

        Resets asked for until now end with the old password. A login at the same time either sees the new
        version or is seen by the revocation that follows.
        """
        self.lock(account.user.id)
        return bool(
            self._statements.execute(
                f"""
                UPDATE users AS u
                SET password_hash = %(password_hash)s, password_version = password_version + 1,
                    {RESET_VOIDED}
                WHERE {IS_AS_SEEN}
                """,
                user_id=account.user.id,
                seen_version=account.password_version,
                session_id=session_id,
                password_hash=password_hash,
            )
        )

    def is_unchanged(self, account: Account, session_id: UUID) -> bool:
        """Whether the password and the asking session still are what they were; for a transaction."""
        self.lock(account.user.id)
        return bool(
            self._statements.execute(
                f"""
                SELECT FROM users AS u
                WHERE {IS_AS_SEEN}
                """,
                user_id=account.user.id,
                seen_version=account.password_version,
                session_id=session_id,
            )
        )

    def replace_hash(self, account: Account, password_hash: str) -> bool:
        """Store the same password's newer hash; not if another one was stored since `account` was read."""
        return bool(
            self._statements.execute(
                """
                UPDATE users SET password_hash = %(password_hash)s
                WHERE id = %(user_id)s AND password_hash = %(seen_hash)s
                """,
                user_id=account.user.id,
                seen_hash=account.password_hash,
                password_hash=password_hash,
            )
        )

    def remove(self, account: Account, session_id: UUID) -> bool:
        """Delete the account and all that is its own; not if the password or the session was ended since.

        For a transaction.
        """
        self.lock(account.user.id)
        return bool(
            self._statements.execute(
                f"""
                DELETE FROM users AS u
                WHERE {IS_AS_SEEN}
                """,
                user_id=account.user.id,
                seen_version=account.password_version,
                session_id=session_id,
            )
        )

    def lock(self, user_id: int) -> None:
        """In a statement of its own: one that waits here would then see sessions as they were before the wait.

        NO KEY: an event refers to its user, and its writer may hold the session that is waited for here.
        """
        self._statements.execute("SELECT FROM users WHERE id = %(user_id)s FOR NO KEY UPDATE", user_id=user_id)
