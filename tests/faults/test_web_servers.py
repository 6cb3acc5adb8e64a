"""Web servers that are replaced under load, and callers who are slow (SECURITY_BAR 70 and 83)."""

import http.client
import socket
import time
from collections.abc import Generator
from contextlib import ExitStack, closing, contextmanager
from math import ceil

import psycopg

from authflow.web.fair_worker import RECEIVE_PATIENCE
from tests.support.callers import HEALTH, answer_of

from .load import load_on

RESTARTS = 20
WORKERS = 2
WHILE_BOTH_LIVE = 0.5
# Seconds: Render sends SIGKILL after 30.
STOPPED_WITHIN = 30.0
# The first number leaves some of its threads free, the second none.
THREADS = 32 * WORKERS
FEW, MANY = 20, 200
HALF_A_REQUEST = b"POST /api/auth/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{"
NOTICED = 0.5
# So long gunicorn waits for a caller to hang up.
HANGING_UP = 2.0
PATIENCE = 60.0


def test_rolling_restarts_fail_nobody(database, start, report):
    """As a platform does it: the new server is ready, callers are sent to it, the old one gets SIGTERM."""
    current, stops = start(database.url(), WORKERS), []
    with load_on(lambda: current.port) as load:
        for _ in range(RESTARTS):
            old, current = current, start(database.url(), WORKERS)
            time.sleep(WHILE_BOTH_LIVE)
            began = time.monotonic()
            assert old.stop() == 0
            stops.append(time.monotonic() - began)
    with psycopg.connect(database.url(), autocommit=True) as tables:
        assert load.losses(tables) == []
    assert load.codes.keys() == {200}
    assert max(stops) < STOPPED_WITHIN
    report(
        f"{RESTARTS} rolling restarts of gunicorn: answers {dict(load.codes)}, slowest {load.slowest:.2f} s; "
        f"stopped within {max(stops):.1f} s, exit code 0; failed: 0; acknowledged and lost: 0"
    )


def test_slow_callers_hold_a_thread_each_until_they_are_given_up(database, start, report):
    """Why a buffering proxy stands in front: without one, enough of them keep everybody else out for a while."""
    server = start(database.url(), WORKERS)
    with slow_callers(server.port, FEW):
        with_few = seconds_to_answer(server.port)
    with slow_callers(server.port, MANY):
        with_many = seconds_to_answer(server.port)
    afterwards = seconds_to_answer(server.port)
    assert with_few < NOTICED
    # A thread gives up one after the other; of those that wait here at most as many are before us.
    assert NOTICED < with_many < (RECEIVE_PATIENCE + HANGING_UP) * ceil(MANY / THREADS)
    assert afterwards < NOTICED
    assert server.stop() == 0
    report(
        f"callers who send half a request, {WORKERS} workers, no proxy: with {FEW} of them /health takes "
        f"{with_few * 1000:.0f} ms, with {MANY} {with_many:.1f} s (each is given up after {RECEIVE_PATIENCE:g} s "
        f"without a byte), and {afterwards * 1000:.0f} ms once they are gone"
    )


@contextmanager
def slow_callers(port: int, count: int) -> Generator[None]:
    with ExitStack() as connections:
        for _ in range(count):
            connection = connections.enter_context(socket.create_connection(("127.0.0.1", port)))
            connection.sendall(HALF_A_REQUEST)
        time.sleep(NOTICED)
        yield


def seconds_to_answer(port: int) -> float:
    began = time.monotonic()
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        assert answer_of(connection, HEALTH).status == http.HTTPStatus.OK
    return time.monotonic() - began
