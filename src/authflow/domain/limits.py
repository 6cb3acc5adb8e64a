"""Every limit on attempts, in one table: how many, in which time, counted by what (CONTRACT.md, section 6)."""

from dataclasses import dataclass

from authflow.domain.durations import DAY, HOUR, MINUTE
from authflow.domain.verification import VerificationKind

# How long an IP that signed in to an account keeps an allowance of its own there.
FAMILIAR_IP_DAYS = 30


@dataclass(frozen=True, slots=True)
class Allowance:
    """At most `hits` in `seconds`, counted from the first one; or one more after each `seconds`: it refills."""

    hits: int
    seconds: int
    refills: bool = False

    def times(self, factor: int) -> "Allowance":
        return Allowance(self.hits * factor, self.seconds, self.refills)


@dataclass(frozen=True, slots=True)
class Limit:
    """Beyond `per_ip` an attempt is refused; beyond the others too, or it is answered and nothing is done."""

    name: str
    per_ip: Allowance | None = None
    per_email: tuple[Allowance, ...] = ()
    per_email_and_ip: tuple[Allowance, ...] = ()
    # Where the answer must be the same for every email, whatever was tried before.
    ignores_email_beyond: bool = False
    # Whether an IP known to the account draws on `per_email` by itself: strangers can neither use that up for its
    # owner, nor tell from their own what the owner did.
    spares_familiar_ip: bool = False
    # Another limit that an attempt draws on too: which of the two is given back is known once it was looked at.
    drawn_with: "Limit | None" = None


RIGHT_PASSWORD = Limit("right-password", Allowance(120, 5 * MINUTE), per_email_and_ip=(Allowance(20, 5 * MINUTE),))
LOGIN = Limit(
    "login",
    Allowance(30, 5 * MINUTE),
    (Allowance(10, 5 * MINUTE),),
    spares_familiar_ip=True,
    drawn_with=RIGHT_PASSWORD,
)
# None of these by email: a stranger would keep its owner from signing up or from a new password. What is mailed is
# bounded by the mailbox (`mail_budgets.py`).
REGISTER = Limit("register", Allowance(20, HOUR))
FORGOT = Limit("forgot", Allowance(20, HOUR))
RESEND = Limit("resend", Allowance(20, HOUR))
EMAIL_CHANGE = Limit("email-change", Allowance(20, HOUR), (Allowance(5, HOUR),))
# OWASP ASVS 6.6.3: asking for new codes gives no new guesses.
CODES_A_DAY = (Allowance(100, DAY),)
CODES_A_DAY_AND_IP = (Allowance(10, DAY),)
RESET_CODE = Limit(
    "reset-code", Allowance(30, 5 * MINUTE), CODES_A_DAY, CODES_A_DAY_AND_IP, ignores_email_beyond=True
)
VERIFICATION = Limit("proof", Allowance(30, 5 * MINUTE))
# Whose it is, and of which purpose, is known once the verification was looked up.
VERIFICATION_CODE = {
    kind: Limit(f"{kind}-code", None, CODES_A_DAY, CODES_A_DAY_AND_IP, ignores_email_beyond=True)
    for kind in VerificationKind
}
