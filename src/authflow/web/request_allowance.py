"""The allowance of requests that show no good credential: counted in memory, before Flask sees them (CONTRACT 6).

It keeps nobody out who is signed in, whatever strangers at the same IP do: a session has a larger one of its own.
"""

import json
import math
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from threading import Lock
from typing import Any
from uuid import UUID

from authflow.domain.device import Device
from authflow.errors import RateLimited
from authflow.log import request_context
from authflow.metrics import BEYOND_ALLOWANCE

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
WINDOW_SECONDS = 60.0
PER_IP = 1_200
PER_SESSION = 6_000
# Windows that are kept at once, of some 200 bytes: beyond, the oldest are forgotten.
MOST_WINDOWS = 50_000
# Of one request: each costs a signature.
MOST_TOKENS = 8
NEVER_LIMITED = "/health"
TOO_MANY_REQUESTS = "429 Too Many Requests"


class Windows:
    """How many came of each key in its minute."""

    def __init__(self) -> None:
        self._windows: dict[str, tuple[float, int]] = {}
        self._lock = Lock()

    def seconds_until_heard(self, key: str, at_most: int) -> float:
        """Counts one of that key; 0 where it is heard."""
        now = time.monotonic()
        with self._lock:
            ends, hits = self._windows.get(key, (0.0, 0))
            if ends <= now:
                self._windows.pop(key, None)
                self._make_room()
                ends, hits = now + WINDOW_SECONDS, 0
            if hits >= at_most:
                return ends - now
            self._windows[key] = (ends, hits + 1)
            return 0.0

    def _make_room(self) -> None:
        """The one that began first ends first."""
        if len(self._windows) >= MOST_WINDOWS:
            del self._windows[next(iter(self._windows))]


@dataclass
class RequestAllowance:
    """WSGI, around the application. `session_of`: what a signed, unexpired token names."""

    app: Callable[..., Iterable[bytes]]
    ip_of: Callable[[Environ], str | None]
    session_of: Callable[[str], UUID | None]
    cookie_names: tuple[str, ...]
    cors_of: Callable[[Environ], Headers]
    times: int
    _windows: Windows = field(default_factory=Windows, init=False)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        seconds = self._seconds_until_heard(environ) if environ["PATH_INFO"] != NEVER_LIMITED else 0.0
        if not seconds:
            return self.app(environ, start_response)
        return self._refuse(environ, start_response, RateLimited(max(1, math.ceil(seconds))))

    def _seconds_until_heard(self, environ: Environ) -> float:
        is_asking_for_leave = environ["REQUEST_METHOD"] == "OPTIONS"
        session = None if is_asking_for_leave else self._session(environ)
        if session is not None:
            return self._windows.seconds_until_heard(f"session {session}", PER_SESSION)
        kind = "options" if is_asking_for_leave else "other"
        # The narrow network before the wide: what it refuses, its neighbours do not pay for.
        for network, factor in Device.seen(self.ip_of(environ), "").networks.items():
            key, at_most = f"{kind} {network}", PER_IP * self.times * factor
            if seconds := self._windows.seconds_until_heard(key, at_most):
                return seconds
        return 0.0

    def _session(self, environ: Environ) -> UUID | None:
        for token in islice(self._tokens(environ), MOST_TOKENS):
            if session := self.session_of(token):
                return session
        return None

    def _tokens(self, environ: Environ) -> Iterator[str]:
        scheme, _, token = environ.get("HTTP_AUTHORIZATION", "").strip().partition(" ")
        if scheme.lower() == "bearer":
            yield token.strip()
        for cookie in environ.get("HTTP_COOKIE", "").split(";"):
            name, _, value = cookie.strip().partition("=")
            if name in self.cookie_names:
                yield value.strip('"')

    def _refuse(self, environ: Environ, start_response: Callable[..., Any], error: RateLimited) -> Iterable[bytes]:
        BEYOND_ALLOWANCE.inc()
        request_id = environ["authflow.request_id"]
        request_context.set({"request_id": request_id, "ip": Device.seen(self.ip_of(environ), "").ip})
        content = {"success": False, "message": error.message, "code": error.code, "requestId": request_id}
        body = json.dumps(content, separators=(",", ":")).encode()
        headers = [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
            ("Retry-After", str(error.retry_after)),
        ]
        start_response(TOO_MANY_REQUESTS, headers + self.cors_of(environ))
        return [body]
