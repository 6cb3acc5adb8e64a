"""How long one request may wait in all: for a connection, for a hash slot, for a lock.

Each wait has a bound of its own, but three of them in a row would pass the three seconds that a caller is
promised. So a request starts a clock, and every wait takes what is left.
"""

import time
from contextvars import ContextVar

# After this no further wait begins; a statement under way may still take its own timeout (0.9 s).
REQUEST_SECONDS = 2.0
# Until then: so long is an answer waited for that PostgreSQL owes us, on a connection that may have fallen silent.
STATEMENT_SECONDS = 0.9
# Of a deadline that has passed: what has arrived meanwhile is read.
A_MOMENT = 0.01

_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


def start() -> None:
    """The clock of this request starts."""
    _deadline.set(time.monotonic() + REQUEST_SECONDS)


def prolong(seconds: float) -> None:
    """By what the caller took to send the rest of it."""
    deadline = _deadline.get()
    if deadline is not None:
        _deadline.set(deadline + seconds)


def allow(seconds: float) -> None:
    """At least so many more, for what must be done even at the end of a request that waited in vain."""
    deadline = _deadline.get()
    if deadline is not None:
        _deadline.set(max(deadline, time.monotonic() + seconds))


def end() -> None:
    _deadline.set(None)


def left(at_most: float) -> float:
    """Seconds that the next wait may take; never negative. Outside of a request (a command): `at_most`."""
    deadline = _deadline.get()
    return at_most if deadline is None else max(0.0, min(at_most, deadline - time.monotonic()))


def left_to_hear(at_most: float) -> float:
    """Seconds that the answer to a statement under way may take, whichever wait came before it."""
    deadline = _deadline.get()
    if deadline is None:
        return at_most
    return max(A_MOMENT, min(at_most, deadline + STATEMENT_SECONDS - time.monotonic()))
