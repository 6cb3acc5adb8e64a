"""How gunicorn takes connections and waits for them: fair to other workers, and to other callers.

All waiting is done by one poller in the main thread: for the rest of a request, for a caller to take an answer,
for one to hang up. A thread gets a request that is whole, and leaves an answer that is.
"""

import errno
import selectors
import socket
import time
from concurrent.futures import Future
from functools import partial
from typing import Any

from gunicorn.http.errors import LimitRequestHeaders
from gunicorn.workers.gthread import ThreadWorker

from authflow.server.connection import HANG_UP_PATIENCE, Connection, Waits
from authflow.server.request_arrival import Arrival
from authflow.web.repeated_headers import COOKIE, ONCE_ONLY, ends_connection, join_repeated

# Of connections that come in a burst, the worker that ran just then would take all. Seconds.
BURST = 0.002
TURN = 0.0005
# Seconds between two looks at who has waited for too long.
LOOK_EVERY = 0.25
# Bytes of answers that callers do not take: beyond, who has had longest to take his is given up.
MAX_UNSENT = 16 * 1024 * 1024
NO_ROOM = {errno.EMFILE, errno.ENFILE}


class FairWorker(ThreadWorker):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Those that no thread works for, who waits longest first.
        self._waiting: dict[Connection, None] = {}
        self._took_one_at = self._looked_at = 0.0

    def accept(self, listener: socket.socket) -> None:
        """Right after one, leaves the next to the other workers for a moment."""
        if self.cfg.workers > 1 and time.monotonic() - self._took_one_at < BURST:
            time.sleep(TURN)
        try:
            taken, client = listener.accept()
        except BlockingIOError:
            return
        except OSError as error:
            if error.errno in NO_ROOM:
                self._make_room()
            elif error.errno != errno.ECONNABORTED:
                raise
            return
        self._took_one_at = time.monotonic()
        self.nr_conns += 1
        self.enqueue_req(Connection(self.cfg, taken, client, listener.getsockname()))

    def handle(self, conn: Any) -> bool:
        """In a thread: takes what has come, and serves the request once it is whole, or given up."""
        is_given_up = conn.arrival is Arrival.REFUSED
        try:
            if not is_given_up:
                conn.receive()
        except OSError:
            conn.arrival = Arrival.REFUSED
        if conn.arrival is Arrival.PARTLY:
            return True
        if conn.arrival is Arrival.HEAD_TOO_LARGE:
            self.handle_error(None, conn.sock, conn.client, LimitRequestHeaders("the head"))
            conn.goes_on = False
            return False
        # Nothing is read from the socket below, and nothing waits to be sent.
        conn.init()
        conn.data_ready = True
        conn.goes_on = bool(super().handle(conn)) and not conn.will_end
        conn.stop_waiting()
        return conn.goes_on

    def handle_request(self, req: Any, conn: Any) -> bool:
        # The body was asked for already, if it was to be read.
        req._expected_100_continue = False  # noqa: SLF001
        req.connection = conn
        if ends_connection(req.headers):
            req.force_close()
        join_repeated(req.headers, ONCE_ONLY, ", ")
        join_repeated(req.headers, COOKIE, "; ")
        return super().handle_request(req, conn)

    def finish_request(self, conn: Any, fs: "Future[Any]") -> None:
        """In the main thread: what a connection waits for next."""
        try:
            fs.result()
            self._go_on(conn)
            if conn.unsent:
                self._bound_unsent()
        except Exception:  # noqa: BLE001, a caller who is gone
            self._drop(conn)

    def _go_on(self, conn: Connection) -> None:
        if conn.unsent:
            self._wait(conn, Waits.TO_SEND)
        elif not conn.goes_on:
            conn.say_goodbye()
            self._wait(conn, Waits.FOR_THE_END)
        elif conn.arrival is Arrival.PARTLY:
            self._wait(conn, Waits.FOR_REQUEST)
        elif conn.received.size:
            self.enqueue_req(conn)
        else:
            self._keep(conn)

    def _keep(self, conn: Connection) -> None:
        """Until its next request begins, as gunicorn does it."""
        conn.stop_waiting()
        conn.timeout = time.monotonic() + (self.cfg.keepalive if self.alive else HANG_UP_PATIENCE)
        self.keepalived_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_client_socket_readable, conn))

    def _wait(self, conn: Connection, what: Waits) -> None:
        conn.wait(what)
        event = selectors.EVENT_WRITE if what is Waits.TO_SEND else selectors.EVENT_READ
        self.poller.register(conn.sock, event, partial(self._on_ready, conn))
        self._waiting[conn] = None

    def _on_ready(self, conn: Connection, _socket: Any) -> None:
        self._stop_waiting(conn)
        try:
            if conn.waits is Waits.FOR_REQUEST:
                self.enqueue_req(conn)
            elif conn.waits is Waits.TO_SEND:
                conn.send_more()
                self._go_on(conn)
            elif conn.has_hung_up():
                self._drop(conn)
            else:
                self._wait(conn, Waits.FOR_THE_END)
        except OSError:
            self._drop(conn)

    def _stop_waiting(self, conn: Connection) -> None:
        del self._waiting[conn]
        self.poller.unregister(conn.sock)

    def _drop(self, conn: Connection) -> None:
        self.nr_conns -= 1
        conn.close()

    def murder_pending(self) -> None:
        """Gives up who has waited for too long, and, where there is no room, who has waited for longest."""
        while self.nr_conns >= self.worker_connections and self._make_room():
            pass
        now = time.monotonic()
        if now - self._looked_at < LOOK_EVERY:
            return
        self._looked_at = now
        for conn in [each for each in self._waiting if each.fails_by <= now]:
            self._give_up(conn)

    def _give_up(self, conn: Connection) -> None:
        self._stop_waiting(conn)
        if conn.waits is Waits.FOR_REQUEST and not conn.is_silent:
            # What came of it is refused by whoever reads it, in a form that its sender can read.
            conn.arrival = Arrival.REFUSED
            self.enqueue_req(conn)
        else:
            self._drop(conn)

    def _make_room(self) -> bool:
        """Of those who say, or take, nothing. False where everybody is being served."""
        if oldest := next(iter(self._waiting), None):
            self._stop_waiting(oldest)
            self._drop(oldest)
        elif self.keepalived_conns:
            self.keepalived_conns[0].timeout = 0.0
            self.murder_keepalived()
        else:
            return False
        return True

    def _bound_unsent(self) -> None:
        sending = [conn for conn in self._waiting if conn.waits is Waits.TO_SEND]
        unsent = sum(len(conn.unsent) for conn in sending)
        for conn in sending:
            if unsent <= MAX_UNSENT:
                break
            unsent -= len(conn.unsent)
            self._stop_waiting(conn)
            self._drop(conn)

    def _cap_keepalive(self, deadline: float) -> None:
        """A server that stops waits for nobody for long."""
        for conn in self.keepalived_conns:
            conn.timeout = min(conn.timeout or deadline, deadline)
        for conn in self._waiting:
            if conn.waits is Waits.FOR_REQUEST and conn.is_silent:
                conn.fails_by = min(conn.fails_by, deadline)
