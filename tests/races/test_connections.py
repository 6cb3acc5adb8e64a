"""Connections: each worker takes its share of a burst, and nobody who falls silent keeps one."""

import os
import signal
import socket
import sys
import time
from collections.abc import Generator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import pytest
from tests.support.server import hold_still, wait_until
from tests.support.timed import at_most

from authflow.request_deadline import REQUEST_SECONDS
from authflow.server.connection import RECEIVE_PATIENCE

# The first could have taken all of them by then.
MANY = 500
HEAD_START = 0.1
HALF_A_HEAD = b"GET /health HTTP/1.1\r\nHost: 127.0.0.1"
HALF_A_BODY = b"POST /api/auth/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 53\r\n"
HALF_A_BODY += b'Content-Type: application/json\r\n\r\n{"email":"nobody@example.com",'
OTHER_HALF = b'"password":"of nobody"}'
HALVES = (HALF_A_HEAD, HALF_A_BODY)
# As in gunicorn.conf.py.
THREADS = 32
FEW = 8
REFUSED, UNAUTHORIZED = b"HTTP/1.1 400 ", b"HTTP/1.1 401 "
# Beyond the patience, for a busy machine.
SOON = at_most(3.0)


@contextmanager
def connected(port: int, count: int) -> Generator[None]:
    with ExitStack() as connections:
        for _ in range(count):
            connections.enter_context(socket.create_connection(("127.0.0.1", port)))
        yield


def sockets_of(worker: int) -> int:
    found = 0
    for file in Path(f"/proc/{worker}/fd").iterdir():
        # Closed meanwhile.
        with suppress(FileNotFoundError):
            found += str(file.readlink()).startswith("socket:")
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells whose a socket is")
def test_whoever_is_first_leaves_the_others_their_share_of_a_burst(start):
    server = start(workers=2)
    first, second = server.workers
    for worker in server.workers:
        hold_still(worker)
    with connected(server.port, MANY):
        os.kill(first, signal.SIGCONT)
        time.sleep(HEAD_START)
        os.kill(second, signal.SIGCONT)
        wait_until(lambda: sockets_of(first) + sockets_of(second) >= MANY)
        assert min(sockets_of(first), sockets_of(second)) > MANY / 5


def test_half_a_request_is_given_up_and_others_do_not_notice(start):
    """Of its head as of its body; a head is given up without an answer, as there is no request yet."""
    server, began = start(workers=1), time.monotonic()
    with ExitStack() as halves:
        heads, bodies = (
            [halves.enter_context(half_sent(server.port, half)) for _ in range(FEW)] for half in HALVES
        )
        assert [caller.recv(1) for caller in heads] == [b""] * FEW
        assert RECEIVE_PATIENCE - 1 < time.monotonic() - began < RECEIVE_PATIENCE + SOON
        # None of them has hung up: what waits for that is not to be in anybody's way.
        assert server.is_healthy()
        assert [caller.recv(len(REFUSED)) for caller in bodies] == [REFUSED] * FEW
        assert time.monotonic() - began < RECEIVE_PATIENCE + SOON
    assert "error" not in {line["level"] for line in server.lines()}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells whose a socket is")
@pytest.mark.parametrize("sent", [b"", *HALVES], ids=["nothing", "half a head", "half a body"])
def test_who_does_not_go_on_holds_no_thread(start, sent):
    """There are more of them than threads: who had to wait for one would wait until some are given up."""
    server = start(workers=1)
    with ExitStack() as callers:
        for _ in range(3 * THREADS):
            callers.enter_context(half_sent(server.port, sent))
        assert server.is_healthy()
        assert sockets_of(server.workers[0]) > 3 * THREADS


def test_a_body_that_takes_its_time_is_answered(start):
    """What its caller took is not taken from the two seconds in which an answer may wait for others."""
    with half_sent(start(workers=1).port, HALF_A_BODY) as caller:
        time.sleep(REQUEST_SECONDS + 0.2)
        caller.sendall(OTHER_HALF)
        assert caller.recv(len(UNAUTHORIZED)) == UNAUTHORIZED


@contextmanager
def half_sent(port: int, half: bytes) -> Generator[socket.socket]:
    with closing(socket.create_connection(("127.0.0.1", port), 3 * RECEIVE_PATIENCE)) as connection:
        connection.sendall(half)
        yield connection
