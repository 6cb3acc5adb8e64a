"""The table `users`, when a mailbox was proved. All for a transaction that holds the verification."""

from psycopg.errors import UniqueViolation

from authflow.domain.user import Account
from authflow.domain.verification import Verification
from authflow.repositories.statements import Statements
from authflow.repositories.users_columns import ACCOUNT_COLUMNS, PERSON_FORGOTTEN, RESET_VOIDED, make_account


class UsersVerified:
    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def lock(self, user_id: int | None, email_canonical: str) -> None:
        """The account that the verification is of, and the one at its address, before anything is read of them."""
        self._statements.execute(
            """
            SELECT FROM users
            WHERE id = %(user_id)s OR email_canonical = %(email_canonical)s
            ORDER BY id FOR NO KEY UPDATE
            """,
            user_id=user_id,
            email_canonical=email_canonical,
        )

    def add(self, sign_up: Verification) -> Account | None:
        """The account of a sign-up, new or taken over from one that never proved its email.

        None where the address has a proved account, or a disabled one.
        """
        rows = self._statements.fetch(
            make_account,
            f"""
            INSERT INTO users AS u (username, email, email_canonical, email_verified, password_hash)
            VALUES (%(username)s, %(email)s, %(email_canonical)s, true, %(password_hash)s)
            ON CONFLICT (email_canonical) DO UPDATE
            SET username = excluded.username, email = excluded.email, email_verified = true,
                password_hash = excluded.password_hash, {PERSON_FORGOTTEN},
                familiar_since = clock_timestamp()
            WHERE NOT u.email_verified AND u.disabled_at IS NULL
            RETURNING {ACCOUNT_COLUMNS}
            """,
            username=sign_up.username,
            email=sign_up.email,
            email_canonical=sign_up.email_canonical,
            password_hash=sign_up.password_hash,
        )
        return rows[0] if rows else None

    def set_verified(self, verification: Verification) -> Account | None:
        """None if the account is proved by now, disabled, gone, or has another address."""
        rows = self._statements.fetch(
            make_account,
            f"""
            UPDATE users AS u SET email_verified = true
            WHERE id = %(user_id)s AND email_canonical = %(email_canonical)s AND NOT email_verified
              AND disabled_at IS NULL
            RETURNING {ACCOUNT_COLUMNS}
            """,
            user_id=verification.user_id,
            email_canonical=verification.email_canonical,
        )
        return rows[0] if rows else None

    def change_email(self, verification: Verification) -> Account | None:
        """None if the account is disabled or gone, or the address somebody else's by now."""
        try:
            rows = self._statements.fetch(
                make_account,
                f"""
                UPDATE users AS u
                SET email = %(email)s, email_canonical = %(email_canonical)s, email_verified = true,
                    {RESET_VOIDED}
                WHERE id = %(user_id)s AND disabled_at IS NULL
                  -- What breaks the constraint is quoted in the database's log: only a race is left to it.
                  AND NOT EXISTS (SELECT FROM users AS other
                                  WHERE other.email_canonical = %(email_canonical)s AND other.id <> %(user_id)s)
                RETURNING {ACCOUNT_COLUMNS}
                """,
                user_id=verification.user_id,
                email=verification.email,
                email_canonical=verification.email_canonical,
            )
        except UniqueViolation:
            return None
        return rows[0] if rows else None
