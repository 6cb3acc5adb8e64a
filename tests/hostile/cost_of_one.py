"""What one request costs: from its bytes, as they arrive, to the bytes of its answer, in one process."""

import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

from flask import Flask
from gunicorn.config import Config as ServerConfig
from gunicorn.http import wsgi
from gunicorn.http.errors import ParseException
from gunicorn.http.parser import RequestParser

from authflow.server.bounded_request import BoundedRequest
from authflow.server.request_arrival import Arrival, Look

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
        self._server = ServerConfig()
        self._server.set("limit_request_field_size", 128 * 1024)
        RequestParser.mesg_class = BoundedRequest

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
        if Look().at(request) is not Arrival.WHOLE:
            return 400, {}, b""
        try:
            read = next(RequestParser(self._server, iter([request]), self._caller()))
        except (ParseException, StopIteration):
            return 400, {}, b""
        _, environ = wsgi.create(read, None, self._caller(), ("127.0.0.1", 80), self._server)
        answer: dict[str, Any] = {}

        def start(status: str, headers: list[tuple[str, str]], _: Any = None) -> None:
            answer.update(status=int(status[:3]), headers={name.lower(): value for name, value in headers})

        body = b"".join(self._app.wsgi_app(environ, start))
        return answer["status"], answer["headers"], body

    def _caller(self) -> tuple[str, int]:
        """Each another one, whom no limit knows."""
        number = next(_numbers)
        return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}", 1
