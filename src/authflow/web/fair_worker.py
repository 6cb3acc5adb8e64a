"""How gunicorn takes connections, reads from them and ends them: fair to other workers, and to other callers."""

import socket
import struct
import time
from concurrent.futures import Future
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

# Seconds between two pieces of a request, its head or its body.
RECEIVE_PATIENCE = 5
# Of connections that come in a burst, the worker that ran just then would take all. Seconds.
BURST = 0.002
TURN = 0.0005


# gunicorn joins headers of one name by a comma alone: two of these would look like one.
ONCE_ONLY = "IDEMPOTENCY-KEY"
# A proxy that speaks HTTP/2 may pass on one header for each cookie.
COOKIE = "COOKIE"


class FairWorker(ThreadWorker):
    _took_one_at = 0.0

    def accept(self, listener: socket.socket) -> None:
        """Right after one, leaves the next to the other workers for a moment."""
        if self.cfg.workers > 1 and time.monotonic() - self._took_one_at < BURST:
            time.sleep(TURN)
        before = self.nr_conns
        super().accept(listener)
        if self.nr_conns > before:
            self._took_one_at = time.monotonic()

    def handle(self, conn: TConn) -> Any:
        if not conn.initialized:
            _limit_waiting(conn.sock, RECEIVE_PATIENCE)
        goes_on = super().handle(conn)
        if not goes_on:
            # Here and not in the main thread: a caller who does not hang up is waited for.
            conn.close(graceful=True)
        return goes_on

    def handle_request(self, req: Any, conn: TConn) -> Any:
        join_repeated(req.headers, ONCE_ONLY, ", ")
        join_repeated(req.headers, COOKIE, "; ")
        return super().handle_request(req, conn)

    def finish_request(self, conn: TConn, fs: "Future[Any]") -> None:
        if conn.sock.fileno() < 0:
            self.nr_conns -= 1
        else:
            super().finish_request(conn, fs)


def join_repeated(headers: list[tuple[str, str]], name: str, separator: str) -> None:
    """As RFC 9110, section 5.3, and RFC 9113, section 8.2.3 write it: with a blank."""
    values = [value for each, value in headers if each == name]
    if len(values) > 1:
        headers[:] = [header for header in headers if header[0] != name]
        headers.append((name, separator.join(values)))


def _limit_waiting(connection: socket.socket, seconds: int) -> None:
    """By the kernel: a limit of Python's own is a system call more at every read."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", seconds, 0))
