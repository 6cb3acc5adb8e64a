"""How gunicorn sends an answer: its head with its body, in one system call and one packet instead of two.

What the caller does not take at once, its connection keeps: no thread waits for that.
In a module of its own: gunicorn reads its configuration again, and a class made there would wrap itself.
"""

from typing import Any

from gunicorn.http.wsgi import Response


class HeadWithBody:
    """A connection that keeps the head of an answer until the body comes."""

    def __init__(self, send: Any) -> None:
        self._send = send
        self._head: bytes | None = None

    def sendall(self, data: bytes) -> None:
        if self._head is None:
            self._head = data
        else:
            head, self._head = self._head, b""
            self._send(head + data)

    def flush(self) -> None:
        if self._head:
            self.sendall(b"")


class WholeResponse(Response):
    def __init__(self, req: Any, sock: Any, cfg: Any) -> None:
        # `fair_worker.py` says where a request came from; another worker waits until all has left.
        connection: Any = HeadWithBody(req.connection.send if hasattr(req, "connection") else sock.sendall)
        super().__init__(req, connection, cfg)
        self._flush = connection.flush

    def sendfile(self, respiter: Any) -> bool:
        """Piece by piece instead: the kernel would wait for the caller."""
        del respiter
        return False

    def close(self) -> None:
        super().close()
        self._flush()
