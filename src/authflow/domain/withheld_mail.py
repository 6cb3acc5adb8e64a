"""How many mails were not sent as their mailbox had its share."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Withheld:
    """`latest`: the seconds since the last of them."""

    cause: str
    mails: int
    latest: float
