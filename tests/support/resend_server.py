"""A server that refuses what Resend's API refuses (https://resend.com/docs/api-reference), and can misbehave."""

import json
import re
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

API_KEY = "re_tests_8f2Kq7LmZ4vX"
ADDRESS = r"[^\s<>@,]+@[^\s<>@,]+\.[^\s<>@,]+"
FROM = re.compile(rf"{ADDRESS}|[^<>\n]* <{ADDRESS}>")
# Seconds: longer than any patience of ours; the end of the test ends it too.
HANG = 30

Answer = tuple[int, Any]
ANSWERS: dict[str, Answer] = {
    "error": (500, {"statusCode": 500, "name": "application_error", "message": "An outage."}),
    "limit": (429, {"statusCode": 429, "name": "rate_limit_exceeded", "message": "Too many requests."}),
    "list": (200, []),
    "garbage": (200, "<html>an outage</html>"),
}


class Refused(Exception):
    def __init__(self, status: int, name: str, message: str) -> None:
        super().__init__(name)
        self.answer: Answer = (status, {"statusCode": status, "name": name, "message": message})


@dataclass
class ResendServer:
    """`misbehave` is what it does for now: hang, drip, drop, one of ANSWERS, an answer; None is as it should."""

    url: str = ""
    misbehave: str | Answer | None = None
    retry_after: str = "2"
    requests: int = 0
    mails: list[dict[str, Any]] = field(default_factory=list)
    domains: list[dict[str, str]] = field(default_factory=list)
    _taken: dict[str, bytes] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _end: threading.Event = field(default_factory=threading.Event)

    def take(self, path: str, headers: Any, body: bytes) -> Answer:
        """What Resend would answer."""
        try:
            mail = self._checked(path, headers, body)
            return self._accept(headers["Idempotency-Key"], body, mail)
        except Refused as refused:
            return refused.answer

    def list_domains(self, path: str, headers: Any) -> Answer:
        try:
            self._check_key(path, "/domains", headers)
        except Refused as refused:
            return refused.answer
        return 200, {"object": "list", "has_more": False, "data": self.domains}

    def _checked(self, path: str, headers: Any, body: bytes) -> dict[str, Any]:
        self._check_key(path, "/emails", headers)
        if not 1 <= len(headers.get("Idempotency-Key", "")) <= 256:
            raise Refused(400, "invalid_idempotency_key", "The key must be between 1-256 chars.")
        if headers.get("Content-Type") != "application/json":
            raise Refused(400, "validation_error", "Not JSON.")
        return checked_mail(json.loads(body))

    def _check_key(self, path: str, expected_path: str, headers: Any) -> None:
        if path != expected_path:
            raise Refused(404, "not_found", "The requested endpoint does not exist.")
        if not headers.get("Authorization", "").startswith("Bearer "):
            raise Refused(401, "missing_api_key", "Missing API key in the authorization header.")
        if headers["Authorization"] != f"Bearer {API_KEY}":
            raise Refused(403, "invalid_api_key", f"{headers['Authorization']} is invalid.")

    def _accept(self, key: str, body: bytes, mail: dict[str, Any]) -> Answer:
        with self._lock:
            if self._taken.setdefault(key, body) != body:
                raise Refused(409, "invalid_idempotent_request", "Same key used with a different request payload.")
            if key not in [known["key"] for known in self.mails]:
                self.mails.append({**mail, "key": key})
        return 200, {"id": "49a3999c-0ce1-4ea6-ab68-afcd6dc2e794"}


def checked_mail(mail: dict[str, Any]) -> dict[str, Any]:
    for name in ("from", "to", "subject"):
        if not mail.get(name):
            raise Refused(422, "missing_required_field", f"Missing `{name}` field.")
    if not FROM.fullmatch(mail["from"]):
        raise Refused(422, "invalid_from_address", "Invalid `from` field.")
    if not all(re.fullmatch(ADDRESS, to) and to.isascii() for to in mail["to"]):
        raise Refused(422, "validation_error", f"Invalid `to` field: {mail['to']}.")
    if re.search(r"[\r\n]", mail["subject"]):
        raise Refused(422, "validation_error", "The `\\n` is not allowed in the `subject` field.")
    # Lone halves of characters are JSON that hardly anybody can store.
    json.dumps(mail, ensure_ascii=False).encode()
    return mail


class Handler(BaseHTTPRequestHandler):
    server: "Listener"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._serve(lambda state: state.take(self.path, self.headers, body))

    def do_GET(self) -> None:
        self._serve(lambda state: state.list_domains(self.path, self.headers))

    def _serve(self, answer_of: Callable[[ResendServer], Answer]) -> None:
        state = self.server.state
        state.requests += 1
        match state.misbehave:
            case None:
                self._answer(*answer_of(state))
            case "hang":
                state._end.wait(HANG)
            case "drip":
                self._drip()
            case "drop":
                self.connection.close()
            case str(name):
                self._answer(*ANSWERS[name])
            case answer:
                self._answer(*answer)

    def _drip(self) -> None:
        """A byte at a time, so that no single read is waited for long."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not self.server.state._end.wait(0.05):
            try:
                self.wfile.write(b"X")
            except OSError:
                return

    def _answer(self, status: int, content: Any) -> None:
        is_page = isinstance(content, str)
        body = content.encode() if is_page else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if is_page else "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if status == 429:
            self.send_header("Retry-After", self.server.state.retry_after)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: Any) -> None:
        """Tests have their own reports."""


class Listener(ThreadingHTTPServer):
    # Waited for at the end: a thread left over would write into the next test.
    daemon_threads = False
    # More at once than wait by default: the next one would be turned away.
    request_queue_size = 50
    state: ResendServer


@contextmanager
def running_resend(port: int = 0) -> Generator[ResendServer]:
    """A server that answers; what it took is in `mails`, each with its `key`."""
    listener = Listener(("127.0.0.1", port), Handler)
    listener.state = ResendServer(f"http://127.0.0.1:{listener.server_port}")
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield listener.state
    finally:
        listener.state._end.set()
        listener.shutdown()
        thread.join()
        listener.server_close()
