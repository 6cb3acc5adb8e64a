"""Callers who are slow, silent or deaf, with no proxy in front, cost nobody else a thing (SECURITY_BAR 70)."""

import http.client
import resource
import socket
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress

import pytest

from tests.support.callers import HEALTH, answer_of

from .stalling_callers import stalling

WORKERS = 2
# Seconds.
NOTICED = 0.5
WATCHED = 8.0
PATIENCE = 60.0
DRIP = 3.0
# Of the processor, to find out what else the machine does.
A_WHILE = 0.2
# Of one connection: more than the buffers on both sides hold.
PIPELINED = 100_000
GET = b"GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
SWAGGER = GET % b"/docs/swagger-ui-bundle.js"
LAST = b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
HALF_A_REQUEST = b"POST /api/auth/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{"

Attack = Callable[[int], None]


@pytest.fixture(autouse=True)
def enough_files() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@contextmanager
def connections(port: int, count: int) -> Generator[list[socket.socket]]:
    with ExitStack() as opened:
        yield [opened.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(count)]


def drip(callers: list[socket.socket], over: threading.Event) -> None:
    """A byte now and then, of a head that never ends."""
    for byte in GET.replace(b"\r\n\r\n", b"\r\nX: ") + b"y" * 100:
        for caller in callers:
            with suppress(OSError):
                caller.send(bytes([byte]))
        if over.wait(DRIP):
            return


ATTACKS = {
    "say nothing": (2_100, b"", 0),
    "pipeline and never read": (140, GET % b"/health", PIPELINED),
    "ask for a large file and never read": (140, SWAGGER, 20),
    "send half a request": (200, HALF_A_REQUEST, 1),
    "never hang up": (200, LAST, 1),
}


@pytest.mark.parametrize("what", ATTACKS)
def test_callers_who_do_not_go_on_keep_nobody_waiting(database, start, report, what):
    server = start(database.url(), WORKERS)
    count, request, times = ATTACKS[what]
    bound, alone = noticed(), slowest_answer(server.port)
    with stalling(server.port, count, request, times):
        slowest = slowest_answer(server.port)
    afterwards = seconds_to_answer(server.port)
    report(
        f"{count} callers who {what}: /health in {slowest * 1000:.0f} ms at most, "
        f"{alone * 1000:.0f} ms without them, {afterwards * 1000:.0f} ms once they are gone; "
        f"noticed from {bound * 1000:.0f} ms on"
    )
    assert slowest < bound
    assert afterwards < bound
    assert server.stop() == 0


def test_callers_who_send_a_byte_now_and_then_keep_nobody_waiting(database, start, report):
    server, over, count = start(database.url(), WORKERS), threading.Event(), 90
    bound, alone = noticed(), slowest_answer(server.port)
    with connections(server.port, count) as callers:
        dripping = threading.Thread(target=drip, args=(callers, over))
        dripping.start()
        slowest = slowest_answer(server.port)
        over.set()
        dripping.join()
    report(
        f"{count} callers who send a byte every {DRIP:g} s: /health in {slowest * 1000:.0f} ms at most, "
        f"{alone * 1000:.0f} ms without them"
    )
    assert slowest < bound


def noticed() -> float:
    """Seconds, on a machine that does nothing else; on another, as much longer as everything takes there."""
    began, ran = time.monotonic(), time.process_time()
    while time.process_time() - ran < A_WHILE:
        pass
    return NOTICED * (time.monotonic() - began) / A_WHILE


def slowest_answer(port: int) -> float:
    """In seconds, of those asked for while it is watched."""
    end, slowest = time.monotonic() + WATCHED, 0.0
    while time.monotonic() < end:
        slowest = max(slowest, seconds_to_answer(port))
        time.sleep(0.05)
    return slowest


def seconds_to_answer(port: int) -> float:
    began = time.monotonic()
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        assert answer_of(connection, HEALTH).status == http.HTTPStatus.OK
    return time.monotonic() - began
