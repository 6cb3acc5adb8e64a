"""How gunicorn takes connections and reads from them: each worker its share, and nobody waited for long.

In a module of its own, as gunicorn.conf.py is read again at a reload.
"""

import socket
import struct
import time

from gunicorn.workers.gthread import ThreadWorker

# Seconds between two pieces of a request, its head or its body.
RECEIVE_PATIENCE = 5
# Of connections that come in a burst, the worker that ran just then would take all. Seconds.
BURST = 0.002
TURN = 0.0005


class FairWorker(ThreadWorker):
    _took_one_at = 0.0

    def init_process(self) -> None:
        for listener in self.sockets:
            _limit_waiting(listener, RECEIVE_PATIENCE)
        super().init_process()

    def accept(self, listener: socket.socket) -> None:
        """Right after one, leaves the next to the other workers for a moment."""
        if time.monotonic() - self._took_one_at < BURST:
            time.sleep(TURN)
        super().accept(listener)
        self._took_one_at = time.monotonic()


def _limit_waiting(listener: socket.socket, seconds: int) -> None:
    """By the kernel, for each connection that is taken: a limit of Python's own is a system call at every read."""
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", seconds, 0))
