"""The cores of the processor: which of them are ours, and who keeps to which.

Of all threads of a process one runs Python at a time. Left where the system puts them, they hand their lock from
core to core and wait for each other: measured, two workers on two cores lose a third of `/refresh` to that.
"""

import os
import sys
from collections import Counter
from collections.abc import Iterable, Set
from contextlib import suppress


def usable_cores() -> Set[int]:
    """The numbers of those that this process may run on."""
    if sys.platform == "linux":
        return os.sched_getaffinity(0)
    return set(range(os.cpu_count() or 1))


def core_for_another(workers: int, taken: Iterable[int | None]) -> int | None:
    """The core to which the next of so many workers keeps: the one with the fewest; None: to no core.

    None where the workers do not share the cores evenly. Where they are fewer, this may be a part of a large
    machine, on which everybody else would choose the same few.
    """
    cores = sorted(usable_cores())
    if workers % len(cores):
        return None
    workers_on = Counter(taken)
    return min(cores, key=lambda core: workers_on[core])


def keep_to(cores: Set[int]) -> None:
    """From now on this thread, and each that it starts, runs on these only."""
    if sys.platform == "linux":
        # What the system has taken away meanwhile is no reason to end.
        with suppress(OSError):
            os.sched_setaffinity(0, cores)
