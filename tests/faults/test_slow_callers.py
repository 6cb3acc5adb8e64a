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

WORKERS = 2
# Seconds.
NOTICED = 1.0
WATCHED = 8.0
PATIENCE = 60.0
SENDING = 1.0
DRIP = 3.0
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


def fill(caller: socket.socket, request: bytes, times: int = 1) -> None:
    """As far as the server takes it, without reading a byte of any answer."""
    caller.setblocking(False)
    end = time.monotonic() + SENDING
    left = memoryview(request * times)
    while left and time.monotonic() < end:
        with suppress(BlockingIOError):
            left = left[caller.send(left) :]
            continue
        time.sleep(0.01)


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
    with connections(server.port, count) as callers:
        threads = [threading.Thread(target=fill, args=(caller, request, times)) for caller in callers if request]
        for thread in threads:
            thread.start()
        # Until nothing more is taken from them, they are many callers and not slow ones.
        for thread in threads:
            thread.join()
        slowest = slowest_answer(server.port)
    afterwards = seconds_to_answer(server.port)
    report(
        f"{count} callers who {what}: /health in {slowest * 1000:.0f} ms at most, "
        f"and {afterwards * 1000:.0f} ms once they are gone"
    )
    assert slowest < NOTICED
    assert afterwards < NOTICED
    assert server.stop() == 0


def test_callers_who_send_a_byte_now_and_then_keep_nobody_waiting(database, start, report):
    server, over, count = start(database.url(), WORKERS), threading.Event(), 90
    with connections(server.port, count) as callers:
        dripping = threading.Thread(target=drip, args=(callers, over))
        dripping.start()
        slowest = slowest_answer(server.port)
        over.set()
        dripping.join()
    report(f"{count} callers who send a byte every {DRIP:g} s: /health in {slowest * 1000:.0f} ms at most")
    assert slowest < NOTICED


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
