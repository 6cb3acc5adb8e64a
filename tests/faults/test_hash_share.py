"""Neither cheap requests nor a slow processor keep anybody from logging in (CONTRACT 5; SECURITY_BAR 81)."""

import os
import signal
import statistics
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from authflow.crypto.hash_slots import MAX_WAIT
from tests.support.callers import callers_of, codes, log_in, register
from tests.support.client import ADA

from .cheap_requests import HEALTH, ME, asking, me

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process keep to a core")

COST = {"BCRYPT_ROUNDS": "12"}
LOGINS = 5
# Of five; seconds.
AT_LEAST, WITHIN = 4, 2.0
AT_ONCE = 4
WARMING_UP = 1.0
# Of the duty cycle that stands for a small share of a core, in seconds.
PERIOD = 0.1


@contextmanager
def on_one_core() -> Generator[None]:
    """What is started meanwhile."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def share_of_a_core(group: int, share: float) -> Generator[None]:
    """For the time of the block that process group runs for so much of every tenth of a second."""
    over = threading.Event()

    def cycle() -> None:
        while not over.is_set():
            os.killpg(group, signal.SIGSTOP)
            time.sleep(PERIOD * (1 - share))
            os.killpg(group, signal.SIGCONT)
            over.wait(PERIOD * share)

    thread = threading.Thread(target=cycle)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        os.killpg(group, signal.SIGCONT)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("connections", [2, 20])
@pytest.mark.parametrize("what", ["health", "me without a token", "me with a token"])
def test_cheap_requests_without_a_pause_keep_nobody_out(database, start, report, what, connections, workers):
    with on_one_core():
        server = start(database.url(), workers, **COST)
    with callers_of(server, workers) as callers:
        callers.insist(register(ADA))
        request = {"health": HEALTH, "me without a token": ME}.get(what) or me(callers.insist(log_in(ADA)).access)
        with asking(server.port, connections, request):
            time.sleep(WARMING_UP)
            before = len(server.events("request"))
            answers = [callers.ask(log_in(ADA)) for _ in range(LOGINS)]
            others = len(server.events("request")) - before
    seconds = sum(answer.seconds for answer in answers)
    report(
        f"{connections} connections loop on {what}, {workers} workers on one core: {dict(codes(answers))}, "
        f"median {statistics.median(answer.seconds for answer in answers):.2f} s, "
        f"slowest {max(answer.seconds for answer in answers):.2f} s; others {others / seconds:.0f} a second"
    )
    assert sum(answer.status == 200 and answer.seconds < WITHIN for answer in answers) >= AT_LEAST


@pytest.mark.parametrize(("share", "succeed"), [(0.1, 1), (0.5, AT_ONCE), (1.0, AT_ONCE)])
def test_a_slow_processor_takes_its_time_and_refuses_only_who_would_wait_for_a_slot(
    database, start, report, share, succeed
):
    with on_one_core():
        server = start(database.url(), 1, **COST)
    with callers_of(server, AT_ONCE) as callers:
        callers.insist(register(ADA))
        with share_of_a_core(server.process.pid, share):
            alone = callers.ask(log_in(ADA))
            answers = callers.at_once([log_in(ADA)] * AT_ONCE)
    report(
        f"at {share} of a core: one login {alone.code} in {alone.seconds:.2f} s; {AT_ONCE} at once "
        f"{dict(codes(answers))}, slowest {max(answer.seconds for answer in answers):.2f} s"
    )
    assert alone.status == 200
    assert codes(answers)[200] >= succeed
    assert set(codes(answers)) <= {200, "unavailable"}
    refused = [answer.seconds for answer in answers if answer.status == 503]
    assert all(seconds < MAX_WAIT + 1.0 for seconds in refused)
