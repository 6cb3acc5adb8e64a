"""A worker of gunicorn's whose threads take turns at waiting for all callers; who finds one ready serves him.

Nothing is handed from thread to thread, and no thread waits for one caller: for the rest of a request, to take an
answer, to hang up.
"""

import os
import threading
import time
from typing import Any

from gunicorn.workers.base import Worker

from authflow import turns
from authflow.server.callers import Callers
from authflow.server.connection import HANG_UP_PATIENCE, Connection, Waits
from authflow.server.doors import Doors
from authflow.server.gateway import answer_to, environ_of
from authflow.server.malformed_request import MalformedRequest, defect, refusal
from authflow.server.request import Request

# Seconds between two looks at who has waited for too long; and, while it stops, at who is left.
LOOK_EVERY = 0.25
LOOK_EVERY_AT_THE_END = 0.02
PLAIN_HTTP_ONLY = "authflow speaks plain HTTP: TLS and the PROXY protocol are for a proxy in front of it."


class FairWorker(Worker):
    callers: Callers
    doors: Doors

    @classmethod
    def check_config(cls, cfg: Any, _log: Any) -> None:
        """Raises SystemExit."""
        if cfg.is_ssl or cfg.proxy_protocol != "off":
            raise SystemExit(PLAIN_HTTP_ONLY)

    def run(self) -> None:
        """In the main thread, which serves nobody: tells the master that all is well, and gives up who is late."""
        self.callers = Callers()
        most, is_alone = self.cfg.worker_connections, self.cfg.workers == 1
        self.doors = Doors(self.sockets, self.callers, most=most, is_alone=is_alone)
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
        self.doors.close()
        end = time.monotonic() + self.cfg.graceful_timeout
        while self.callers.open and time.monotonic() < end:
            for conn in list(self.callers.open):
                if conn.is_idle:
                    conn.fails_by = min(conn.fails_by, time.monotonic() + HANG_UP_PATIENCE)
            self._look()
            time.sleep(LOOK_EVERY_AT_THE_END)

    def _serve(self) -> None:
        """One thread, as long as the worker lives; whatever happens, it goes on with the next one."""
        while True:
            turns.take()
            found = self.callers.next()
            try:
                if isinstance(found, Connection):
                    self._go_on(found)
                else:
                    self.doors.let_in(found)
            except BaseException:
                self.log.exception("Error serving a caller")
                if isinstance(found, Connection):
                    self.callers.drop(found)

    def _go_on(self, conn: Connection) -> None:
        """Until it waits again, or ends."""
        try:
            match conn.waits:
                case Waits.TO_SEND:
                    conn.send_more()
                case Waits.FOR_REQUEST:
                    conn.receive()
                case Waits.FOR_THE_END if conn.has_hung_up():
                    self.callers.drop(conn)
                    return
                case _:
                    pass
            self._answer_one(conn)
        except OSError:
            self.callers.drop(conn)

    def _answer_one(self, conn: Connection) -> None:
        """Of several requests that came together each is one turn among those of all others. Raises OSError."""
        if conn.goes_on and not conn.unsent and (request := conn.reader.next()):
            conn.send(self._answer(conn, request))
        conn.ask_for_body()
        if conn.unsent:
            self.callers.wait(conn, Waits.TO_SEND)
            self.callers.bound_unsent()
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

    def _give_up(self, conn: Connection) -> None:
        """Without serving: what came of a request is refused in its turn, in a form that its sender can read."""
        if conn.fails_by > time.monotonic() or not self.callers.take(conn):
            return
        try:
            if conn.waits is Waits.FOR_REQUEST and conn.receive_rest():
                self.callers.wait(conn, Waits.FOR_ITS_TURN)
            else:
                self.callers.drop(conn)
        except OSError:
            self.callers.drop(conn)
