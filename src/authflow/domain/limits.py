"""Every limit, in one table: how many attempts, in which time, counted by what (CONTRACT.md, section 6)."""

from dataclasses import dataclass

MINUTE = 60
HOUR = 3_600
DAY = 24 * HOUR
# How long an IP that signed in to an account keeps an allowance of its own there.
FAMILIAR_IP_DAYS = 30


@dataclass(frozen=True, slots=True)
class Allowance:
    """At most `hits` attempts in `seconds`, counted from the first one."""

    hits: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Limit:
    """Beyond `per_ip` an attempt is refused; beyond `per_email` too, or it is answered and nothing is done."""

    name: str
    per_ip: Allowance | None = None
    per_email: tuple[Allowance, ...] = ()
    # Where the answer must be the same for every email, whatever was asked before.
    ignores_email_beyond: bool = False
    # Whether an IP known to the account is counted apart, so that strangers cannot lock its owner out.
    spares_familiar_ip: bool = False


LOGIN = Limit("login", Allowance(30, 5 * MINUTE), (Allowance(10, 5 * MINUTE),), spares_familiar_ip=True)
REGISTER = Limit("register", Allowance(20, HOUR), (Allowance(5, 15 * MINUTE),))
# The last link stays good: nobody floods a mailbox, nor keeps its owner from resetting.
FORGOT = Limit(
    "forgot", Allowance(20, HOUR), (Allowance(5, HOUR), Allowance(1, MINUTE)), ignores_email_beyond=True
)
RESENDS = (Allowance(5, HOUR), Allowance(1, MINUTE))
RESEND = Limit("resend", Allowance(20, HOUR), RESENDS, ignores_email_beyond=True)
# Likewise, where only the service knows whom the mail is for.
RESEND_OF_PROOF = Limit("resend", per_email=RESENDS)
EMAIL_CHANGE = Limit("email-change", per_email=(Allowance(5, HOUR),))
PROOF = Limit("proof", Allowance(30, 5 * MINUTE))
# OWASP ASVS 6.6.3: asking for new codes gives no new guesses.
CODE = Limit("code", per_email=(Allowance(10, DAY),))
