"""What stands before the API: a host with the page, the platform's TLS and a rewrite, on one port of HTTPS."""

import http.client
import re
import ssl
import sys
import threading
from collections.abc import Generator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from settings import Setting

PAGE = Path(__file__).with_name("page.html").read_bytes()
REFRESH = "/api/auth/refresh"
# Documentation's addresses (RFC 5737): the API has to tell the browser's from that of the host with the rewrite.
BROWSER, REWRITE = "203.0.113.7", "198.51.100.9"
# Of one connection only (RFC 9110, section 7.6.1), or written anew.
NOT_PASSED_ON = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}
# Seconds.
PATIENCE = 15.0


class Front(ThreadingHTTPServer):
    """Remembers how each call was answered, and can hold refreshes until all of some tabs are there."""

    daemon_threads = True

    def __init__(self, setting: Setting, api_port: int, certificate: Path, partitions: bool) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.setting, self.api_port, self.partitions = setting, api_port, partitions
        self.calls: list[tuple[str, int]] = []
        self.barrier: threading.Barrier | None = None
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(certificate)

    @property
    def port(self) -> int:
        return self.server_address[1]

    def get_request(self) -> tuple[ssl.SSLSocket, Any]:
        """The handshake is for the thread of the connection: here it would keep all others waiting."""
        connection, address = super().get_request()
        return self.tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that goes away is no error."""
        if not isinstance(sys.exception(), ConnectionError | ssl.SSLError):
            super().handle_error(request, client_address)  # pyright: ignore[reportArgumentType]

    @contextmanager
    def together(self, tabs: int) -> Generator[None]:
        """The next refreshes reach the API at the same moment, none before the last of them has left its tab."""
        self.barrier = threading.Barrier(tabs)
        yield
        self.barrier = None


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Front  # pyright: ignore[reportIncompatibleVariableOverride]

    def do_GET(self) -> None:
        setting, host = self.server.setting, self.headers["Host"]
        if host == setting.api and (not setting.is_rewrite or self.path.startswith("/api/")):
            self._pass_on([BROWSER, REWRITE] if setting.is_rewrite else [BROWSER])
        elif host == setting.page and self.path.partition("?")[0] == "/":
            self._answer(200, [("Content-Type", "text/html; charset=utf-8")], PAGE)
        else:
            self._answer(404, [], b"")

    do_POST = do_OPTIONS = do_GET  # noqa: N815 - the names are http.server's

    def _pass_on(self, forwarded_for: list[str]) -> None:
        headers = {name: value for name, value in self.headers.items() if name.lower() not in NOT_PASSED_ON}
        headers["Host"] = self.server.setting.api_host
        headers["X-Forwarded-For"] = ", ".join(forwarded_for)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == REFRESH and self.command == "POST" and self.server.barrier:
            self.server.barrier.wait(PATIENCE)
        with closing(http.client.HTTPConnection("127.0.0.1", self.server.api_port, timeout=PATIENCE)) as api:
            api.request(self.command, self.path, body, headers)
            answer = api.getresponse()
            content = answer.read()
        self.server.calls.append((f"{self.command} {self.path}", answer.status))
        self._answer(answer.status, [self._header(*each) for each in answer.getheaders()], content)

    def _header(self, name: str, value: str) -> tuple[str, str]:
        if name.lower() == "set-cookie" and not self.server.partitions:
            return name, re.sub(r"; Partitioned\b", "", value)
        return name, value

    def _answer(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in NOT_PASSED_ON:
                self.send_header(name, value)
        if status != http.HTTPStatus.NO_CONTENT:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def running_front(setting: Setting, api_port: int, certificate: Path, partitions: bool = True) -> Generator[Front]:
    """`partitions` false: takes `Partitioned` out of the API's cookies, as of an API that does not know it."""
    with Front(setting, api_port, certificate, partitions) as front:
        thread = threading.Thread(target=front.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield front
        finally:
            front.shutdown()
            thread.join()
