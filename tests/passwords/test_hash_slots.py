"""The bound on hashing: few at once, few waiting, the rest told at once to come again."""

import os
import sys
import threading
import time

import pytest

from authflow import patience
from authflow.crypto import hash_slots
from authflow.crypto.hash_slots import NICENESS, WAITING, HashSlots, slots_of_process
from authflow.errors import HashingBusy


@pytest.fixture
def gate():
    gate = threading.Event()
    yield gate
    gate.set()


def occupy(slots, gate, callers):
    """That many callers who wait until the gate opens."""
    threads = [threading.Thread(target=slots.run, args=(gate.wait,)) for _ in range(callers)]
    for thread in threads:
        thread.start()
    while slots._executor._work_queue.qsize() < callers - 1:
        time.sleep(0.001)
    return threads


def run_and_give_up(slots, gate):
    with pytest.raises(HashingBusy):
        slots.run(gate.wait)


def test_one_too_many_is_refused_at_once(gate):
    slots = HashSlots(slots=1)
    threads = occupy(slots, gate, 1 + WAITING)
    with pytest.raises(HashingBusy):
        slots.run(int)
    gate.set()
    for thread in threads:
        thread.join()
    assert slots.run(int) == 0


def test_who_waits_too_long_is_refused_and_leaves_the_queue(gate, monkeypatch):
    monkeypatch.setattr(hash_slots, "MAX_WAIT", 0.05)
    slots = HashSlots(slots=1)
    blocker = threading.Thread(target=run_and_give_up, args=(slots, gate))
    blocker.start()
    ran = []
    with pytest.raises(HashingBusy):
        slots.run(ran.append, "late")
    blocker.join()
    gate.set()
    assert slots.run(int) == 0
    assert not ran


def test_a_request_that_has_waited_already_waits_for_the_rest_only(gate, monkeypatch):
    monkeypatch.setattr(patience, "REQUEST_SECONDS", 0.0)
    patience.start()
    try:
        with pytest.raises(HashingBusy):
            HashSlots(slots=1).run(gate.wait)
    finally:
        patience.end()


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
