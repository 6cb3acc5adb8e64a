"""The reset columns of the table `users`: at most one pending reset an account, the newest that was asked for."""

from datetime import datetime
from typing import Any

from authflow.domain.mailed_code import CODE_LIFE, CODE_TRIES
from authflow.domain.pending_reset import LINK_LIFE, PendingReset
from authflow.domain.user import User
from authflow.repositories.statements import Statements
from authflow.repositories.users_columns import RESET_VOIDED, USER_COLUMNS


class UsersReset:
    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def begin(self, email_canonical: str, nonce: bytes, asked_at: datetime) -> PendingReset | None:
        """What to mail; None where nothing is to be mailed (any more).

        That is: no such account, a disabled one, a request past its time, or one that a later request, a reset or
        another password has made void. The same request may come again, and says the same.
        """
        rows = self._statements.fetch(
            _pending,
            f"""
            UPDATE users AS u
            SET reset_nonce = %(nonce)s, reset_asked_at = %(asked_at)s,
                reset_tries = CASE WHEN reset_nonce = %(nonce)s THEN reset_tries ELSE 0 END
            WHERE email_canonical = %(email_canonical)s AND disabled_at IS NULL
              AND %(asked_at)s + make_interval(secs => %(life)s) > clock_timestamp()
              AND (reset_nonce = %(nonce)s OR reset_asked_at IS NULL OR reset_asked_at < %(asked_at)s)
            RETURNING {USER_COLUMNS}, reset_nonce,
                      reset_tries < %(tries)s
                      AND reset_asked_at + make_interval(secs => %(code_life)s) > clock_timestamp() AS is_code_live
            """,
            email_canonical=email_canonical,
            nonce=nonce,
            asked_at=asked_at,
            life=LINK_LIFE,
            tries=CODE_TRIES,
            code_life=CODE_LIFE,
        )
        return rows[0] if rows else None

    def find(self, user_id: int) -> PendingReset | None:
        """The pending reset of an account."""
        rows = self._statements.fetch(
            _pending,
            f"""
            SELECT {USER_COLUMNS}, reset_nonce
            FROM users AS u
            WHERE id = %(user_id)s AND reset_nonce IS NOT NULL AND disabled_at IS NULL
              AND reset_asked_at + make_interval(secs => %(life)s) > clock_timestamp()
            """,
            user_id=user_id,
            life=LINK_LIFE,
        )
        return rows[0] if rows else None

    def take_try(self, email_canonical: str, key_of_nobody: bytes) -> PendingReset | None:
        """Takes one of the tries that a code has, before it is looked at; None where there is none left.

        One statement counts and decides: of many guesses at once, five are looked at. Where there is no code a row
        is written too, and no commit waits for the disk: neither may tell who asked for a reset.
        """
        rows = self._statements.fetch(
            _pending,
            f"""
            WITH unwaited AS MATERIALIZED (
                SELECT set_config('synchronous_commit', 'off', true)
            ), tried AS (
                UPDATE users AS u SET reset_tries = reset_tries + 1
                WHERE email_canonical = %(email_canonical)s AND reset_nonce IS NOT NULL AND disabled_at IS NULL
                  AND reset_asked_at + make_interval(secs => %(life)s) > clock_timestamp()
                  AND reset_tries < %(tries)s AND EXISTS (SELECT FROM unwaited)
                RETURNING {USER_COLUMNS}, reset_nonce
            ), nobody AS (
                INSERT INTO limit_counters AS counter (key, hits, counted_at, ends_at)
                SELECT %(key_of_nobody)s, 1, clock_timestamp(), clock_timestamp() + make_interval(secs => %(life)s)
                WHERE NOT EXISTS (SELECT FROM tried)
                ON CONFLICT (key) DO UPDATE SET hits = counter.hits + 1, ends_at = excluded.ends_at
            )
            SELECT {USER_COLUMNS}, reset_nonce FROM tried AS u
            """,
            email_canonical=email_canonical,
            key_of_nobody=key_of_nobody,
            life=CODE_LIFE,
            tries=CODE_TRIES,
        )
        return rows[0] if rows else None

    def give_back_try(self, pending: PendingReset) -> None:
        """The code was right: so it was no guess."""
        self._statements.execute(
            "UPDATE users SET reset_tries = reset_tries - 1 WHERE id = %(user_id)s AND reset_nonce = %(nonce)s",
            user_id=pending.user.id,
            nonce=pending.nonce,
        )

    def spend(self, pending: PendingReset, password_hash: str, life: int) -> bool:
        """Sets the password; False if the secret was spent, made void or older than `life` seconds by then.

        For a transaction: the row is locked first, so that the clock is read after the wait for it.
        """
        self._statements.execute(
            "SELECT FROM users WHERE id = %(user_id)s FOR NO KEY UPDATE", user_id=pending.user.id
        )
        return bool(
            self._statements.execute(
                f"""
                UPDATE users
                SET password_hash = %(password_hash)s, password_version = password_version + 1,
                    email_verified = true, {RESET_VOIDED},
                    familiar_since = clock_timestamp()
                WHERE id = %(user_id)s AND reset_nonce = %(nonce)s AND disabled_at IS NULL
                  AND reset_asked_at + make_interval(secs => %(life)s) > clock_timestamp()
                """,
                user_id=pending.user.id,
                password_hash=password_hash,
                nonce=pending.nonce,
                life=life,
            )
        )

    def forget_old(self, seconds: int, at_most: int) -> int:
        """How many nonces were removed, in one batch, of those asked for so long ago; when that was is kept."""
        return self._statements.execute(
            """
            UPDATE users SET reset_nonce = NULL WHERE id = ANY (ARRAY(
                SELECT id FROM users
                WHERE reset_nonce IS NOT NULL
                  AND reset_asked_at < (SELECT clock_timestamp() - make_interval(secs => %(seconds)s))
                ORDER BY reset_asked_at LIMIT %(at_most)s FOR UPDATE SKIP LOCKED
            ))
            """,
            seconds=seconds,
            at_most=at_most,
        )


def _pending(reset_nonce: bytes, is_code_live: bool = True, **user: Any) -> PendingReset:
    return PendingReset(User(**user), reset_nonce, is_code_live)
