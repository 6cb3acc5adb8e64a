"""One connection of a caller, which makes no thread wait: it takes what has come, and keeps what cannot leave.

A thread that waits for a caller is one that serves nobody; a few dozen callers could hold them all.
"""

import socket
import time
from enum import Enum, auto
from typing import Any

from authflow.server.request_reader import RequestReader

# Seconds. Between two pieces of a request, or until its first byte.
RECEIVE_PATIENCE = 5.0
# For a whole request, from its first byte.
REQUEST_PATIENCE = 10.0
# Between two moments at which a caller takes some of an answer, and for all of it.
SEND_PATIENCE = 10.0
ANSWER_PATIENCE = 60.0
# Until a caller hangs up, who was told that the connection ends (RFC 9112, section 9.6).
HANG_UP_PATIENCE = 2.0
# Bytes of an answer that are sent at once; and of requests that are read: they can be hundreds.
PIECE = 64 * 1024
RECEIVED_PIECE = 16 * 1024
# Of a request that was refused: read, so that its sender gets to read the answer.
MAX_DRAINED = 1024 * 1024
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Waits(Enum):
    """For what, while no thread works for it."""

    FOR_REQUEST = auto()
    TO_SEND = auto()
    # With a request that is here already; until some of its answer could leave.
    FOR_ITS_TURN = auto()
    FOR_THE_END = auto()


# For the next piece, and in all.
PATIENCE = {
    Waits.FOR_REQUEST: (RECEIVE_PATIENCE, REQUEST_PATIENCE),
    Waits.TO_SEND: (SEND_PATIENCE, ANSWER_PATIENCE),
    Waits.FOR_ITS_TURN: (SEND_PATIENCE, ANSWER_PATIENCE),
    Waits.FOR_THE_END: (HANG_UP_PATIENCE, HANG_UP_PATIENCE),
}


class Connection:
    def __init__(self, sock: socket.socket, environ: dict[str, Any]) -> None:
        sock.setblocking(False)
        self.sock = sock
        # What holds of each of its requests.
        self.environ = environ
        self.reader = RequestReader()
        self.unsent = bytearray()
        self.waits = Waits.FOR_REQUEST
        # Whether the caller may send another request once this one is answered.
        self.goes_on = True
        self.has_been_answered = False
        self.ends_by = self.fails_by = 0.0
        self._drained = 0

    @property
    def is_idle(self) -> bool:
        """Whether nothing of a request has come."""
        return self.reader.is_silent and not self.unsent and self.waits is not Waits.FOR_THE_END

    def receive(self) -> None:
        """Takes what has come, without waiting. Raises OSError."""
        try:
            data = self.sock.recv(RECEIVED_PIECE)
        except BlockingIOError:
            return
        if not data and self.reader.is_silent:
            raise ConnectionAbortedError
        if not data:
            self.reader.break_off()
            return
        self.reader.feed(data)

    def receive_rest(self) -> bool:
        """What has come, as no more is waited for; whether any of it is to be answered. Raises OSError."""
        self.receive()
        if not self.reader.has_next:
            self.reader.break_off()
        return self.reader.has_next

    def ask_for_body(self) -> None:
        """Where its sender waits for that, and once all before it is answered. Raises OSError."""
        if self.reader.is_body_wanted and not self.reader.has_next:
            self.reader.is_body_wanted = False
            self.send(CONTINUE)

    def send(self, data: bytes) -> None:
        """What cannot leave at once is kept. Raises OSError."""
        if not self.unsent:
            sent = self._send(data)
            if sent == len(data):
                return
            data = data[sent:]
        self.unsent += data

    def send_more(self) -> None:
        """Raises OSError."""
        del self.unsent[: self._send(memoryview(self.unsent)[:PIECE].tobytes())]

    def _send(self, data: bytes) -> int:
        try:
            return self.sock.send(data)
        except BlockingIOError:
            return 0

    def note_answered(self) -> None:
        """The time for the next request has not begun."""
        self.has_been_answered, self.ends_by = True, 0.0

    def say_goodbye(self) -> None:
        """No more will be sent. Again does nothing. Raises OSError."""
        if self.waits is not Waits.FOR_THE_END:
            self.sock.shutdown(socket.SHUT_WR)

    def has_hung_up(self) -> bool:
        """Whether the caller is gone, or sends so much that it is not waited for. Raises OSError."""
        try:
            data = self.sock.recv(PIECE)
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

    def rest(self, seconds: float) -> None:
        """Between two requests."""
        self.waits, self.ends_by, self.fails_by = Waits.FOR_REQUEST, 0.0, time.monotonic() + seconds

    def close(self) -> None:
        self.sock.close()
