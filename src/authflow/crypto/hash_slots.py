"""Where passwords are hashed: a few threads of low priority, and a bound on who may wait for them.

A login storm must not take the processor or the request threads from everybody else (OWASP ASVS 15.1.3):
with more waiting than this, a guarded request would wait behind the storm for seconds.
"""

import os
import sys
import threading
from collections.abc import Callable, Set
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from authflow import metrics, patience
from authflow.cores import keep_to, usable_cores
from authflow.errors import HashingBusy

T = TypeVar("T")
# Measured: with 32 request threads, 16 waiting logins keep the others' p99 within tens of milliseconds.
WAITING = 16
# Seconds that a login waits for its hash before it is told to come again.
MAX_WAIT = 2.0
NICENESS = 15


class HashSlots:
    def __init__(self, slots: int) -> None:
        self._executor = ThreadPoolExecutor(slots, "hash", _step_aside, (usable_cores(),))
        self._places = threading.BoundedSemaphore(slots + WAITING)

    def run(self, work: Callable[..., T], *arguments: object) -> T:
        """What `work` returns. Raises HashingBusy at once when too many wait, or after 2 seconds of waiting."""
        if not self._places.acquire(blocking=False):
            metrics.HASHES_REFUSED.inc()
            raise HashingBusy
        future = self._submit(_counted, work, *arguments)
        future.add_done_callback(lambda _: self._places.release())
        try:
            return future.result(patience.left(at_most=MAX_WAIT))
        except TimeoutError:
            if future.cancel():
                metrics.HASHES_WAITING.dec()
            metrics.HASHES_REFUSED.inc()
            raise HashingBusy from None

    def _submit(self, work: Callable[..., T], *arguments: object) -> Future[T]:
        metrics.HASHES_WAITING.inc()
        try:
            return self._executor.submit(work, *arguments)
        except RuntimeError:
            metrics.HASHES_WAITING.dec()
            self._places.release()
            raise


def slots_of_process(processes: int) -> int:
    """This process' share of the cores that it may run on."""
    return max(1, len(usable_cores()) // processes)


def _counted(work: Callable[..., T], *arguments: object) -> T:
    metrics.HASHES_WAITING.dec()
    with metrics.HASHES_RUNNING.track_inprogress():
        return work(*arguments)


def _step_aside(cores: Set[int]) -> None:
    """A hash needs no Python meanwhile: it may run on any core, but after everybody else."""
    keep_to(cores)
    # On Linux niceness is a thread's own, and lowering it needs no privilege.
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
