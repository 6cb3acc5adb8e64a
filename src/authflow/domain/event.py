"""What happened to an account, as its owner may read it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

# How long its owner can read of it (CONTRACT.md, section 2).
EVENT_DAYS = 90


class EventType(StrEnum):
    """The types on the wire. Failed logins are not among them: writing one would tell that there is an account."""

    LOGIN_SUCCEEDED = "login_succeeded"
    LOGGED_OUT = "logged_out"
    LOGGED_OUT_EVERYWHERE = "logged_out_everywhere"
    SESSION_REVOKED = "session_revoked"
    REFRESH_REUSE = "refresh_reuse"
    EMAIL_VERIFIED = "email_verified"
    EMAIL_CHANGE_ASKED = "email_change_asked"
    EMAIL_CHANGED = "email_changed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105, the name of an event
    PASSWORD_RESET = "password_reset"  # noqa: S105, likewise


@dataclass(frozen=True, slots=True)
class Event:
    id: int
    # A text: a newer release beside this one may know more types.
    type: str
    at: datetime
    ip: str | None
    device: str
    session_id: UUID | None
