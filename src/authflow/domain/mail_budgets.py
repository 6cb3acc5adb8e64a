"""How many mails one mailbox gets of each cause, in one table (CONTRACT.md, section 6)."""

from dataclasses import dataclass

from authflow.domain.durations import DAY, HOUR, MINUTE
from authflow.domain.limits import Allowance

# Local parts of these say the same with and without dots.
IGNORE_DOTS = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}


@dataclass(frozen=True, slots=True)
class MailBudget:
    """Beyond one of them a mail of this cause is withheld; the mails that went stay good."""

    cause: str
    allowances: tuple[Allowance, ...]


# A link lives for 30 minutes: however long strangers go on, the newest one is good for 15 more.
RESET = MailBudget("reset", (Allowance(1, MINUTE), Allowance(2, 15 * MINUTE, refills=True)))
RESET_FROM_FAMILIAR_IP = MailBudget("reset from a familiar ip", (Allowance(2, HOUR),))
# Of all such IPs together: a thief who has the password makes as many familiar as he has.
RESET_FROM_FAMILIAR_IPS = MailBudget("reset from familiar ips", (Allowance(6, HOUR),))
SIGN_UP = MailBudget("sign-up", (Allowance(2, 15 * MINUTE, refills=True),))
EMAIL_CHANGE = MailBudget("email change", (Allowance(2, 6 * HOUR, refills=True),))
ALREADY_REGISTERED = MailBudget("already registered", (Allowance(1, HOUR), Allowance(4, DAY)))
# Of an account whose address is proved: nothing that a stranger can spend, nor a thief before its owner knows.
# The same one is of the same kind, about what the same device did from the same network.
NOTICE = MailBudget("notice", (Allowance(1, 15 * MINUTE),))
NOTICES = MailBudget("notices from everywhere", (Allowance(4, 15 * MINUTE),))
NEW_DEVICE = MailBudget("new device", (Allowance(1, 30 * DAY),))
NOTICE_UNPROVED = MailBudget("notice to an unproved address", (Allowance(2, DAY),))
CAUSES = tuple(
    budget.cause
    for budget in (
        *(RESET, RESET_FROM_FAMILIAR_IP, RESET_FROM_FAMILIAR_IPS, SIGN_UP, EMAIL_CHANGE),
        *(ALREADY_REGISTERED, NOTICE, NOTICES, NEW_DEVICE, NOTICE_UNPROVED),
    )
)


def mailbox_of(email_canonical: str) -> str:
    """The address folded, for limits only: a stranger can put any word behind a plus."""
    local, _, domain = email_canonical.rpartition("@")
    plain = local.partition("+")[0] or local
    if domain in IGNORE_DOTS:
        return f"{plain.replace('.', '')}@{IGNORE_DOTS[domain]}"
    return f"{plain}@{domain}"
