"""Where passwords are hashed: a few threads of low priority, with a share of their own, and few who may wait.

A login storm must not take the processor or the request threads from everybody else (OWASP ASVS 15.1.3):
with more waiting than this, a guarded request would wait behind the storm for seconds.
"""

import os
import sys
import threading
import time
from collections.abc import Callable, Set
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
from itertools import count
from queue import PriorityQueue
from typing import Any, Generic, TypeVar

from authflow import hash_priority, metrics, request_deadline, turns
from authflow.cores import keep_to, usable_cores
from authflow.errors import HashingBusy

T = TypeVar("T")
# Measured: with 32 request threads, 16 waiting logins keep the others' p99 within tens of milliseconds.
WAITING = 16
# Of these, for callers whom the account knows. They go first too: behind twelve others they would wait in vain.
KEPT_FOR_FAMILIAR = 4
# Seconds that a login waits for a slot before it is told to come again. A hash under way is waited for.
MAX_WAIT = 2.0
NICENESS = 10
# Seconds between two looks at what a hash has got of the processor; and at whether the next one begins.
LOOK_EVERY = 0.02
LOOK_FOR_BEGIN_EVERY = 0.1
# Seconds of a core, for a request whose hash got too little: some round trips to the database.
REST_OF_REQUEST = 0.02


class HashSlots:
    def __init__(self, slots: int) -> None:
        self._slots = slots
        self._executor = ThreadPoolExecutor(slots, "hash", _step_aside, (usable_cores(),))
        self._places = threading.BoundedSemaphore(slots + WAITING)
        self._places_of_strangers = threading.BoundedSemaphore(slots + WAITING - KEPT_FOR_FAMILIAR)
        # Whom the account knows before strangers, then as they came.
        self._queue: PriorityQueue[tuple[bool, int, UnderWay[Any]]] = PriorityQueue()
        self._numbers = count()
        self._running: set[UnderWay[Any]] = set()

    def run(self, work: Callable[..., T], *arguments: object, is_familiar: bool = False) -> T:
        """What `work` returns. Raises HashingBusy at once when too many wait, or after 2 s without a slot.

        Of `is_familiar` callers strangers keep none out, however many there are.
        """
        turns.leave()
        under_way = UnderWay(work, arguments)
        self._take_place(under_way.future, is_familiar)
        self._submit(under_way, is_familiar)
        if not self._begins(under_way, request_deadline.left(at_most=MAX_WAIT)) and under_way.future.cancel():
            metrics.HASHES_WAITING.dec()
            metrics.HASHES_REFUSED.inc()
            raise HashingBusy
        began = time.monotonic()
        try:
            return _result(under_way)
        finally:
            # How fast this processor hashes is no wait for others.
            request_deadline.prolong(time.monotonic() - began)

    def _take_place(self, future: "Future[Any]", is_familiar: bool) -> None:
        """Kept until that is done. Raises HashingBusy."""
        for places in [self._places] if is_familiar else [self._places_of_strangers, self._places]:
            if not places.acquire(blocking=False):
                future.cancel()
                metrics.HASHES_REFUSED.inc()
                raise HashingBusy
            future.add_done_callback(partial(_give_back, places))

    def _submit(self, under_way: "UnderWay[Any]", is_familiar: bool) -> None:
        metrics.HASHES_WAITING.inc()
        self._queue.put((not is_familiar, next(self._numbers), under_way))
        try:
            self._executor.submit(self._run_next)
        except RuntimeError:
            metrics.HASHES_WAITING.dec()
            under_way.future.cancel()
            raise

    def _run_next(self) -> None:
        """In a thread of the executor, once for each that was submitted; some have left meanwhile."""
        under_way = self._queue.get_nowait()[-1]
        if not under_way.future.set_running_or_notify_cancel():
            return
        self._running.add(under_way)
        under_way.run()
        self._running.discard(under_way)

    def _begins(self, under_way: "UnderWay[Any]", seconds: float) -> bool:
        """Whether within that time. A free slot may lack the processor even to begin: others give way then too."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if under_way.begins_within(min(left, LOOK_FOR_BEGIN_EVERY)):
                return True
            if len(self._running) < self._slots:
                hash_priority.ask_for(hash_priority.LONGEST_PAUSE)
        return False


def _result(under_way: "UnderWay[T]") -> T:
    """Sees to it, meanwhile, that it gets its share; where it did not, so must the rest of its request."""
    missing = 0.0
    while not wait([under_way.future], LOOK_EVERY).done:
        missing = under_way.seconds_missing(hash_priority.SHARE_OF_HASHES)
        hash_priority.ask_for(missing)
    if missing > 0:
        hash_priority.ask_for(REST_OF_REQUEST)
    return under_way.future.result()


class UnderWay(Generic[T]):
    """A hash, and what it has had of the processor so far."""

    def __init__(self, work: Callable[..., T], arguments: tuple[object, ...]) -> None:
        self.future: Future[T] = Future()
        self._work = work
        self._arguments = arguments
        self._has_begun = threading.Event()
        self._thread = 0
        self._began = self._had_run = 0.0

    def run(self) -> None:
        metrics.HASHES_WAITING.dec()
        self._thread = threading.get_ident()
        self._began, self._had_run = time.monotonic(), _seconds_run(self._thread)
        self._has_begun.set()
        try:
            with metrics.HASHES_RUNNING.track_inprogress():
                result = self._work(*self._arguments)
        except BaseException as error:  # noqa: BLE001, whatever it is, the caller's
            self.future.set_exception(error)
        else:
            self.future.set_result(result)

    def begins_within(self, seconds: float) -> bool:
        return self._has_begun.wait(seconds)

    def seconds_missing(self, share: float) -> float:
        """Of a core, to so great a share of one since it began; negative where it has had more."""
        if not self._has_begun.is_set():
            return 0.0
        due = share * (time.monotonic() - self._began)
        return due - (_seconds_run(self._thread) - self._had_run)


def _give_back(places: threading.Semaphore, _: "Future[Any]") -> None:
    places.release()


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
