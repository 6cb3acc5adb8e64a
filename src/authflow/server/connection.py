"""One connection of gunicorn's, which makes no thread wait: it takes what has come, and keeps what cannot leave.

A thread that waits for a caller is one that serves nobody; a few dozen callers could hold them all.
"""

import socket
import time
from enum import Enum, auto
from typing import Any

from gunicorn import http
from gunicorn.http.unreader import Unreader
from gunicorn.workers.gthread import TConn

from authflow.server.request_arrival import Arrival, Look

# Seconds. Between two pieces of a request, or until its first byte.
RECEIVE_PATIENCE = 5.0
# For a whole request, from its first byte.
REQUEST_PATIENCE = 10.0
# Between two moments at which a caller takes some of an answer, and for all of it.
SEND_PATIENCE = 10.0
ANSWER_PATIENCE = 60.0
# Until a caller hangs up, who was told that the connection ends (RFC 9112, section 9.6).
HANG_UP_PATIENCE = 2.0
PIECE = 64 * 1024
# Of a request that was refused: read, so that its sender gets to read the answer.
MAX_DRAINED = 1024 * 1024
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Waits(Enum):
    """For what, while no thread works for it."""

    FOR_REQUEST = auto()
    TO_SEND = auto()
    FOR_THE_END = auto()


# For the next piece, and in all.
PATIENCE = {
    Waits.FOR_REQUEST: (RECEIVE_PATIENCE, REQUEST_PATIENCE),
    Waits.TO_SEND: (SEND_PATIENCE, ANSWER_PATIENCE),
    Waits.FOR_THE_END: (HANG_UP_PATIENCE, HANG_UP_PATIENCE),
}


class Received(Unreader):
    """What has come: at its end the parser finds no more, and must not take what follows for a next request."""

    has_ended = False

    def chunk(self, size_hint: Any = None) -> bytes:
        del size_hint
        self.has_ended = True
        return b""

    def add(self, data: bytes) -> None:
        self.buf.seek(0, 2)
        self.buf.write(data)

    @property
    def size(self) -> int:
        return len(self.buf.getbuffer())


class Connection(TConn):
    def __init__(self, cfg: Any, sock: socket.socket, client: Any, server: Any) -> None:
        super().__init__(cfg, sock, client, server)
        self.received = Received()
        self.unsent = bytearray()
        self.waits = Waits.FOR_REQUEST
        # Whether the caller may send another request once this one is answered.
        self.goes_on = True
        self.ends_by = self.fails_by = 0.0
        self.arrival = Arrival.PARTLY
        self._look = Look()
        self._drained = 0

    def init(self) -> None:
        """As gunicorn's, but for TLS and HTTP/2, which a proxy speaks, and with a parser that reads no socket."""
        if not self.initialized:
            self.initialized = True
            self.parser = http.get_parser(self.cfg, self.sock, self.client)
            self.parser.unreader = self.received

    def receive(self) -> None:
        """Takes what has come of the request, without waiting. Raises OSError."""
        # Another request may have come with the one before; of those that follow, the system keeps the rest.
        if not self.is_silent:
            self._look_again()
        if self.arrival is Arrival.PARTLY or self.is_silent:
            is_over = self._take_piece()
            self._look_again()
            if is_over and self.arrival is Arrival.PARTLY:
                self.arrival = Arrival.REFUSED

    def _take_piece(self) -> bool:
        """Whether the caller sends no more."""
        try:
            data = self.sock.recv(PIECE, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        self.received.add(data)
        return not data

    def _look_again(self) -> None:
        self.arrival = self._look.at(self.received.buf.getvalue())
        if self.arrival is Arrival.BODY_WANTED:
            self.send(CONTINUE)
            self.arrival = Arrival.PARTLY
        if self.arrival is not Arrival.PARTLY:
            self._look = Look()

    @property
    def is_silent(self) -> bool:
        """Whether nothing of a request has come."""
        return not self.received.size

    @property
    def will_end(self) -> bool:
        """Whether the next request could not be told from the rest of this one."""
        return self.arrival is not Arrival.WHOLE or self.received.has_ended

    def send(self, data: bytes) -> None:
        """What cannot leave at once is kept. Raises OSError."""
        if not self.unsent:
            data = data[self._send(data) :]
        self.unsent += data

    def send_more(self) -> None:
        """Raises OSError."""
        del self.unsent[: self._send(memoryview(self.unsent)[:PIECE].tobytes())]

    def _send(self, data: bytes) -> int:
        try:
            return self.sock.send(data, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return 0

    def say_goodbye(self) -> None:
        """No more will be sent. Raises OSError."""
        self.sock.shutdown(socket.SHUT_WR)

    def has_hung_up(self) -> bool:
        """Whether the caller is gone, or sends so much that it is not waited for. Raises OSError."""
        try:
            data = self.sock.recv(PIECE, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        self._drained += len(data)
        return not data or self._drained > MAX_DRAINED

    def wait(self, what: Waits) -> None:
        """Sets the time limits of a wait that begins, or goes on."""
        (for_more, in_all), now = PATIENCE[what], time.monotonic()
        if self.waits is not what or not self.ends_by:
            self.waits, self.ends_by = what, now + in_all
        self.fails_by = min(self.ends_by, now + for_more)

    def stop_waiting(self) -> None:
        self.ends_by = 0.0
