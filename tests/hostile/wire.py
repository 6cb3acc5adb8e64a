"""A connection that is kept alive, and checks nothing of what is sent over it."""

import json
import socket
import time
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import Any

from tests.hostile.description import Operation

# Seconds; a caller is promised an answer within 3.
PATIENCE = 15.0
Header = tuple[bytes, bytes]


@dataclass(frozen=True)
class Attempt:
    """A request; `operation` is what it is aimed at, where its address and method are those of one."""

    method: str
    target: bytes
    headers: tuple[Header, ...] = ()
    body: bytes | None = None
    operation: Operation | None = None
    # Of a sound login, in whatever header.
    is_signed_in: bool = False

    @property
    def written(self) -> bytes:
        given = {name.lower() for name, _ in self.headers}
        headers = [*self.headers]
        if b"host" not in given:
            headers.append((b"Host", b"127.0.0.1"))
        if self.body is not None:
            headers.append((b"Content-Length", b"%d" % len(self.body)))
            if b"content-type" not in given:
                headers.append((b"Content-Type", b"application/json"))
        lines = [b"%s %s HTTP/1.1" % (self.method.encode(), self.target)]
        lines += [b"%s: %s" % header for header in headers]
        return b"\r\n".join([*lines, b"", self.body or b""])

    def __str__(self) -> str:
        body = b"" if self.body is None else self.body
        shown = " ".join(f"{name!r}: {value[:80]!r}" for name, value in self.headers)
        return f"{self.method} {self.target[:120]!r} {shown} {body[:200]!r}"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float
    # What the body says, where it is JSON.
    content: Any

    @property
    def is_ours(self) -> bool:
        """Not of the server before the service, which does not say what it is."""
        return "server" in self.headers

    @property
    def code(self) -> object:
        """Why it was refused."""
        return self.content.get("code") if isinstance(self.content, dict) else None


class Line:
    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None

    def ask(self, attempt: Attempt) -> Answer:
        """Raises OSError, HTTPException: no answer, also over a new connection."""
        is_new = self._socket is None
        try:
            return self._ask(attempt)
        except (OSError, HTTPException):
            self.close()
            # One that was kept may have been closed by the other side meanwhile.
            if is_new:
                raise
        try:
            return self._ask(attempt)
        except (OSError, HTTPException):
            self.close()
            raise

    def close(self) -> None:
        if self._socket:
            self._socket.close()
        self._socket = None

    def _ask(self, attempt: Attempt) -> Answer:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), PATIENCE)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        began = time.monotonic()
        self._socket.sendall(attempt.written)
        with HTTPResponse(self._socket, method=attempt.method) as response:
            response.begin()
            body = response.read()
        headers = {name.lower(): value for name, value in response.getheaders()}
        if response.will_close:
            self.close()
        return Answer(response.status, headers, body, time.monotonic() - began, content_of(body, headers))


def content_of(body: bytes, headers: dict[str, str]) -> Any:
    try:
        return json.loads(body) if headers.get("content-type") == "application/json" else None
    except ValueError:
        return None
