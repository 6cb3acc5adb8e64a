"""What one request costs: from its bytes, as they arrive, to the bytes of its answer, in one process."""

import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from flask import Flask

from authflow.server.gateway import answer_to, base_environ, environ_of
from authflow.server.request_reader import Request, RequestReader

_numbers = count(1)


@dataclass(frozen=True)
class Cost:
    """Of the processor, in milliseconds; `headers` are those of the answer."""

    ms: float
    status: int
    answered: int
    headers: dict[str, str]


class Process:
    """The application behind the server's own reading of a request, without sockets."""

    def __init__(self, app: Flask, between: Callable[[], object]) -> None:
        self._app = app
        # What is done before each request, and not counted.
        self._between = between

    def cost(self, request: bytes, times: int = 1) -> Cost:
        """The cheapest of so many: other processes, and the collector, only add to it."""
        return min((self._once(request) for _ in range(times)), key=lambda cost: cost.ms)

    def memory(self, request: bytes) -> int:
        """Of the bytes at its peak, beyond what there was."""
        tracemalloc.start()
        try:
            self._once(request)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    def _once(self, request: bytes) -> Cost:
        self._between()
        began = time.process_time()
        status, headers, body = self._answer(request)
        return Cost((time.process_time() - began) * 1000, status, len(body), headers)

    def _answer(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        reader = RequestReader()
        reader.feed(request)
        read = reader.next()
        if not isinstance(read, Request):
            return 400, {}, b""
        base = base_environ(self._caller(), ("127.0.0.1", 80), sys.stderr, multiprocess=False)
        answer, _ = answer_to(read, self._app.wsgi_app, environ_of(read, base), may_go_on=True)
        head, _, body = answer.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        return int(first.split()[1]), headers, body

    def _caller(self) -> tuple[str, int]:
        """Each another one, whom no limit knows."""
        number = next(_numbers)
        return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}", 1
