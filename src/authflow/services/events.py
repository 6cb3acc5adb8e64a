"""One's own security events, newest first."""

from dataclasses import dataclass

from authflow.database.transaction import Database
from authflow.domain.event import EVENT_DAYS, Event
from authflow.domain.session import SignedIn


@dataclass(frozen=True, slots=True)
class Page:
    """`next_before` is the id to go on from; None on the last page."""

    events: list[Event]
    next_before: int | None


@dataclass(frozen=True)
class EventService:
    database: Database

    def list_mine(self, signed_in: SignedIn, before: int | None, at_most: int) -> Page:
        """A page of the caller's own events, newest first; `before`: the id that the page before ended with.

        Raises DatabaseUnavailable.
        """
        found = self.database.autocommit.events.list_of(signed_in.user.id, before, at_most + 1, EVENT_DAYS)
        events = found[:at_most]
        return Page(events, events[-1].id if len(found) > at_most else None)
