"""What an attempt draws on of the limits, and what came of it."""

from dataclasses import dataclass
from datetime import datetime

from authflow.domain.limits import Allowance


@dataclass(frozen=True, slots=True)
class Draw:
    """A counter that an attempt adds to.

    From an IP that is familiar to the account it adds to `key_of_familiar` instead, where there is one; of what
    `spares_familiar` such an IP is not refused.
    """

    key: bytes
    allowance: Allowance
    key_of_familiar: bytes | None = None
    spares_familiar: bool = False


@dataclass(frozen=True, slots=True)
class AccountAtIp:
    """Of whom it is asked whether these addresses are familiar, by an email as submitted, known or not."""

    email: str
    first_ip: str
    last_ip: str
    days: int


@dataclass(frozen=True, slots=True)
class CounterState:
    """What became of the draw at that place, from 1 on. `key`: what was added to; None: nothing was.

    `was_full`: before the attempt; then nothing was added to anything. One attempt may give two of a place: what
    was taken of it, and how it stood before.
    """

    place: int
    key: bytes | None
    hits: int
    was_full: bool
    ends_at: datetime | None
    seconds_left: int
