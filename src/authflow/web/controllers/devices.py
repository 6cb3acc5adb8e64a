"""One's own devices and what happened on them: `/sessions` and `/events`."""

from dataclasses import dataclass
from uuid import UUID

from authflow.domain.event import Event
from authflow.domain.session import LiveSession, SignedIn
from authflow.services.events import EventService
from authflow.services.sessions import SessionService
from authflow.web.route import Call
from authflow.web.schemas.devices import EventsQuery, SessionsQuery


@dataclass(frozen=True)
class Devices:
    sessions: SessionService
    events: EventService

    def list_sessions(self, call: Call[SignedIn, SessionsQuery]) -> object:
        """List the devices one is logged in on, last used first"""
        page = self.sessions.list_live(call.caller, call.given.cursor, call.given.limit)
        return {
            "sessions": [_shown(session, call.caller.session_id) for session in page.sessions],
            "next_cursor": page.next_place,
        }

    def end_session(self, call: Call[SignedIn, None]) -> object:
        """Sign one of one's own devices out"""
        self.sessions.end(call.caller, call.in_path["id"], call.device)
        return {"message": "Logged out on that device"}

    def list_events(self, call: Call[SignedIn, EventsQuery]) -> object:
        """List what happened to one's own account, newest first"""
        page = self.events.list_mine(call.caller, call.given.cursor, call.given.limit)
        return {"events": [_told(event) for event in page.events], "next_cursor": page.next_before}


def _shown(session: LiveSession, current: UUID) -> dict[str, object]:
    return {
        "id": session.id,
        "current": session.id == current,
        "device": session.device_name,
        "user_agent": session.device.user_agent,
        "ip": session.device.ip,
        "created_at": session.created_at,
        "last_used_at": session.last_used_at,
        "expires_at": session.expires_at,
    }


def _told(event: Event) -> dict[str, object]:
    return {
        "id": event.id,
        "type": event.type,
        "at": event.at,
        "ip": event.ip,
        "device": event.device,
        "session_id": event.session_id,
    }
