"""A way to PostgreSQL that can fall silent: nothing is closed, and nothing comes through any more."""

import socket
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager, suppress
from threading import Event, Thread
from urllib.parse import quote

from psycopg.conninfo import conninfo_to_dict

CHUNK = 65_536
PATIENCE = 10.0


class SilentProxy:
    """On a port of 127.0.0.1, before a server that listens on a Unix socket."""

    def __init__(self, url: str, port: int = 0) -> None:
        parts = conninfo_to_dict(url)
        self._target = f"{parts['host']}/.s.PGSQL.{parts.get('port', 5432)}"
        self._user, self._database = str(parts["user"]), str(parts["dbname"])
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port: int = self._listener.getsockname()[1]
        self._sockets: list[socket.socket] = []
        self._threads: list[Thread] = []
        self._stopping = Event()
        self._silent_from = self._accepted = 0
        self._all_silent = False

    @property
    def url(self) -> str:
        return f"postgresql://{quote(self._user)}@127.0.0.1:{self.port}/{self._database}"

    def forget(self) -> None:
        """As a NAT does: of the connections that there are nothing is heard any more; new ones work."""
        self._silent_from = self._accepted

    def fall_silent(self) -> None:
        """New ones are accepted, and nothing comes of them either."""
        self.forget()
        self._all_silent = True

    def speak(self) -> None:
        """For new connections; what was forgotten stays so."""
        self.forget()
        self._all_silent = False

    def start(self) -> None:
        self._begin(self._accept)

    def stop(self) -> None:
        self._stopping.set()
        # `close` alone wakes nobody who waits for it.
        for each in (self._listener, *self._sockets):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        for thread in [*self._threads]:
            thread.join(PATIENCE)
        for each in (self._listener, *self._sockets):
            each.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                caller, _ = self._listener.accept()
                self._accepted += 1
                server = socket.socket(socket.AF_UNIX)
                self._sockets += [caller, server]
                server.connect(self._target)
                self._begin(self._pass, self._accepted, caller, server)
                self._begin(self._pass, self._accepted, server, caller)

    def _pass(self, number: int, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(CHUNK):
                if self._all_silent or number <= self._silent_from:
                    self._stopping.wait()
                target.sendall(piece)
            target.shutdown(socket.SHUT_RDWR)

    def _begin(self, work: Callable[..., None], *arguments: object) -> None:
        thread = Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()


@contextmanager
def silent_proxy(url: str, port: int = 0) -> Generator[SilentProxy]:
    with ExitStack() as running:
        proxy = SilentProxy(url, port)
        running.callback(proxy.stop)
        proxy.start()
        yield proxy
