"""A signed-in device, and what a refresh token presented for it means."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from authflow.domain.device import Device
from authflow.domain.user import User

# Of one account (CONTRACT.md, section 4): those that live, and all rows, dead ones included.
MOST_LIVE = 100
MOST_ROWS = 200
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# What `SessionPlace` writes: microseconds, id.
PLACE = re.compile(r"([0-9]{1,17})\.([0-9a-f]{32})")


class Delivery(StrEnum):
    """How the tokens of a session travel: in bodies, the refresh token in a cookie, or both in cookies."""

    BODY = "body"
    REFRESH_COOKIE = "refresh-cookie"
    COOKIES = "cookies"


class Method(StrEnum):
    """What showed who somebody is; as RFC 8176 calls it where it has a name for it."""

    PASSWORD = "pwd"  # noqa: S105, a name
    MAILBOX = "mail"


@dataclass(frozen=True, slots=True)
class SessionLife:
    """How long a session may idle and last, and how long a rotated token is still answered; seconds."""

    idle: int
    absolute: int
    grace: int

    def seconds_left(self, session: "Session") -> int:
        """Of the absolute life, from the newest rotation on."""
        return self.absolute - int((session.rotated_at - session.created_at).total_seconds())

    def end(self, session: "Session") -> datetime:
        """When the newest refresh token of this session expires: rotation never extends the absolute life."""
        return min(
            session.rotated_at + timedelta(seconds=self.idle),
            session.created_at + timedelta(seconds=self.absolute),
        )


@dataclass(frozen=True, slots=True)
class Session:
    id: UUID
    user_id: int
    generation: int
    rotated_at: datetime
    created_at: datetime
    delivery: Delivery


@dataclass(frozen=True, slots=True)
class PresentedToken:
    """A refresh token as it came in: signed by us, but not yet compared with its session."""

    user_id: int
    session_id: UUID
    secret: str
    secret_hash: bytes
    generation: int
    is_expired: bool
    # Of the secret and the `Idempotency-Key` that came along; None without one.
    retry_key_hash: bytes | None = None


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a presented refresh token came to: the session as it now is, or the discovery of a theft.

    Not new: the successor that another caller was given already, or that is asked for again by its key.
    """

    session: Session
    user: User
    is_reuse: bool
    is_new: bool
    is_by_key: bool


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session and its user: what a guarded request knows of its caller."""

    user: User
    session_id: UUID


@dataclass(frozen=True, slots=True)
class SessionState:
    """Both false: the session lives."""

    is_revoked: bool
    is_expired: bool


@dataclass(frozen=True, slots=True)
class FoundSession:
    signed_in: SignedIn
    state: SessionState


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A session as its owner sees it; used last when it was refreshed, or begun."""

    id: UUID
    device: Device
    device_name: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SessionPlace:
    """Where a page of sessions ends, and the next one goes on."""

    last_used_at: datetime
    id: UUID

    @classmethod
    def parse(cls, text: str) -> "SessionPlace | None":
        found = PLACE.fullmatch(text)
        return cls(EPOCH + timedelta(microseconds=int(found[1])), UUID(found[2])) if found else None

    def __str__(self) -> str:
        return f"{(self.last_used_at - EPOCH) // timedelta(microseconds=1)}.{self.id.hex}"


@dataclass(frozen=True, slots=True)
class SessionPage:
    """`next_place` is None on the last page."""

    sessions: list[LiveSession]
    next_place: SessionPlace | None
