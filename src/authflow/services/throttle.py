"""Brute-force limits, counted before the work in PostgreSQL, so that every process and instance shares them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from authflow.crypto.keyed_hash import KeyedHash
from authflow.database.transaction import Database
from authflow.domain.device import UNKNOWN_NETWORK, Device
from authflow.domain.limits import FAMILIAR_IP_DAYS, Allowance, Limit
from authflow.errors import RateLimited
from authflow.repositories.limit_counters import Count

NOWHERE = Device(None, "")


@dataclass(frozen=True, slots=True)
class Tally:
    """One allowance, whose it is, and how much of it is used."""

    by: Literal["ip", "email", "both"]
    allowance: Allowance
    count: Count

    @property
    def hits_left(self) -> int:
        return max(0, self.allowance.hits - self.count.hits)

    @property
    def is_used_up(self) -> bool:
        return self.count.hits > self.allowance.hits


@dataclass(frozen=True, slots=True)
class Verdict:
    """What comes of an attempt: refused for some seconds, or answered and ignored, or neither.

    `by_ip` is what the caller may be told.
    """

    limit: Limit
    by_ip: Tally | None
    retry_after: int | None
    is_ignored: bool


@dataclass(frozen=True)
class Throttle:
    database: Database
    names: KeyedHash
    is_on: bool

    def count(self, limit: Limit, device: Device, account: str | None) -> Verdict | None:
        """Counts an attempt, whatever comes of it; None while limits are off. Raises DatabaseUnavailable.

        `account` is the canonical email as submitted, known or not: a refusal tells nobody whether there is one.
        """
        if not self.is_on:
            return None
        tallies = self._count(limit, device, account)
        by_email = [tally for tally in tallies if tally.by == "email"]
        if account and _wait(by_email) and self._is_familiar(limit, device, account):
            by_email = [tally for tally in tallies if tally.by == "both"]
        by_ip = next((tally for tally in tallies if tally.by == "ip"), None)
        is_beyond_email = _wait(by_email) is not None
        refusing = [] if limit.ignores_email_beyond else by_email
        return Verdict(
            limit,
            by_ip,
            retry_after=_wait([*refusing, *([by_ip] if by_ip else [])]),
            is_ignored=is_beyond_email and limit.ignores_email_beyond,
        )

    def check(self, limit: Limit, device: Device, account: str) -> None:
        """Counts an attempt that only a service can tell. Raises RateLimited, DatabaseUnavailable."""
        verdict = self.count(limit, device, account)
        if verdict is not None and verdict.retry_after is not None:
            raise RateLimited(verdict.retry_after)

    def hears(self, limit: Limit, account: str) -> bool:
        """Counts an attempt by account alone; whether it is still to be looked at. Raises DatabaseUnavailable."""
        verdict = self.count(limit, NOWHERE, account)
        return verdict is None or verdict.retry_after is None

    def _count(self, limit: Limit, device: Device, account: str | None) -> list[Tally]:
        """Every allowance in one statement."""
        drawn = list(self._draws(limit, device, account))
        counts = self.database.once.limit_counters.count([(key, allowance) for _, key, allowance in drawn])
        return [Tally(by, allowance, count) for (by, _, allowance), count in zip(drawn, counts, strict=True)]

    def _draws(
        self, limit: Limit, device: Device, account: str | None
    ) -> Iterator[tuple[Literal["ip", "email", "both"], bytes, Allowance]]:
        """The allowances that an attempt draws on, each with the name of its counter."""
        if limit.per_ip:
            yield "ip", self._key(limit, limit.per_ip, "ip", device.network), limit.per_ip
        if account is None:
            return
        for allowance in limit.per_email:
            yield "email", self._key(limit, allowance, "email", account), allowance
            if limit.spares_familiar_ip:
                yield "both", self._key(limit, allowance, "both", device.network, account), allowance

    def _is_familiar(self, limit: Limit, device: Device, account: str) -> bool:
        """Whether this IP keeps an allowance of its own, which strangers cannot use up for the owner."""
        return (
            limit.spares_familiar_ip
            and device.network != UNKNOWN_NETWORK
            and self.database.once.events.is_familiar(account, device.network, FAMILIAR_IP_DAYS)
        )

    def _key(self, limit: Limit, allowance: Allowance, *parts: str) -> bytes:
        return self.names.digest(limit.name, str(allowance.seconds), *parts)


def _wait(tallies: Iterable[Tally]) -> int | None:
    """The seconds until all of them hear again; None where none is used up."""
    waits = [max(1, tally.count.seconds_left) for tally in tallies if tally.is_used_up]
    return max(waits, default=None)
