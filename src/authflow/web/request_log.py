"""The outermost layer: gives each request its id, each answer its headers, and the log a line of it."""

import time
from collections.abc import Callable, Iterable
from typing import Any

from authflow import hash_priority, request_deadline
from authflow.crypto.randomness import new_label
from authflow.log import log_event, request_context
from authflow.metrics import REQUESTS
from authflow.web.headers import completed

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
WsgiApp = Callable[[Environ, StartResponse], Iterable[bytes]]


class RequestLog:
    def __init__(self, app: WsgiApp) -> None:
        self._app = app

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        began = time.perf_counter()
        hash_priority.give_way()
        request_deadline.start()
        request_id = environ["authflow.request_id"] = new_label()

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            environ["authflow.status"] = status[:3]
            return start_response(status, completed(headers, request_id), exc_info)

        try:
            body = self._app(environ, start)
        finally:
            request_deadline.end()
        # The route, not the path: a path can carry a mailed secret that somebody sent to the wrong host.
        method, route = environ["REQUEST_METHOD"], environ.get("authflow.route")
        status, seconds = environ["authflow.status"], time.perf_counter() - began
        REQUESTS.count(method, route, status, seconds)
        log_event("request", method=method, route=route, status=int(status), ms=round(seconds * 1000, 1))
        # What the server logs of the next one on this thread is not of this one.
        request_context.set({})
        return body
