"""Callers who ask for something cheap, again and again without a pause: in a process of their own.

Run as a program: its port, how many connections, the request. It ends when it is killed.
"""

import selectors
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

HEALTH = "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
ME = "GET /api/auth/me HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def me(access: str) -> str:
    return f"GET /api/auth/me HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {access}\r\n\r\n"


@contextmanager
def asking(port: int, connections: int, request: str) -> Generator[None]:
    """For the time of the block."""
    argv = [sys.executable, __file__, str(port), str(connections), request]
    with subprocess.Popen(argv) as process:
        try:
            yield
            assert process.poll() is None
        finally:
            process.kill()


def ask_for_ever(port: int, connections: int, request: bytes) -> None:
    waiting = selectors.DefaultSelector()
    for _ in range(connections):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.sendall(request)
        waiting.register(connection, selectors.EVENT_READ)
    while True:
        for key, _ in waiting.select():
            connection = key.fileobj
            assert isinstance(connection, socket.socket)
            # An answer comes in one piece.
            if connection.recv(65_536):
                connection.sendall(request)
            else:
                waiting.unregister(connection)
                connection = socket.create_connection(("127.0.0.1", port))
                connection.sendall(request)
                waiting.register(connection, selectors.EVENT_READ)


if __name__ == "__main__":
    ask_for_ever(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3].encode())
