"""Brute-force limits, counted before the work in PostgreSQL, so that every process and instance shares them."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from authflow.crypto.keyed_hash import KeyedHash
from authflow.database.transaction import Database
from authflow.domain.device import Device
from authflow.domain.limit_draw import AccountAtIp, Draw
from authflow.domain.limits import FAMILIAR_IP_DAYS, RIGHT_PASSWORD, Allowance, Limit
from authflow.services.limits_attempt import Attempt, By, Part

# A limit, and whose: the canonical email as submitted, known or not, so that a refusal tells nobody whether it is.
Try = tuple[Limit, str | None]

_attempt: ContextVar[Attempt | None] = ContextVar("attempt", default=None)


@dataclass(frozen=True)
class LimitService:
    """Whoever counts and keeps does so in the attempt under way; outside of one nothing is limited.

    `per_ip_times` multiplies what every IP may do.
    """

    database: Database
    names: KeyedHash
    is_on: bool
    per_ip_times: int

    @contextmanager
    def attempt(self) -> Generator[Attempt]:
        """One request: at its end is given back what was counted and not looked at."""
        attempt = Attempt(self.database)
        token = _attempt.set(attempt)
        try:
            yield attempt
        finally:
            _attempt.reset(token)
            attempt.give_back()

    def count(self, device: Device, *tries: Try) -> None:
        """Counts a try under all these limits, or under none, in one statement.

        Raises RateLimited, DatabaseUnavailable.
        """
        attempt = _attempt.get()
        if self.is_on and attempt is not None and tries:
            account = next((account for _, account in tries if account is not None), None)
            attempt.draw(list(self._parts(device, tries)), _asked_of(account, device))

    def key_of_nobody(self, account: str) -> bytes:
        """Of a row that limits nothing, written where an account's own would have been."""
        return self.names.digest("nobody", account)

    def is_heard(self) -> bool:
        """Whether the try is to be looked at, and not only answered."""
        attempt = _attempt.get()
        return attempt is None or not attempt.is_ignored

    def is_familiar(self) -> bool:
        """Whether this IP is, to the account whose password is tried; False where nothing asked."""
        attempt = _attempt.get()
        return attempt is not None and attempt.is_familiar

    def keep(self, *limits: Limit) -> None:
        """What was tried was looked at: it stays counted under these, or under all but right passwords."""
        attempt = _attempt.get()
        if attempt is None:
            return
        if limits:
            attempt.keep(*limits)
        else:
            attempt.keep_all_but(RIGHT_PASSWORD)

    def accept_password(self) -> None:
        """It was right: so it is no guess, and counts with the right ones, which were drawn on before the hash."""
        self.keep(RIGHT_PASSWORD)

    def _parts(self, device: Device, tries: Sequence[Try]) -> Iterator[Part]:
        """In the order in which they are drawn: the IPs of all limits, narrow before wide, then the accounts."""
        others = ((limit.drawn_with, account) for limit, account in tries if limit.drawn_with)
        tries = (*tries, *others)
        for network, factor in device.networks.items():
            yield from (
                self._part_of_network(limit, limit.per_ip, network, factor) for limit, _ in tries if limit.per_ip
            )
        for limit, account in tries:
            yield from self._parts_of_account(limit, device.network, account)

    def _part_of_network(self, limit: Limit, allowance: Allowance, network: str, factor: int) -> Part:
        by = By.IP if factor == 1 else By.NETWORK
        key = self._key(limit, allowance, "ip", network)
        own = allowance.times(factor * self.per_ip_times)
        return Part(limit, by, Draw(key, own, spares_familiar=by is By.NETWORK))

    def _parts_of_account(self, limit: Limit, network: str, account: str | None) -> Iterator[Part]:
        if account is None:
            return
        for allowance in limit.per_email_and_ip:
            yield Part(
                limit, By.EMAIL_AND_IP, Draw(self._key(limit, allowance, "both", network, account), allowance)
            )
        for allowance in limit.per_email:
            own = self._key(limit, allowance, "both", network, account) if limit.spares_familiar_ip else None
            yield Part(limit, By.EMAIL, Draw(self._key(limit, allowance, "email", account), allowance, own))

    def _key(self, limit: Limit, allowance: Allowance, *name: str) -> bytes:
        return self.names.digest(limit.name, str(allowance.seconds), *name)


def _asked_of(account: str | None, device: Device) -> AccountAtIp | None:
    """Of whom it may be asked whether this IP is familiar."""
    bounds = device.bounds
    return AccountAtIp(account, *bounds, FAMILIAR_IP_DAYS) if account and bounds else None
