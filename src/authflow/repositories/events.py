"""The table `events`: what happened to an account, in the transaction in which it happened."""

from uuid import UUID

from authflow.domain.device import Device
from authflow.domain.event import Event, EventType
from authflow.repositories.statements import Statements

# Events of one account, at each login.
LOOKED_BACK = 5_000


class Events:
    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def add(self, event: EventType, user_id: int, device: Device, session_id: UUID | None = None) -> None:
        """Nothing where the account was deleted meanwhile: its events went with it."""
        self._statements.execute(
            """
            INSERT INTO events (type, user_id, session_id, ip, user_agent, device)
            SELECT %(type)s, id, %(session_id)s, %(ip)s::inet, %(user_agent)s, %(device)s
            FROM users WHERE id = %(user_id)s FOR KEY SHARE
            """,
            type=event,
            user_id=user_id,
            session_id=session_id,
            ip=device.ip,
            user_agent=device.user_agent,
            device=device.name,
        )

    def list_of(self, user_id: int, before: int | None, at_most: int, days: int) -> list[Event]:
        """Newest first: those before the one whose id is `before`, of the last `days`."""
        return self._statements.fetch(
            Event,
            """
            SELECT id, type, at, host(ip) AS ip, device, session_id
            FROM events
            WHERE user_id = %(user_id)s AND (%(before)s::bigint IS NULL OR id < %(before)s)
              AND at > clock_timestamp() - make_interval(days => %(days)s)
            ORDER BY id DESC LIMIT %(at_most)s
            """,
            user_id=user_id,
            before=before,
            at_most=at_most,
            days=days,
        )

    def is_new_device(self, user_id: int, device: Device) -> bool:
        """Whether this account was signed in to before, and never from such a device on its network.

        By the name alone a thief's Firefox would be the owner's. As far as is looked back.
        """
        rows = self._statements.fetch(
            dict[str, bool],
            """
            SELECT count(*) > 0 AND count(*) FILTER (
                       WHERE device = %(device)s
                         AND (ip <<= %(network)s::inet OR ip IS NULL AND %(network)s::inet IS NULL)
                   ) = 0 AS is_new
            FROM (SELECT type, device, ip FROM events WHERE user_id = %(user_id)s
                  ORDER BY id DESC LIMIT %(at_most)s) AS newest
            WHERE type IN ('login_succeeded', 'email_verified', 'email_changed')
            """,
            user_id=user_id,
            device=device.name,
            network=None if device.ip is None else device.network,
            at_most=LOOKED_BACK,
        )
        return rows[0]["is_new"]

    def remove_old(self, days: int, at_most: int) -> int:
        """How many were removed, in one batch."""
        return self._statements.execute(
            """
            DELETE FROM events WHERE id = ANY (ARRAY(
                SELECT id FROM events
                WHERE at <= (SELECT clock_timestamp() - make_interval(days => %(days)s))
                ORDER BY at LIMIT %(at_most)s FOR UPDATE SKIP LOCKED
            ))
            """,
            days=days,
            at_most=at_most,
        )
