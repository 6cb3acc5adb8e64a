"""The rows of the table `refresh_tokens` that live, for people to look at."""

from typing import Any

from authflow.domain.device import Device
from authflow.domain.session import LiveSession, SessionLife
from authflow.repositories.statements import Statements


class LiveSessions:
    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def list_of(self, user_id: int, life: SessionLife) -> list[LiveSession]:
        """The one used last comes first."""
        return self._statements.fetch(
            _live_session,
            """
            SELECT id, host(ip) AS ip, user_agent, created_at, rotated_at AS last_used_at,
                   least(rotated_at + make_interval(secs => %(idle)s),
                         created_at + make_interval(secs => %(absolute)s)) AS expires_at
            FROM refresh_tokens
            WHERE user_id = %(user_id)s AND revoked_at IS NULL
              AND rotated_at + make_interval(secs => %(idle)s) > clock_timestamp()
              AND created_at + make_interval(secs => %(absolute)s) > clock_timestamp()
            ORDER BY rotated_at DESC, id
            """,
            user_id=user_id,
            idle=life.idle,
            absolute=life.absolute,
        )


def _live_session(ip: str | None, user_agent: str | None, **session: Any) -> LiveSession:
    return LiveSession(device=Device(ip, user_agent or ""), **session)
