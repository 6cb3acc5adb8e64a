"""The table `refresh_tokens`, as a refresh token that is presented changes it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from authflow.domain.device import Device
from authflow.domain.session import Delivery, PresentedToken, Rotation, Session, SessionLife, SessionState
from authflow.domain.user import User
from authflow.repositories.sessions_live import IS_ENDED
from authflow.repositories.statements import Statements
from authflow.repositories.users_columns import USER_COLUMNS


class SessionsRotation:
    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def rotate(self, presented: PresentedToken, life: SessionLife, device: Device) -> Rotation | None:
        """What a presented refresh token comes to, decided and written by one statement.

        | presented                 |                                                                             |
        |---------------------------|-----------------------------------------------------------------------------|
        | the current one, young    | the current one again; it has arrived, so the key that asked for it is void |
        | the current one, not so   | its successor, and the key that came along is the key of this rotation      |
        | its parent                | the current one again: within the grace, or with the key of the rotation    |
        | its parent else, or older | a theft: the session is revoked, and an event says so                       |

        Young: rotated within the grace; the first one is never young. None for a token that is not of a live
        session (`find_state` says why).
        """
        rows = self._statements.fetch(
            _rotation,
            f"""
            WITH rotated AS (
                UPDATE refresh_tokens AS t
                SET generation = t.generation + CASE
                        WHEN %(presented)s = t.generation
                         AND (t.generation = 0 OR t.rotated_at <= clock.young_since) THEN 1 ELSE 0 END,
                    rotated_at = CASE
                        WHEN %(presented)s = t.generation
                         AND (t.generation = 0 OR t.rotated_at <= clock.young_since) THEN clock.at
                        ELSE t.rotated_at END,
                    retry_key_hash = CASE
                        WHEN %(presented)s <> t.generation THEN t.retry_key_hash
                        WHEN t.generation = 0 OR t.rotated_at <= clock.young_since THEN %(retry_key_hash)s END,
                    reused = %(presented)s < t.generation - CASE
                        WHEN t.rotated_at > clock.young_since OR t.retry_key_hash = %(retry_key_hash)s
                        THEN 1 ELSE 0 END,
                    revoked_at = CASE WHEN %(presented)s < t.generation - CASE
                        WHEN t.rotated_at > clock.young_since OR t.retry_key_hash = %(retry_key_hash)s
                        THEN 1 ELSE 0 END THEN clock.at END
                FROM users AS u,
                    -- One reading of the clock for every decision; without a grace nothing is ever young, not even
                    -- for a caller who waited for the winner and whose reading is older than its rotation.
                    (SELECT at, CASE WHEN %(grace)s = 0 THEN 'infinity'
                                ELSE at - make_interval(secs => %(grace)s) END AS young_since
                     FROM (SELECT clock_timestamp() AS at) AS reading) AS clock
                WHERE t.id = %(session_id)s AND t.secret_hash = %(secret_hash)s
                  AND NOT {IS_ENDED} AND %(presented)s <= t.generation
                  AND t.rotated_at + make_interval(secs => %(idle)s) > clock.at
                  AND t.created_at + make_interval(secs => %(absolute)s) > clock.at
                  AND u.id = t.user_id AND u.id = %(user_id)s AND u.disabled_at IS NULL
                RETURNING t.id AS session_id, t.generation, t.rotated_at, t.created_at AS began_at, t.delivery,
                          t.reused, t.rotated_at = clock.at AS is_new,
                          t.rotated_at <= clock.young_since AS is_late,
                          {USER_COLUMNS}
            ), event AS (
                INSERT INTO events (type, user_id, session_id, ip, user_agent, device)
                SELECT 'refresh_reuse', id, session_id, %(ip)s::inet, %(user_agent)s, %(device)s
                FROM rotated WHERE reused
            )
            SELECT session_id, generation, rotated_at, began_at, delivery, reused, is_new,
                   is_late AND NOT is_new AND NOT reused AS is_by_key,
                   {USER_COLUMNS}
            FROM rotated AS u
            """,
            session_id=presented.session_id,
            secret_hash=presented.secret_hash,
            presented=presented.generation,
            retry_key_hash=presented.retry_key_hash,
            grace=life.grace,
            idle=life.idle,
            absolute=life.absolute,
            ip=device.ip,
            user_agent=device.user_agent,
            device=device.name,
            user_id=presented.user_id,
        )
        return rows[0] if rows else None

    def find_state(self, presented: PresentedToken, life: SessionLife) -> SessionState | None:
        """Why a refresh token was not rotated; None where there is no session with its secret."""
        rows = self._statements.fetch(
            SessionState,
            f"""
            SELECT {IS_ENDED} OR u.disabled_at IS NOT NULL AS is_revoked,
                   least(t.rotated_at + make_interval(secs => %(idle)s),
                         t.created_at + make_interval(secs => %(absolute)s)) <= clock_timestamp() AS is_expired
            FROM refresh_tokens AS t JOIN users AS u ON u.id = t.user_id
            WHERE t.id = %(session_id)s AND t.secret_hash = %(secret_hash)s AND t.user_id = %(user_id)s
              AND u.removed_at IS NULL
            """,
            session_id=presented.session_id,
            secret_hash=presented.secret_hash,
            idle=life.idle,
            absolute=life.absolute,
            user_id=presented.user_id,
        )
        return rows[0] if rows else None


def _rotation(
    session_id: UUID,
    generation: int,
    rotated_at: datetime,
    began_at: datetime,
    delivery: str,
    reused: bool,
    is_new: bool,
    is_by_key: bool,
    **user: Any,
) -> Rotation:
    signed_in = User(**user)
    session = Session(session_id, signed_in.id, generation, rotated_at, began_at, Delivery(delivery))
    return Rotation(session, signed_in, reused, is_new, is_by_key)
