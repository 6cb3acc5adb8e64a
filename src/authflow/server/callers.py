"""All callers of a worker for whom no thread works just now, and what each of them is waited for.

A connection belongs to the thread that took it from here, and to nobody else until it is put back.
"""

import selectors
import socket
import threading
import time
from collections import deque
from contextlib import suppress
from itertools import chain

from authflow.server.connection import Connection, Waits


class Callers:
    """For many threads at once. Made after the fork: processes would share what asks the system."""

    def __init__(self) -> None:
        self._poller = selectors.DefaultSelector()
        self._polling = threading.Lock()
        self._ready: deque[Connection | socket.socket] = deque()
        # Who waits longest comes first; those between two requests are kept apart.
        self._waiting: dict[Connection, None] = {}
        self._resting: dict[Connection, None] = {}

    def listen(self, listener: socket.socket) -> None:
        # Closed meanwhile, where this worker stops.
        with suppress(ValueError):
            self._poller.register(listener, selectors.EVENT_READ, listener)

    def forget(self, listener: socket.socket) -> bool:
        """Whether it was listened to."""
        try:
            self._poller.unregister(listener)
        except (KeyError, ValueError):
            return False
        return True

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

    def late(self) -> list[Connection]:
        """Those that were waited for long enough."""
        now = time.monotonic()
        return [conn for conn in (*self._waiting, *self._resting) if conn.fails_by <= now]

    def who_would_be_missed_least(self) -> Connection | None:
        """Of those that say, or take, nothing; else of those between two requests."""
        return next(chain(list(self._waiting), list(self._resting)), None)

    def slow_to_take(self) -> list[Connection]:
        """Those that do not take their answers, for longest first."""
        return [conn for conn in list(self._waiting) if conn.waits is Waits.TO_SEND]


def _event(what: Waits) -> int:
    return selectors.EVENT_WRITE if what in {Waits.TO_SEND, Waits.FOR_ITS_TURN} else selectors.EVENT_READ
