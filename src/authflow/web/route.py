"""What one line of `routes.py` says, and what its controller is handed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from marshmallow import Schema

from authflow.domain.device import Device
from authflow.domain.email_address import EmailAddress
from authflow.domain.limits import Limit
from authflow.errors import AuthflowError
from authflow.web.guards import Guard
from authflow.web.schemas.shapes import In

Caller = TypeVar("Caller")
Given = TypeVar("Given")


@dataclass(frozen=True, slots=True)
class Call(Generic[Caller, Given]):
    """A request that passed every check: who calls, with which validated input, from where."""

    caller: Caller
    given: Given
    device: Device


@dataclass(frozen=True)
class Throttled:
    """A limit, and whose email it counts."""

    limit: Limit
    email_of: Callable[[Call[Any, Any]], EmailAddress]


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    controller: Callable[[Call[Any, Any]], object]
    gives: Schema | None = None
    takes: In | None = None
    guard: Guard | None = None
    throttled: Throttled | None = None
    status: int = 200
    # What a 503 says, where it is an answer and no error.
    gives_unavailable: Schema | None = None
    # Beyond those that the guard, the body and the limit bring along.
    raises: tuple[type[AuthflowError], ...] = ()

    @property
    def name(self) -> str:
        """Unique, as Flask wants it."""
        return f"{self.method} {self.path}".replace(".", "_")


def by_submitted_email(limit: Limit) -> Throttled:
    return Throttled(limit, lambda call: call.given.email)


def by_own_email(limit: Limit) -> Throttled:
    return Throttled(limit, lambda call: call.caller.user.address)
