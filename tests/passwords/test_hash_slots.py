"""The bound on hashing: few at once, few waiting, the rest told at once to come again."""

import os
import sys
import threading
import time

import pytest
from tests.support.server import wait_until

from authflow import hash_priority, request_deadline
from authflow.crypto import hash_slots
from authflow.crypto.hash_slots import KEPT_FOR_FAMILIAR, NICENESS, WAITING, HashSlots, slots_of_process
from authflow.errors import HashingBusy


class Gate(threading.Event):
    """Work that ends when it is told to."""

    is_reached = False

    def wait(self, timeout=None):
        self.is_reached = True
        return super().wait(timeout)


@pytest.fixture
def gate():
    gate = Gate()
    yield gate
    gate.set()


def occupy(slots, gate, callers):
    """That many callers who wait until the gate opens."""
    threads = [threading.Thread(target=slots.run, args=(gate.wait,)) for _ in range(callers)]
    for thread in threads:
        thread.start()
    while slots._executor._work_queue.qsize() < callers - 1 or not gate.is_reached:
        time.sleep(0.001)
    return threads


def test_one_too_many_is_refused_at_once(gate):
    slots = HashSlots(slots=1)
    threads = occupy(slots, gate, 1 + WAITING - KEPT_FOR_FAMILIAR)
    with pytest.raises(HashingBusy):
        slots.run(int)
    gate.set()
    for thread in threads:
        thread.join()
    assert slots.run(int) == 0


def test_who_waits_too_long_is_refused_and_leaves_the_queue(gate, monkeypatch):
    slots = HashSlots(slots=1)
    (blocker,) = occupy(slots, gate, 1)
    ran = []
    with monkeypatch.context() as impatient:
        impatient.setattr(hash_slots, "MAX_WAIT", 0.05)
        with pytest.raises(HashingBusy):
            slots.run(ran.append, "late")
    gate.set()
    blocker.join()
    assert slots.run(int) == 0
    assert not ran


def test_a_hash_under_way_is_waited_for_however_long_it_takes(gate):
    """On a slow processor it is longer than the wait for a slot: thrown away, nobody would ever log in."""
    slots, results = HashSlots(slots=1), []
    caller = threading.Thread(target=lambda: results.append(slots.run(gate.wait)))
    caller.start()
    caller.join(1.5 * hash_slots.MAX_WAIT)
    assert caller.is_alive()
    gate.set()
    caller.join()
    assert results == [True]


def test_what_a_hash_took_is_not_taken_from_the_waits_that_follow():
    slots = HashSlots(slots=1)
    request_deadline.start()
    try:
        slots.run(time.sleep, 1.5)
        assert request_deadline.left(at_most=3.0) > request_deadline.REQUEST_SECONDS - 1.5
    finally:
        request_deadline.end()


def test_a_request_that_has_waited_already_waits_for_the_rest_only(gate, monkeypatch):
    monkeypatch.setattr(request_deadline, "REQUEST_SECONDS", 0.0)
    slots = HashSlots(slots=1)
    (blocker,) = occupy(slots, gate, 1)
    request_deadline.start()
    try:
        with pytest.raises(HashingBusy):
            slots.run(int)
    finally:
        request_deadline.end()
    gate.set()
    blocker.join()


def test_a_slot_that_is_free_and_does_not_begin_asks_the_others_to_give_way(monkeypatch):
    """Its thread has not had the processor even once."""
    asked, go_on = [], threading.Event()

    def ask_for(missing):
        asked.append(missing)
        go_on.set()

    monkeypatch.setattr(hash_priority, "ask_for", ask_for)
    slots = HashSlots(slots=1)
    run_next = slots._run_next
    monkeypatch.setattr(slots, "_run_next", lambda: go_on.wait(10) and run_next())
    assert slots.run(int) == 0
    assert asked[0] > 0


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody tells how long a thread has run")
def test_a_hash_that_gets_too_little_of_the_processor_asks_the_others_to_give_way(gate, monkeypatch):
    asked = []
    monkeypatch.setattr(hash_priority, "ask_for", asked.append)
    slots = HashSlots(slots=1)
    (blocker,) = occupy(slots, gate, 1)
    wait_until(lambda: len(asked) >= 3)
    # It has not run at all: half of the time that has passed is missing, and more every time.
    assert 0 < asked[0] < asked[1] < asked[2]
    gate.set()
    blocker.join()


def test_a_failure_of_the_work_is_the_callers_and_frees_the_place():
    slots = HashSlots(slots=1)
    for _ in range(WAITING + 2):
        with pytest.raises(ZeroDivisionError):
            slots.run(divmod, 1, 0)


def test_a_process_that_ends_takes_no_place():
    slots = HashSlots(slots=1)
    slots._executor.shutdown()
    for _ in range(WAITING + 2):
        with pytest.raises(RuntimeError):
            slots.run(int)


def test_hashing_yields_to_everything_else():
    slots = HashSlots(slots=1)
    # Niceness is a thread's own on Linux; elsewhere it stays what it is.
    own = os.getpriority(os.PRIO_PROCESS, 0)
    expected = min(19, NICENESS) if sys.platform == "linux" else own
    assert slots.run(lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id())) == expected


def test_processes_share_the_cores():
    cores = slots_of_process(1)
    assert slots_of_process(cores * 10) == 1
    assert cores >= 1
