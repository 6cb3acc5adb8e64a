"""The application behind a real socket, for what a test client cannot say: bodies that come in chunks."""

import json
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

ANSWER_SECONDS = 5


class SilentHandler(WSGIRequestHandler):
    # Chunks are part of HTTP/1.1 only.
    protocol_version = "HTTP/1.1"

    def log(self, *_arguments: Any) -> None:
        """Tests have their own reports."""


@contextmanager
def serving(application: Flask) -> Iterator[BaseWSGIServer]:
    server = make_server("127.0.0.1", 0, application, threaded=False, request_handler=SilentHandler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def send_in_chunks(
    server: BaseWSGIServer, method: str, path: str, chunks: Iterable[bytes], headers: str = ""
) -> Any:
    """The status and the content of the answer to a body of that many pieces."""
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Connection: close\r\nTransfer-Encoding: chunked\r\n{headers}\r\n"
    )
    body = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"
    with socket.create_connection((server.host, server.port), ANSWER_SECONDS) as connection:
        connection.sendall(head.encode() + body)
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    first, _, content = answer.partition(b"\r\n\r\n")
    return int(first.split()[1]), json.loads(content)
