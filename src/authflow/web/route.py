"""What one line of `routes.py` says, and what its controller is handed."""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from marshmallow import Schema

from authflow.domain.device import Device
from authflow.domain.limits import Limit
from authflow.errors import AuthflowError
from authflow.web.guards import Guard
from authflow.web.schemas.passwords import ResetByCode
from authflow.web.schemas.shapes import In
from authflow.web.schemas.verifications import VerificationByCode

# But for 403: whoever is refused for where they come from changes nothing, in the browser neither.
ANY_BUT_FORBIDDEN = frozenset(range(100, 600)) - {403}

Caller = TypeVar("Caller")
Given = TypeVar("Given")


@dataclass(frozen=True, slots=True)
class Call(Generic[Caller, Given]):
    """A request that passed every check: who calls, with which validated input, from where.

    `in_path`: the ids that stand in the path, by their names there.
    """

    caller: Caller
    given: Given
    device: Device
    in_path: Mapping[str, UUID]


@dataclass(frozen=True)
class Throttled:
    """A limit, the canonical email of the account that an attempt is counted for, and which attempts are."""

    limit: Limit
    account_of: Callable[[Call[Any, Any]], str | None]
    counts: Callable[[Call[Any, Any]], bool] = lambda _call: True


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    controller: Callable[[Call[Any, Any]], object]
    gives: Schema | None = None
    takes: In | None = None
    takes_query: In | None = None
    guard: Guard | None = None
    throttled: tuple[Throttled, ...] = ()
    status: int = 200
    # Status, when, and what: its answer where the service is configured otherwise, for clients that meet both.
    elsewhere: tuple[int, str, Schema] | None = None
    # With which statuses the browser forgets its tokens.
    clears_cookies: Container[int] = ()
    # What a 503 says, where it is an answer and no error.
    gives_unavailable: Schema | None = None
    # Beyond those that the guard, the body and the limit bring along.
    raises: tuple[type[AuthflowError], ...] = ()

    @property
    def name(self) -> str:
        """Unique, as Flask wants it."""
        return f"{self.method} {self.path}".replace(".", "_")


def by_submitted_email(limit: Limit) -> Throttled:
    return Throttled(limit, lambda call: call.given.email.canonical)


def by_own_email(limit: Limit) -> Throttled:
    return Throttled(limit, lambda call: call.caller.user.email_canonical)


def by_ip_only(limit: Limit) -> Throttled:
    return Throttled(limit, lambda _call: None)


def by_code(limit: Limit) -> Throttled:
    """A code may be guessed, a link may not: whoever holds one may always use it."""
    return Throttled(limit, lambda _call: None, _has_code)


def by_code_and_email(limit: Limit) -> Throttled:
    return Throttled(limit, lambda call: call.given.email.canonical, _has_code)


def _has_code(call: Call[Any, Any]) -> bool:
    return isinstance(call.given, ResetByCode | VerificationByCode)
