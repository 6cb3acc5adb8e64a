"""The table `refresh_tokens`, as it is read: by every guarded request, and by people."""

from typing import Any, LiteralString
from uuid import UUID

from authflow.domain.device import Device
from authflow.domain.session import FoundSession, LiveSession, SessionLife, SessionPlace, SessionState, SignedIn
from authflow.domain.user import User
from authflow.repositories.statements import Statements
from authflow.repositories.users_columns import USER_COLUMNS

# Of a session `t` of the user `u`: by itself, or with all of an account that had very many (`sessions_maximum`).
IS_ENDED: LiteralString = """(t.revoked_at IS NOT NULL
    OR (t.created_at <= u.sessions_ended_at AND t.id IS DISTINCT FROM u.spared_session) IS TRUE)"""

# Nor has it idled or lasted too long, by `idle` and `absolute` of a SessionLife.
IS_LIVE: LiteralString = f"""(NOT {IS_ENDED}
    AND t.rotated_at + make_interval(secs => %(idle)s) > clock_timestamp()
    AND t.created_at + make_interval(secs => %(absolute)s) > clock_timestamp())"""


class SessionsLive:
    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def find_signed_in(self, session_id: UUID, user_id: int, life: SessionLife) -> FoundSession | None:
        """Whose session this is and whether it lives; None where there is no such session of this user."""
        rows = self._statements.fetch(
            _found,
            f"""
            SELECT {USER_COLUMNS},
                   t.id AS session_id,
                   {IS_ENDED} OR u.disabled_at IS NOT NULL AS is_revoked,
                   least(t.rotated_at + make_interval(secs => %(idle)s),
                         t.created_at + make_interval(secs => %(absolute)s)) <= clock_timestamp() AS is_expired
            FROM refresh_tokens AS t JOIN users AS u ON u.id = t.user_id
            WHERE t.id = %(session_id)s AND t.user_id = %(user_id)s AND u.removed_at IS NULL
            """,
            session_id=session_id,
            user_id=user_id,
            idle=life.idle,
            absolute=life.absolute,
        )
        return rows[0] if rows else None

    def list_of(
        self, user_id: int, life: SessionLife, after: SessionPlace | None, at_most: int
    ) -> list[LiveSession]:
        """The one used last comes first: those after that place."""
        return self._statements.fetch(
            _live_session,
            f"""
            SELECT t.id, host(t.ip) AS ip, t.user_agent, t.device, t.created_at, t.rotated_at AS last_used_at,
                   least(t.rotated_at + make_interval(secs => %(idle)s),
                         t.created_at + make_interval(secs => %(absolute)s)) AS expires_at
            FROM refresh_tokens AS t JOIN users AS u ON u.id = t.user_id
            WHERE t.user_id = %(user_id)s AND {IS_LIVE}
              AND (%(after)s::timestamptz IS NULL OR (t.rotated_at, t.id) < (%(after)s, %(after_id)s))
            ORDER BY t.rotated_at DESC, t.id DESC LIMIT %(at_most)s
            """,
            user_id=user_id,
            after=after and after.last_used_at,
            after_id=after and after.id,
            at_most=at_most,
            idle=life.idle,
            absolute=life.absolute,
        )


def _found(session_id: UUID, is_revoked: bool, is_expired: bool, **user: Any) -> FoundSession:
    return FoundSession(SignedIn(User(**user), session_id), SessionState(is_revoked, is_expired))


def _live_session(ip: str | None, user_agent: str | None, device: str | None, **session: Any) -> LiveSession:
    seen = Device(ip, user_agent or "")
    # Sessions of an older release have no name of their own.
    return LiveSession(device=seen, device_name=device or seen.name, **session)
