"""A worker keeps to a core of its own where there is one for each; only hashes may take any."""

import os
import signal
import sys
from pathlib import Path

import pytest
from tests.support.callers import callers_of, log_in
from tests.support.server import Server, wait_until

from authflow.cores import core_for_another, usable_cores

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a thread keep to a core")


def cores_of(worker: int) -> list[set[int]]:
    """Of each of its threads."""
    return [os.sched_getaffinity(int(thread.name)) for thread in Path(f"/proc/{worker}/task").iterdir()]


def own_cores(server: Server) -> list[set[int]]:
    return sorted((os.sched_getaffinity(worker) for worker in server.workers), key=sorted)


def test_each_worker_has_a_core_its_hashes_have_all_and_its_successor_inherits_it(start):
    ours = sorted(usable_cores())
    server, each_to_one = start(workers=len(ours)), [{core} for core in ours]
    assert own_cores(server) == each_to_one
    with callers_of(server, 1) as callers:
        callers.insist(log_in("nobody@example.com", "a password of nobody"))
    (hashing,) = (
        worker for worker in server.workers if len(cores_of(worker)) > 1 and ours in map(sorted, cores_of(worker))
    )
    os.kill(hashing, signal.SIGKILL)
    wait_until(lambda: server.workers_started == len(ours) + 1 and own_cores(server) == each_to_one, 30)


def test_workers_that_do_not_share_the_cores_evenly_go_where_they_are_sent(start):
    server = start(workers=len(usable_cores()) + 1)
    assert all(os.sched_getaffinity(worker) == usable_cores() for worker in server.workers)


@pytest.mark.parametrize(
    ("workers", "taken", "core"),
    [(2, [], 4), (2, [4], 7), (2, [7], 4), (4, [4, 7], 4), (2, [4, 7, None], 4), (1, [], None), (3, [4, 7], None)],
)
def test_the_core_with_the_fewest_is_next(monkeypatch, workers, taken, core):
    monkeypatch.setattr("authflow.cores.usable_cores", lambda: {7, 4})
    assert core_for_another(workers, taken) == core
