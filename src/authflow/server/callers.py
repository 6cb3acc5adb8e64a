"""All callers of a worker; of those for whom no thread works just now, what each is waited for.

A connection belongs to the thread that took it from here, and to nobody else until it is put back.
"""

import selectors
import socket
import threading
import time
from collections import deque
from contextlib import suppress
from itertools import chain

from authflow.server.connection import RECEIVE_PATIENCE, Connection, Waits

# Seconds in which one who has just called says something.
A_WHILE = 1.0
# Bytes of answers that callers do not take: beyond, who has had longest to take his is given up.
MAX_UNSENT = 16 * 1024 * 1024


class Callers:
    """For many threads at once. Made after the fork: processes would share what asks the system."""

    def __init__(self) -> None:
        self.open: set[Connection] = set()
        self._poller = selectors.DefaultSelector()
        self._polling = threading.Lock()
        self._ready: deque[Connection | socket.socket] = deque()
        # Who waits longest comes first; those between two requests are kept apart.
        self._waiting: dict[Connection, None] = {}
        self._resting: dict[Connection, None] = {}

    def listen(self, listener: socket.socket) -> None:
        self._poller.register(listener, selectors.EVENT_READ, listener)

    def forget(self, listener: socket.socket) -> bool:
        """Whether it was listened to."""
        with suppress(KeyError, ValueError):
            self._poller.unregister(listener)
            return True
        return False

    def next(self) -> Connection | socket.socket:
        """Waits until something can be done for one: a caller, or a listener that somebody calls."""
        while True:
            with self._polling:
                while not self._ready:
                    self._ready.extend(key.data for key, _ in self._poller.select())
                found = self._ready.popleft()
                if self.take(found) if isinstance(found, Connection) else self.forget(found):
                    return found

    def take(self, conn: Connection) -> bool:
        """Whether it was here, and belongs to this thread from now on."""
        if self._waiting.pop(conn, self) is self and self._resting.pop(conn, self) is self:
            return False
        self._poller.unregister(conn.sock)
        return True

    def add(self, conn: Connection) -> None:
        """Somebody new, of whom nothing has come yet."""
        self.open.add(conn)
        self.wait(conn, Waits.FOR_REQUEST)

    def wait(self, conn: Connection, what: Waits) -> None:
        """From now on it belongs to whoever takes it."""
        conn.wait(what)
        # First, as who takes it finds it there.
        self._poller.register(conn.sock, _event(what), conn)
        self._waiting[conn] = None

    def rest(self, conn: Connection, seconds: float) -> None:
        """Likewise, until its next request begins."""
        conn.rest(seconds)
        self._poller.register(conn.sock, selectors.EVENT_READ, conn)
        self._resting[conn] = None

    def drop(self, conn: Connection) -> None:
        """One that was taken."""
        self.open.discard(conn)
        conn.close()

    def late(self) -> list[Connection]:
        """Those that were waited for long enough."""
        now = time.monotonic()
        return [conn for conn in (*self._waiting, *self._resting) if conn.fails_by <= now]

    def make_room(self) -> None:
        """One is dropped: who has said nothing for a while; else one between two requests; else any."""
        waiting, soon = list(self._waiting), time.monotonic() + RECEIVE_PATIENCE - A_WHILE
        silent = (conn for conn in waiting if conn.is_idle and conn.fails_by < soon)
        conn = next(chain(silent, list(self._resting), waiting), None)
        if conn and self.take(conn):
            self.drop(conn)

    def bound_unsent(self) -> None:
        slow = [conn for conn in list(self._waiting) if conn.waits is Waits.TO_SEND]
        unsent = sum(len(conn.unsent) for conn in slow)
        for conn in slow:
            if unsent <= MAX_UNSENT:
                break
            unsent -= len(conn.unsent)
            # One may have taken all meanwhile: it is put back among those who wait.
            if self.take(conn):
                self.drop(conn) if conn.unsent else self.wait(conn, Waits.FOR_ITS_TURN)


def _event(what: Waits) -> int:
    return selectors.EVENT_WRITE if what in {Waits.TO_SEND, Waits.FOR_ITS_TURN} else selectors.EVENT_READ
