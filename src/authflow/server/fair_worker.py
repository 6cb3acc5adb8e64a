"""A worker of gunicorn's whose threads take turns at waiting for all callers; who finds one ready serves him.

Nothing is handed from thread to thread, and no thread waits for one caller: for the rest of a request, to take an
answer, to hang up.
"""

import errno
import os
import socket
import sys
import threading
import time
from typing import Any

from gunicorn.workers.base import Worker

from authflow import turns
from authflow.server.callers import Callers
from authflow.server.connection import HANG_UP_PATIENCE, Connection, Waits
from authflow.server.gateway import answer_to, base_environ, environ_of
from authflow.server.malformed_request import MalformedRequest, defect, refusal
from authflow.server.request_reader import Request

# Of connections that come in a burst, the worker that ran just then would take all. Seconds.
BURST = 0.002
TURN = 0.0005
# With more than so many, each counts for little, and who comes last would wait.
FEW = 256
# Seconds between two looks at who has waited for too long; and, while it stops, at who is left.
LOOK_EVERY = 0.25
LOOK_EVERY_AT_THE_END = 0.02
# Bytes of answers that callers do not take: beyond, who has had longest to take his is given up.
MAX_UNSENT = 16 * 1024 * 1024
NO_ROOM = {errno.EMFILE, errno.ENFILE}


class FairWorker(Worker):
    callers: Callers

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._open: set[Connection] = set()
        self._took_one_at = 0.0

    def run(self) -> None:
        """In the main thread, which serves nobody: tells the master that all is well, and gives up who is late."""
        self.callers = Callers()
        for listener in self.sockets:
            listener.setblocking(False)
            self.callers.listen(listener)
        for number in range(self.cfg.threads):
            threading.Thread(target=self._serve, name=f"request-{number}", daemon=True).start()
        while self.alive and self._look():
            time.sleep(LOOK_EVERY)
        self._stop()

    def _look(self) -> bool:
        """Whether the master lives."""
        self.notify()
        for conn in self.callers.late():
            self._give_up(conn)
        return self.ppid == os.getppid()

    def _stop(self) -> None:
        """What is under way is finished, and what a caller is sending already (RFC 9112, section 9.6)."""
        self.alive = False
        for listener in self.sockets:
            self.callers.forget(listener)
            listener.close()
        now = time.monotonic()
        for conn in list(self._open):
            if conn.is_idle:
                conn.fails_by = min(conn.fails_by, now + HANG_UP_PATIENCE)
        while self._open and time.monotonic() < now + self.cfg.graceful_timeout:
            self._look()
            time.sleep(LOOK_EVERY_AT_THE_END)

    def _serve(self) -> None:
        """One thread, as long as the worker lives."""
        while True:
            turns.take()
            found = self.callers.next()
            if isinstance(found, Connection):
                self._go_on(found)
            else:
                self._accept(found)

    def _accept(self, listener: socket.socket) -> None:
        """Right after one, leaves the next to the other workers for a moment."""
        is_in_burst = self.cfg.workers > 1 and time.monotonic() - self._took_one_at < BURST
        if is_in_burst and len(self._open) < FEW:
            time.sleep(TURN)
        if len(self._open) >= self.cfg.worker_connections:
            self._make_room()
        try:
            sock, client = listener.accept()
            environ = base_environ(client, listener.getsockname(), sys.stderr, multiprocess=self.cfg.workers > 1)
        except OSError as error:
            if error.errno in NO_ROOM:
                self._make_room()
            return
        finally:
            if self.alive:
                self.callers.listen(listener)
        self._took_one_at = time.monotonic()
        conn = Connection(sock, environ)
        self._open.add(conn)
        self._go_on(conn)

    def _go_on(self, conn: Connection) -> None:
        """Until it waits again, or ends."""
        try:
            match conn.waits:
                case Waits.TO_SEND:
                    conn.send_more()
                case Waits.FOR_REQUEST:
                    conn.receive()
                case Waits.FOR_THE_END if conn.has_hung_up():
                    self._drop(conn)
                    return
                case _:
                    pass
            self._answer_one(conn)
        except OSError:
            self._drop(conn)

    def _answer_one(self, conn: Connection) -> None:
        """Of several requests that came together each is one turn among those of all others. Raises OSError."""
        if conn.goes_on and not conn.unsent and (request := conn.reader.next()):
            conn.send(self._answer(conn, request))
        if conn.unsent:
            self.callers.wait(conn, Waits.TO_SEND)
            self._bound_unsent()
        elif conn.goes_on and conn.reader.has_next:
            self.callers.wait(conn, Waits.FOR_ITS_TURN)
        elif not conn.goes_on or conn.reader.is_over:
            conn.say_goodbye()
            self.callers.wait(conn, Waits.FOR_THE_END)
        elif conn.is_idle and conn.has_been_answered:
            self.callers.rest(conn, self.cfg.keepalive if self.alive else HANG_UP_PATIENCE)
        else:
            self.callers.wait(conn, Waits.FOR_REQUEST)

    def _answer(self, conn: Connection, request: Request | MalformedRequest) -> bytes:
        """The whole of it. Whether the connection goes on is noted there."""
        self.nr += 1
        if self.nr >= self.max_requests:
            self.alive = False
        may_go_on = self.alive and (conn.reader.has_next or not conn.reader.is_over)
        if isinstance(request, MalformedRequest):
            return self._refuse(conn, request)
        try:
            environ = environ_of(request, conn.environ)
            answer, conn.goes_on = answer_to(request, self.wsgi, environ, may_go_on=may_go_on)
        except MalformedRequest as malformed:
            return self._refuse(conn, malformed)
        except Exception:
            conn.goes_on = False
            self.log.exception("Error handling request")
            return defect()
        conn.note_answered()
        return answer

    def _refuse(self, conn: Connection, malformed: MalformedRequest) -> bytes:
        conn.goes_on = False
        # Nothing of what was sent: it may be a path with a mailed secret in it.
        self.log.warning("Invalid request")
        return refusal(malformed)

    def _drop(self, conn: Connection) -> None:
        self._open.discard(conn)
        conn.close()

    def _give_up(self, conn: Connection) -> None:
        if not self.callers.take(conn):
            return
        if conn.waits is not Waits.FOR_REQUEST or conn.is_idle:
            self._drop(conn)
            return
        # What came of it is refused, in a form that its sender can read.
        conn.reader.break_off()
        try:
            self._answer_one(conn)
        except OSError:
            self._drop(conn)

    def _make_room(self) -> None:
        if conn := self.callers.who_would_be_missed_least():
            self._give_up(conn)

    def _bound_unsent(self) -> None:
        slow = self.callers.slow_to_take()
        unsent = sum(len(conn.unsent) for conn in slow)
        for conn in slow:
            if unsent <= MAX_UNSENT:
                break
            unsent -= len(conn.unsent)
            self._give_up(conn)
