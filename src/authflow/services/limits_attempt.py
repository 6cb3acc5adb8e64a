"""What one request has drawn of the limits, until it is known what of it is to be given back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from authflow import request_deadline
from authflow.database.transaction import Database
from authflow.domain.limit_draw import AccountAtIp, CounterState, Draw
from authflow.domain.limits import RIGHT_PASSWORD, Allowance, Limit
from authflow.errors import RateLimited, Unavailable
from authflow.log import log_warning
from authflow.metrics import ATTEMPTS_GIVEN_BACK, LIMITS_REACHED

# Seconds that giving back may wait for a connection, however long the request has waited already.
GIVE_BACK_SECONDS = 0.3


class By(StrEnum):
    """What a counter counts by; `NETWORK` is one that is wider than what is taken for one caller."""

    IP = "ip"
    NETWORK = "network"
    EMAIL_AND_IP = "email and ip"
    EMAIL = "email"


OF_THE_CALLER = {By.IP, By.NETWORK}


@dataclass(frozen=True, slots=True)
class Part:
    """One counter of a limit."""

    limit: Limit
    by: By
    draw: Draw


@dataclass(frozen=True, slots=True)
class Bucket:
    """What the caller may be told: how much of a limit their own IP has left."""

    allowance: Allowance
    hits_left: int
    seconds_left: int


class Attempt:
    """Given back as a whole at its end, but for what was kept: what was looked at."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._taken: list[tuple[Part, CounterState]] = []
        # Given back whatever comes.
        self._owed: list[tuple[Part, CounterState]] = []
        self.buckets: dict[str, Bucket] = {}
        # It is to be answered as ever, and nothing is to be looked at (`Limit.ignores_email_beyond`).
        self.is_ignored = False
        # The caller's IP, to the account: it drew on an allowance of its own there.
        self.is_familiar = False

    def draw(self, parts: Sequence[Part], account: AccountAtIp | None) -> None:
        """Counts under all these parts, or under none of them. Raises RateLimited, DatabaseUnavailable."""
        counts = self._database.autocommit.limit_counters.draw([part.draw for part in parts], account)
        drawn = [(parts[count.place - 1], count) for count in counts]
        taken = [(part, count) for part, count in drawn if count.key]
        left = [(part, count) for part, count in drawn if not count.key]
        self._taken += taken
        self.is_familiar = self.is_familiar or any(count.key == part.draw.key_of_familiar for part, count in taken)
        self.buckets |= {part.limit.name: _bucket(part, count) for part, count in left + taken if _is_told(part)}
        if left:
            # What was full before; else what filled up in this very moment.
            self._refuse([(part, count) for part, count in left if count.was_full] or left[len(taken) :][:1])

    def keep(self, *limits: Limit) -> None:
        """Under these limits it stays counted."""
        self._taken = [(part, count) for part, count in self._taken if part.limit not in limits]

    def keep_all_but(self, limit: Limit) -> None:
        """It stays counted; under that one it is given back, whatever else the request tries."""
        self._owed += [(part, count) for part, count in self._taken if part.limit is limit]
        self._taken = []

    def give_back(self) -> None:
        """Gives back the rest, each to the window that it was taken from."""
        returned = self._owed + self._taken
        if not returned:
            return
        request_deadline.allow(GIVE_BACK_SECONDS)
        taken = [(count.key, count.ends_at) for _, count in returned if count.key and count.ends_at]
        try:
            self._database.autocommit.limit_counters.give_back(taken)
        except Unavailable as error:
            log_warning("attempt_not_given_back", reason=type(error).__name__)
            return
        for part, _ in returned:
            self._note_given_back(part)
        self._taken, self._owed = [], []

    def _refuse(self, refusing: Sequence[tuple[Part, CounterState]]) -> None:
        part, _ = refusing[0]
        LIMITS_REACHED.labels(part.limit.name, part.by).inc()
        if part.limit.ignores_email_beyond and part.by not in OF_THE_CALLER:
            self.is_ignored = True
        else:
            raise RateLimited(max(1, *(count.seconds_left for _, count in refusing)))

    def _note_given_back(self, part: Part) -> None:
        ATTEMPTS_GIVEN_BACK.labels(part.limit.name, part.by).inc()
        if _is_told(part):
            bucket = self.buckets[part.limit.name]
            self.buckets[part.limit.name] = replace(bucket, hits_left=bucket.hits_left + 1)


def _is_told(part: Part) -> bool:
    return part.by is By.IP and part.limit is not RIGHT_PASSWORD


def _bucket(part: Part, count: CounterState) -> Bucket:
    allowance = part.draw.allowance
    return Bucket(allowance, max(0, allowance.hits - count.hits), count.seconds_left)
