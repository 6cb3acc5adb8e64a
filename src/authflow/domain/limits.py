"""Every limit, in one table: how many attempts, in which time, counted by what (CONTRACT.md, section 6)."""

from dataclasses import dataclass

MINUTE = 60
HOUR = 3_600
# How long an IP that signed in to an account keeps an allowance of its own there.
FAMILIAR_IP_DAYS = 30


@dataclass(frozen=True, slots=True)
class Allowance:
    """At most `hits` attempts in `seconds`, counted from the first one."""

    hits: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Limit:
    name: str
    per_ip: Allowance
    per_email: Allowance
    # Whether an IP known to the account is counted apart, so that strangers cannot lock its owner out.
    spares_familiar_ip: bool = False


LOGIN = Limit("login", Allowance(30, 5 * MINUTE), Allowance(10, 5 * MINUTE), spares_familiar_ip=True)
REGISTER = Limit("register", Allowance(20, HOUR), Allowance(5, 15 * MINUTE))
