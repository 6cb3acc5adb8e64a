"""How long this machine takes for a password, and so what `BCRYPT_ROUNDS` it carries."""

import time
from math import ceil, log2

from authflow.crypto import password_format
from authflow.doctor.finding import Finding, ok, problem

# Seconds of a person's patience, and half of what anybody waits for a slot: two at once are served.
LONGEST_HASH = 1.0
# What the configuration takes (`config/config.py`).
LOWEST_COST = 10


def finding_of_hashing(cost: int) -> Finding:
    seconds = seconds_of_hash(cost)
    told = f"a hash of cost {cost} takes {seconds:.2f} s here"
    if seconds <= LONGEST_HASH:
        return ok("passwords", f"{told}, so each core has time for {1 / seconds:.1f} logins a second")
    carried = cost - ceil(log2(seconds / LONGEST_HASH))
    if carried >= LOWEST_COST:
        return problem(
            "passwords", f"{told}: this machine carries BCRYPT_ROUNDS={carried}, or needs more processor"
        )
    return problem(
        "passwords", f"{told}: it is too slow even for BCRYPT_ROUNDS={LOWEST_COST}; give it more processor"
    )


def seconds_of_hash(cost: int) -> float:
    """By the clock on the wall: what others take of the processor, a login would wait for too."""
    began = time.monotonic()
    password_format.matches("measured by doctor", password_format.dummy_hash(cost))
    return time.monotonic() - began
