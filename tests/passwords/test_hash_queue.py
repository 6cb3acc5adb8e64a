"""Who finds the queue of hashes full is told so without standing in it."""

import threading
import time

import pytest

from authflow.crypto import hash_slots
from authflow.crypto.hash_slots import WAITING, HashSlots
from authflow.errors import HashingBusy


@pytest.fixture
def full():
    """One slot that is taken, and as many behind it as may wait."""
    slots, gate = HashSlots(slots=1), threading.Event()
    threads = [threading.Thread(target=slots.run, args=(gate.wait,)) for _ in range(1 + WAITING)]
    for thread in threads:
        thread.start()
    while slots._executor._work_queue.qsize() < WAITING:
        time.sleep(0.001)
    yield slots
    gate.set()
    for thread in threads:
        thread.join()


def test_the_next_one_does_not_wait(full, monkeypatch):
    monkeypatch.setattr(hash_slots, "MAX_WAIT", 60.0)
    began = time.monotonic()
    with pytest.raises(HashingBusy):
        full.run(int)
    assert time.monotonic() - began < hash_slots.MAX_WAIT / 2
