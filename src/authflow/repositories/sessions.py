"""The table `refresh_tokens`: one row per signed-in device, whose id is the claim `sid`."""

from typing import Any, LiteralString
from uuid import UUID

from authflow.domain.device import Device
from authflow.domain.event import EventType
from authflow.domain.session import Delivery, Session
from authflow.domain.user import Account
from authflow.repositories.sessions_live import IS_ENDED
from authflow.repositories.statements import Statements, only_column

SESSION_COLUMNS: LiteralString = "id, user_id, generation, rotated_at, created_at, delivery"
# Of one account, by one statement. None has so many since logins bound them.
ROWS_AT_ONCE = 1_000


class SessionRows:
    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def add_if_unchanged(
        self, account: Account, secret_hash: bytes, device: Device, delivery: Delivery, event: EventType
    ) -> Session | None:
        """A new session and its event; None if `account` has another password or email, or is disabled, by now.

        FOR SHARE: a change of either that is under way is waited for, and then seen.
        """
        rows = self._statements.fetch(
            _session,
            f"""
            WITH u AS (
                SELECT id, sessions_ended_at FROM users
                WHERE id = %(user_id)s AND password_version = %(seen_version)s
                  AND email_canonical = %(seen_email)s AND disabled_at IS NULL
                FOR SHARE
            ), clock AS (
                -- After what ended all the others, whatever has become of the clock since.
                SELECT greatest(clock_timestamp(), sessions_ended_at + interval '1 microsecond') AS at FROM u
            ), session AS (
                INSERT INTO refresh_tokens
                    (user_id, secret_hash, rotated_at, created_at, delivery, user_agent, ip, device)
                SELECT u.id, %(secret_hash)s, clock.at, clock.at, %(delivery)s, %(user_agent)s, %(ip)s::inet,
                       %(device)s
                FROM u, clock
                RETURNING {SESSION_COLUMNS}
            ), event AS (
                INSERT INTO events (type, user_id, session_id, ip, user_agent, device, at)
                SELECT %(event)s, user_id, id, %(ip)s::inet, %(user_agent)s, %(device)s, created_at FROM session
            )
            SELECT {SESSION_COLUMNS} FROM session
            """,
            user_id=account.user.id,
            seen_version=account.password_version,
            seen_email=account.user.email_canonical,
            secret_hash=secret_hash,
            delivery=delivery,
            event=event,
            device=device.name,
            user_agent=device.user_agent,
            ip=device.ip,
        )
        return rows[0] if rows else None

    def revoke(self, session_id: UUID, device: Device, of_user: int | None = None) -> int | None:
        """Whose live session was ended, and its event written; None where no live one (of this user) is.

        The event refers to the user, who is locked first, as a reset does it: the other way round is a deadlock.
        """
        rows = self._statements.fetch(
            only_column,
            f"""
            WITH u AS (
                SELECT id, sessions_ended_at, spared_session FROM users
                WHERE id = (SELECT user_id FROM refresh_tokens WHERE id = %(session_id)s)
                  AND (%(of_user)s::bigint IS NULL OR id = %(of_user)s)
                FOR KEY SHARE
            ), ended AS (
                UPDATE refresh_tokens AS t SET revoked_at = clock_timestamp()
                FROM u
                WHERE t.id = %(session_id)s AND t.user_id = u.id AND NOT {IS_ENDED}
                RETURNING t.id, t.user_id
            )
            INSERT INTO events (type, user_id, session_id, ip, user_agent, device)
            SELECT %(event)s, user_id, id, %(ip)s::inet, %(user_agent)s, %(device)s FROM ended
            RETURNING user_id
            """,
            session_id=session_id,
            of_user=of_user,
            event=EventType.SESSION_REVOKED if of_user else EventType.LOGGED_OUT,
            ip=device.ip,
            user_agent=device.user_agent,
            device=device.name,
        )
        return rows[0] if rows else None

    def revoke_all(self, user_id: int, spare: UUID | None = None) -> int:
        """How many were ended: all of this user's but the one to spare. For a transaction that holds the user.

        It takes the same time for any account: where there are more than one statement looks at, the others are
        dead by a mark of the account, are not counted, and go with the next sweep (`sessions_maximum.py`).
        """
        rows = self._statements.fetch(
            dict[str, int],
            """
            WITH seen AS (
                SELECT id FROM refresh_tokens WHERE user_id = %(user_id)s LIMIT %(at_most)s
            ), ended AS (
                UPDATE refresh_tokens SET revoked_at = clock_timestamp()
                WHERE id = ANY (ARRAY(SELECT id FROM seen))
                  AND revoked_at IS NULL AND id IS DISTINCT FROM %(spare)s
                RETURNING id
            ), marked AS (
                UPDATE users SET sessions_ended_at = clock_timestamp(), spared_session = %(spare)s
                WHERE id = %(user_id)s AND (SELECT count(*) FROM seen) = %(at_most)s
            )
            SELECT count(*) AS ended FROM ended
            """,
            user_id=user_id,
            spare=spare,
            at_most=ROWS_AT_ONCE,
        )
        return rows[0]["ended"]

    def remove_old(self, seconds: int, at_most: int) -> int:
        """How many were removed, in one batch, of those that began so long ago, alive or not.

        Here as in every sweep the subqueries are answered first and once: the moment, so that the index is entered
        there and not read from end to end; the ids, so that no plan asks for them again.
        """
        return self._statements.execute(
            """
            DELETE FROM refresh_tokens WHERE id = ANY (ARRAY(
                SELECT id FROM refresh_tokens
                WHERE created_at < (SELECT clock_timestamp() - make_interval(secs => %(age)s))
                ORDER BY created_at LIMIT %(at_most)s FOR UPDATE SKIP LOCKED
            ))
            """,
            age=seconds,
            at_most=at_most,
        )


def _session(delivery: str, **session: Any) -> Session:
    return Session(**session, delivery=Delivery(delivery))
