"""The table `refresh_tokens`, so that no account has more rows than it may.

Logins keep to the bound. Where an account has more rows than one statement should look at, from before there was
a bound, it is marked (`users.sessions_ended_at`) and the sweep thins it out; what was begun until then is dead by
the mark alone (`-infinity`: nothing is).
"""

from uuid import UUID

from authflow.domain.device import Device
from authflow.domain.event import EventType
from authflow.domain.session import MOST_LIVE, MOST_ROWS, SessionLife
from authflow.repositories.sessions import ROWS_AT_ONCE
from authflow.repositories.sessions_live import IS_LIVE
from authflow.repositories.statements import Statements, only_column


class SessionsBound:
    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def is_near(self, user_id: int) -> bool:
        """Whether as many rows are there as so many logins at once could fill up to the bound."""
        rows = self._statements.fetch(
            dict[str, bool],
            """
            SELECT count(*) = %(near)s AS is_near
            FROM (SELECT FROM refresh_tokens WHERE user_id = %(user_id)s LIMIT %(near)s) AS seen
            """,
            user_id=user_id,
            near=MOST_LIVE // 2,
        )
        return rows[0]["is_near"]

    def make_room(self, user_id: int, life: SessionLife, device: Device) -> list[UUID]:
        """Room for one session more: the live ones that were ended, unused for longest, each with its event.

        For a transaction that holds the user: of two logins at once the second counts the first one's session.
        """
        return self._statements.fetch(
            only_column,
            f"""
            WITH seen AS (
                SELECT t.id, t.rotated_at, {IS_LIVE} AS is_live
                FROM refresh_tokens AS t JOIN users AS u ON u.id = t.user_id
                WHERE t.user_id = %(user_id)s LIMIT %(at_most)s
            ), placed AS (
                SELECT id, is_live, row_number() OVER (ORDER BY is_live DESC, rotated_at DESC, id) AS place
                FROM seen
            ), removed AS (
                DELETE FROM refresh_tokens WHERE id = ANY (ARRAY(SELECT id FROM placed WHERE place >= %(rows)s))
            ), crowded AS (
                UPDATE users SET sessions_ended_at = coalesce(sessions_ended_at, '-infinity')
                WHERE id = %(user_id)s AND (SELECT count(*) FROM seen) = %(at_most)s
            ), evicted AS (
                UPDATE refresh_tokens SET revoked_at = clock_timestamp()
                WHERE id = ANY (ARRAY(
                    SELECT id FROM placed WHERE is_live AND place >= %(live)s AND place < %(rows)s
                ))
                RETURNING id
            )
            INSERT INTO events (type, user_id, session_id, ip, user_agent, device)
            SELECT %(event)s, %(user_id)s, id, %(ip)s::inet, %(user_agent)s, %(device)s FROM evicted
            RETURNING session_id AS id
            """,
            user_id=user_id,
            idle=life.idle,
            absolute=life.absolute,
            at_most=ROWS_AT_ONCE,
            live=MOST_LIVE,
            rows=MOST_ROWS,
            # No type of its own: an older release beside this one could not read it.
            event=EventType.SESSION_REVOKED,
            ip=device.ip,
            user_agent=device.user_agent,
            device=device.name,
        )

    def list_crowded(self, at_most: int) -> list[int]:
        """The accounts that are marked."""
        return self._statements.fetch(
            only_column,
            "SELECT id FROM users WHERE sessions_ended_at IS NOT NULL ORDER BY id LIMIT %(at_most)s",
            at_most=at_most,
        )

    def remove_ended(self, user_id: int, at_most: int) -> int:
        """How many were removed, in one batch, of those that are dead by the mark."""
        return self._statements.execute(
            """
            DELETE FROM refresh_tokens WHERE id = ANY (ARRAY(
                SELECT t.id FROM refresh_tokens AS t JOIN users AS u ON u.id = t.user_id
                WHERE t.user_id = %(user_id)s
                  AND t.created_at <= u.sessions_ended_at AND t.id IS DISTINCT FROM u.spared_session
                LIMIT %(at_most)s FOR UPDATE OF t SKIP LOCKED
            ))
            """,
            user_id=user_id,
            at_most=at_most,
        )

    def remove_unused(self, user_id: int, at_most: int) -> int:
        """How many were removed, in one batch, of those beyond the bound: revoked, or unused for longest."""
        return self._statements.execute(
            """
            DELETE FROM refresh_tokens WHERE id = ANY (ARRAY(
                SELECT id FROM refresh_tokens WHERE user_id = %(user_id)s
                ORDER BY revoked_at IS NULL, rotated_at, id
                LIMIT (SELECT least(greatest(count(*) - %(rows)s, 0), %(at_most)s)
                       FROM refresh_tokens WHERE user_id = %(user_id)s)
            ))
            """,
            user_id=user_id,
            rows=MOST_ROWS,
            at_most=at_most,
        )

    def take_mark_off(self, user_id: int) -> None:
        """Unless something is dead by it still, or again."""
        self._statements.execute(
            """
            UPDATE users AS u SET sessions_ended_at = NULL, spared_session = NULL
            WHERE u.id = %(user_id)s AND u.sessions_ended_at IS NOT NULL AND NOT EXISTS (
                SELECT FROM refresh_tokens AS t
                WHERE t.user_id = u.id
                  AND t.created_at <= u.sessions_ended_at AND t.id IS DISTINCT FROM u.spared_session
            )
            """,
            user_id=user_id,
        )
