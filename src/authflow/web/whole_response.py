"""How gunicorn sends an answer: its head with its body, in one system call and one packet instead of two.

In a module of its own: gunicorn reads its configuration again, and a class made there would wrap itself.
"""

from typing import Any

from gunicorn.http.wsgi import Response


class HeadWithBody:
    """A connection that keeps the head of an answer until the body comes."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._head: bytes | None = None

    def sendall(self, data: bytes) -> None:
        if self._head is None:
            self._head = data
        else:
            head, self._head = self._head, b""
            self._connection.sendall(head + data)

    def flush(self) -> None:
        if self._head:
            self.sendall(b"")

    def __getattr__(self, name: str) -> Any:
        """To send a file, gunicorn uses more than `sendall`."""
        self.flush()
        return getattr(self._connection, name)


class WholeResponse(Response):
    def __init__(self, req: Any, sock: Any, cfg: Any) -> None:
        connection: Any = HeadWithBody(sock)
        super().__init__(req, connection, cfg)
        self._flush = connection.flush

    def close(self) -> None:
        super().close()
        self._flush()
