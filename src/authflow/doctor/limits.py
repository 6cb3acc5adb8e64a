"""Limits: whether any hold, and of which causes mails were withheld: why somebody waits for one in vain."""

from collections.abc import Iterator, Sequence

from authflow.config import Config
from authflow.doctor.finding import Finding, ok, problem
from authflow.domain.withheld_mail import Withheld

MINUTE = 60


def findings_of_limits(config: Config, withheld: Sequence[Withheld]) -> Iterator[Finding]:
    if config.rate_limits:
        times = config.limits_per_ip
        yield ok("limits", "on; /metrics counts who is refused" + (f"; per IP times {times}" if times > 1 else ""))
    else:
        yield problem("limits", "off, also of guesses at passwords: set RATE_LIMITS=on")
    causes = [f"{each.cause} {each.mails}, the latest {each.latest / MINUTE:.0f} min ago" for each in withheld]
    yield ok("withheld", f"mails beyond a mailbox's share: {'; '.join(causes)}" if causes else "no mail")
