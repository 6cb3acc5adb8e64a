"""Where passwords are hashed: a few threads of low priority, with a share of their own, and few who may wait.

A login storm must not take the processor or the request threads from everybody else (OWASP ASVS 15.1.3):
with more waiting than this, a guarded request would wait behind the storm for seconds.
"""

import os
import sys
import threading
import time
from collections.abc import Callable, Set
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

from authflow import giving_way, metrics, patience
from authflow.cores import keep_to, usable_cores
from authflow.errors import HashingBusy

T = TypeVar("T")
# Measured: with 32 request threads, 16 waiting logins keep the others' p99 within tens of milliseconds.
WAITING = 16
# Seconds that a login waits for a slot before it is told to come again. A hash under way is waited for.
MAX_WAIT = 2.0
NICENESS = 10
# Seconds between two looks at what a hash has got of the processor.
LOOK_EVERY = 0.02


class HashSlots:
    def __init__(self, slots: int) -> None:
        self._executor = ThreadPoolExecutor(slots, "hash", _step_aside, (usable_cores(),))
        self._places = threading.BoundedSemaphore(slots + WAITING)

    def run(self, work: Callable[..., T], *arguments: object) -> T:
        """What `work` returns. Raises HashingBusy at once when too many wait, or after 2 s without a slot."""
        if not self._places.acquire(blocking=False):
            metrics.HASHES_REFUSED.inc()
            raise HashingBusy
        under_way = UnderWay(work, arguments)
        future = self._submit(under_way)
        future.add_done_callback(lambda _: self._places.release())
        if not under_way.begins_within(patience.left(at_most=MAX_WAIT)) and future.cancel():
            metrics.HASHES_WAITING.dec()
            metrics.HASHES_REFUSED.inc()
            raise HashingBusy
        began = time.monotonic()
        try:
            return self._result(future, under_way)
        finally:
            # How fast this processor hashes is no wait for others.
            patience.prolong(time.monotonic() - began)

    def _result(self, future: "Future[T]", under_way: "UnderWay[T]") -> T:
        """Sees to it, meanwhile, that it gets its share."""
        while True:
            try:
                return future.result(LOOK_EVERY)
            except TimeoutError:
                if future.done():
                    raise
                giving_way.ask_for(under_way.seconds_missing(giving_way.SHARE_OF_HASHES))

    def _submit(self, work: "UnderWay[T]") -> "Future[T]":
        metrics.HASHES_WAITING.inc()
        try:
            return self._executor.submit(work)
        except RuntimeError:
            metrics.HASHES_WAITING.dec()
            self._places.release()
            raise


class UnderWay(Generic[T]):
    """A hash, and what it has had of the processor so far."""

    def __init__(self, work: Callable[..., T], arguments: tuple[object, ...]) -> None:
        self._work = work
        self._arguments = arguments
        self._has_begun = threading.Event()
        self._thread = 0
        self._began = self._had_run = 0.0

    def __call__(self) -> T:
        metrics.HASHES_WAITING.dec()
        self._thread = threading.get_ident()
        self._began, self._had_run = time.monotonic(), _seconds_run(self._thread)
        self._has_begun.set()
        with metrics.HASHES_RUNNING.track_inprogress():
            return self._work(*self._arguments)

    def begins_within(self, seconds: float) -> bool:
        return self._has_begun.wait(seconds)

    def seconds_missing(self, share: float) -> float:
        """Of a core, to so great a share of one since it began; negative where it has had more."""
        due = share * (time.monotonic() - self._began)
        return due - (_seconds_run(self._thread) - self._had_run)


def slots_of_process(processes: int) -> int:
    """This process' share of the cores that it may run on."""
    return max(1, len(usable_cores()) // processes)


def _seconds_run(thread: int) -> float:
    """Of the processor, by that thread of this process; 0 for all where the system does not tell."""
    if sys.platform == "linux":
        return time.clock_gettime(time.pthread_getcpuclockid(thread))
    return 0.0


def _step_aside(cores: Set[int]) -> None:
    """A hash needs no Python meanwhile: it may run on any core, but after everybody else."""
    keep_to(cores)
    # On Linux niceness is a thread's own, and lowering it needs no privilege.
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
