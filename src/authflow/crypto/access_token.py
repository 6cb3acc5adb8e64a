"""The access token: proves for some minutes who calls, in which session (RFC 9068 in spirit, HS256 in fact)."""

import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from authflow.crypto.randomness import new_label
from authflow.crypto.signed_token import Claims, TokenKind, Unreadable, is_expired
from authflow.domain.row_id import row_id

KIND = "at+jwt"
# About 2 KB each.
REMEMBERED = 4_096


@dataclass(frozen=True, slots=True)
class AccessClaims:
    user_id: int
    session_id: UUID
    is_expired: bool


class AccessTokens:
    """`ttl` is in seconds."""

    def __init__(self, kind: TokenKind, ttl: int) -> None:
        self.kind = kind
        self.ttl = ttl
        # A caller sends the same token for minutes: its signature is checked once, its end every time.
        self._read_once = lru_cache(maxsize=REMEMBERED)(kind.read)

    def issue(self, user_id: int, session_id: UUID, role: str) -> str:
        now = int(time.time())
        return self.kind.sign(
            {
                "sub": str(user_id),
                "sid": str(session_id),
                "role": role,
                "iat": now,
                "exp": now + self.ttl,
                "jti": new_label(),
            }
        )

    def read(self, token: str) -> AccessClaims:
        """Raises Unreadable."""
        claims = self._read_once(token)
        if not (isinstance(claims.get("role"), str) and isinstance(claims.get("jti"), str)):
            raise Unreadable
        return AccessClaims(subject(claims), session_id(claims), is_expired(claims))


def subject(claims: Claims) -> int:
    """The user id in `sub`. Raises Unreadable."""
    sub: Any = claims.get("sub")
    user_id = row_id(sub) if isinstance(sub, str) else None
    if user_id is None:
        raise Unreadable
    return user_id


def session_id(claims: Claims) -> UUID:
    """The session id in `sid`. Raises Unreadable."""
    sid: Any = claims.get("sid")
    if not (isinstance(sid, str) and len(sid) == 36):
        raise Unreadable
    try:
        return UUID(sid)
    except ValueError:
        raise Unreadable from None
