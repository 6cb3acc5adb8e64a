"""Brute-force limits, counted before the work in PostgreSQL, so that every process and instance shares them."""

from dataclasses import dataclass

from authflow.crypto.keyed_hash import KeyedHash
from authflow.database.transaction import Database
from authflow.domain.device import UNKNOWN_NETWORK, Device
from authflow.domain.email_address import EmailAddress
from authflow.domain.limits import FAMILIAR_IP_DAYS, Allowance, Limit
from authflow.repositories.limit_counters import Count


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the caller may be told of its own IP, and after how many seconds it is heard again, if refused."""

    limit: Limit
    ip_hits_left: int
    ip_seconds_left: int
    retry_after: int | None


@dataclass(frozen=True)
class Throttle:
    database: Database
    names: KeyedHash
    is_on: bool

    def count(self, limit: Limit, device: Device, email: EmailAddress) -> Verdict | None:
        """Counts an attempt, whatever comes of it; None while limits are off. Raises DatabaseUnavailable.

        By the email as submitted, known or not: a refusal tells nobody whether there is an account.
        """
        if not self.is_on:
            return None
        by_ip, by_email, by_both = self.database.once.limit_counters.count(
            [
                (self._key(limit, "ip", device.network), limit.per_ip),
                (self._key(limit, "email", email.canonical), limit.per_email),
                (self._key(limit, "both", device.network, email.canonical), limit.per_email),
            ]
        )
        refusals = [*_refusal(by_ip, limit.per_ip), *_refusal(by_email, limit.per_email)]
        if _refusal(by_email, limit.per_email) and self._is_familiar(limit, device, email):
            refusals = [*_refusal(by_ip, limit.per_ip), *_refusal(by_both, limit.per_email)]
        left = max(0, limit.per_ip.hits - by_ip.hits)
        return Verdict(limit, left, by_ip.seconds_left, max(refusals, default=None))

    def _is_familiar(self, limit: Limit, device: Device, email: EmailAddress) -> bool:
        """Whether this IP keeps an allowance of its own, which strangers cannot use up for the owner."""
        return (
            limit.spares_familiar_ip
            and device.network != UNKNOWN_NETWORK
            and self.database.once.refresh_tokens.has_signed_in_from(email, device.network, FAMILIAR_IP_DAYS)
        )

    def _key(self, limit: Limit, *parts: str) -> bytes:
        return self.names.digest(limit.name, *parts)


def _refusal(count: Count, allowance: Allowance) -> list[int]:
    """The seconds to wait, where the allowance is used up."""
    return [max(1, count.seconds_left)] if count.hits > allowance.hits else []
