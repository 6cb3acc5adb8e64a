"""A signed-in device, and what a refresh token presented for it means."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from authflow.domain.user import User


@dataclass(frozen=True, slots=True)
class SessionLife:
    """How long a session may idle and last, and how long a rotated token is still answered; seconds."""

    idle: int
    absolute: int
    grace: int

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


@dataclass(frozen=True, slots=True)
class PresentedToken:
    """A refresh token as it came in: signed by us, but not yet compared with its session."""

    session_id: UUID
    secret: str
    secret_hash: bytes
    generation: int
    is_expired: bool


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a presented refresh token came to: the session as it now is, or the discovery of a theft."""

    session: Session
    role: str
    is_reuse: bool


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
