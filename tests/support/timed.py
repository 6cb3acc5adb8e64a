"""How long something may take: timed by `make faults` and `make bar`, not by `make test`.

That one runs beside whatever else a machine is busy with, and says nothing of time but that there is an end.
"""

import math
import os

IS_TIMED = bool(os.environ.get("TIMED"))
# What `make test` grants in any case, and how much more than elsewhere; seconds.
UNTIMED, UNTIMED_FACTOR = 10.0, 5.0


def at_most(seconds: float, less_than: float = math.inf) -> float:
    """Seconds; `less_than`: what it would take without the rule under test."""
    return seconds if IS_TIMED else min(max(UNTIMED, UNTIMED_FACTOR * seconds), less_than)
