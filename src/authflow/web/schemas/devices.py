"""Devices and events on the wire."""

from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError, fields, validate

from authflow.domain.row_id import row_id
from authflow.domain.session import SessionPlace
from authflow.web.schemas.fields import Moment, Text
from authflow.web.schemas.shapes import In, Out, Shown

PAGE_MAX = 100
NO_CURSOR = "It must be the nextCursor of the page before."


class Session(Shown):
    id = fields.UUID(required=True)
    current = fields.Boolean(required=True, metadata={"description": "whether this request came from it"})
    device = fields.String(required=True, metadata={"example": "Firefox on Linux"})
    user_agent = fields.String(required=True, data_key="userAgent")
    ip = fields.String(required=True, allow_none=True)
    created_at = Moment(required=True, data_key="createdAt")
    last_used_at = Moment(required=True, data_key="lastUsedAt")
    expires_at = Moment(required=True, data_key="expiresAt")


class SessionsOut(Out):
    sessions = fields.List(fields.Nested(Session), required=True)
    next_cursor = fields.String(required=True, allow_none=True, data_key="nextCursor")


class Cursor(Text):
    """Where a page goes on: `nextCursor` of the one before."""

    def _deserialize(self, *arguments: Any, **options: Any) -> Any:
        cursor = row_id(super()._deserialize(*arguments, **options))
        if cursor is None:
            raise ValidationError(NO_CURSOR)
        return cursor


class PageSize(fields.Integer):
    """How many a page may have, in digits: Python reads more than we describe (`+1`, `1_0`, other scripts)."""

    default_error_messages = {"invalid": "It must be a whole number."}  # noqa: RUF012, marshmallow's own

    def __init__(self) -> None:
        within = validate.Range(1, PAGE_MAX, error="It must be from {min} to {max}.")
        super().__init__(load_default=50, validate=within)

    def _deserialize(self, value: Any, *arguments: Any, **options: Any) -> Any:
        if not (value.isascii() and value.isdigit()):
            raise self.make_error("invalid")
        return super()._deserialize(value, *arguments, **options)


class PagePlace(Text):
    """Where a page of sessions goes on: `nextCursor` of the one before."""

    def _deserialize(self, *arguments: Any, **options: Any) -> Any:
        place = SessionPlace.parse(super()._deserialize(*arguments, **options))
        if place is None:
            raise ValidationError(NO_CURSOR)
        return place


@dataclass(frozen=True, slots=True)
class SessionsQuery:
    limit: int
    cursor: SessionPlace | None = None


class SessionsIn(In):
    makes = SessionsQuery
    cursor = PagePlace()
    limit = PageSize()


@dataclass(frozen=True, slots=True)
class EventsQuery:
    limit: int
    cursor: int | None = None


class EventsIn(In):
    makes = EventsQuery
    cursor = Cursor()
    limit = PageSize()


# A release that runs beside this one, or comes after it, may write more types than it knows.
KNOWN_OR_NEWER = [{"$ref": "#/components/schemas/EventType"}, {"type": "string"}]


class Event(Shown):
    id = fields.Integer(required=True)
    type = fields.String(required=True, metadata={"anyOf": KNOWN_OR_NEWER, "example": "login_succeeded"})
    at = Moment(required=True)
    ip = fields.String(required=True, allow_none=True)
    device = fields.String(required=True)
    session_id = fields.UUID(required=True, allow_none=True, data_key="sessionId")


class EventsOut(Out):
    events = fields.List(fields.Nested(Event), required=True)
    next_cursor = fields.String(required=True, allow_none=True, data_key="nextCursor")
