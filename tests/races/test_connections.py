"""Connections: each worker takes its share of a burst, and nobody who falls silent keeps one."""

import os
import signal
import socket
import sys
import time
from collections.abc import Generator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from tests.support.server import wait_until

from authflow.web.fair_worker import RECEIVE_PATIENCE

# The first could have taken all of them by then.
MANY = 500
HEAD_START = 0.1
HALF_A_HEAD = b"GET /health HTTP/1.1\r\nHost: 127.0.0.1"
HALF_A_BODY = b"POST /api/auth/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{"
# Beyond the patience, for a busy machine.
SOON = 3.0


@contextmanager
def connected(port: int, count: int) -> Generator[None]:
    with ExitStack() as connections:
        for _ in range(count):
            connections.enter_context(socket.create_connection(("127.0.0.1", port)))
        yield


def sockets_of(worker: int) -> int:
    return sum(str(file.readlink()).startswith("socket:") for file in Path(f"/proc/{worker}/fd").iterdir())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells whose a socket is")
def test_whoever_is_first_leaves_the_others_their_share_of_a_burst(start):
    server = start(workers=2)
    first, second = server.workers
    for worker in server.workers:
        os.kill(worker, signal.SIGSTOP)
    with connected(server.port, MANY):
        os.kill(first, signal.SIGCONT)
        time.sleep(HEAD_START)
        os.kill(second, signal.SIGCONT)
        wait_until(lambda: sockets_of(first) + sockets_of(second) >= MANY)
        assert min(sockets_of(first), sockets_of(second)) > MANY / 5


@pytest.mark.parametrize(
    ("half", "answered"), [(HALF_A_HEAD, b""), (HALF_A_BODY, b"HTTP/1.1 400 ")], ids=["head", "body"]
)
def test_half_a_request_is_given_up(start, half, answered):
    server = start(workers=1)
    with closing(socket.create_connection(("127.0.0.1", server.port), 3 * RECEIVE_PATIENCE)) as caller:
        began = time.monotonic()
        caller.sendall(half)
        assert caller.recv(len(answered) or 1) == answered
        seconds = time.monotonic() - began
    assert RECEIVE_PATIENCE - 1 < seconds < RECEIVE_PATIENCE + SOON
    assert "error" not in {line["level"] for line in server.lines()}
