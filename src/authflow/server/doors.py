"""Where callers come in: one worker leaves the others their share, and who called before the end is let in."""

import errno
import socket
import sys
import threading
import time
from collections.abc import Sequence
from typing import Any

from authflow.server.callers import Callers
from authflow.server.connection import Connection
from authflow.server.gateway import base_environ

# Of connections that come in a burst, the worker that ran just then would take all. Seconds.
BURST = 0.002
TURN = 0.0005
# With more than so many, each counts for little, and who comes last would wait.
FEW = 256
NO_ROOM = {errno.EMFILE, errno.ENFILE}


class Doors:
    """`most`: of connections at once."""

    def __init__(self, listeners: Sequence[Any], callers: Callers, *, most: int, is_alone: bool) -> None:
        self._listeners = listeners
        self._callers = callers
        self._most = most
        self._is_alone = is_alone
        self._took_one_at = 0.0
        # For whoever listens again, and for whoever does not any more.
        self._lock = threading.Lock()
        self._are_open = True
        for listener in listeners:
            listener.setblocking(False)
            callers.listen(listener)

    def let_in(self, listener: socket.socket) -> None:
        """One; and right after one, leaves the next to the other workers for a moment."""
        is_in_burst = not self._is_alone and time.monotonic() - self._took_one_at < BURST
        if is_in_burst and len(self._callers.open) < FEW:
            time.sleep(TURN)
        if len(self._callers.open) >= self._most:
            self._callers.make_room()
        try:
            self._accept(listener)
        finally:
            with self._lock:
                if self._are_open:
                    self._callers.listen(listener)
        self._took_one_at = time.monotonic()

    def close(self) -> None:
        with self._lock:
            self._are_open = False
            for listener in self._listeners:
                self._callers.forget(listener)
        for listener in self._listeners:
            while self._accept(listener):
                pass
            listener.close()

    def _accept(self, listener: socket.socket) -> bool:
        """Whether somebody called, who is waited for now among all others."""
        try:
            sock, client = listener.accept()
            environ = base_environ(client, listener.getsockname(), sys.stderr, multiprocess=not self._is_alone)
        except OSError as error:
            if error.errno in NO_ROOM:
                self._callers.make_room()
            return False
        except AttributeError:
            # gunicorn's wrapper of one that was closed meanwhile.
            return False
        self._callers.add(Connection(sock, environ))
        return True
