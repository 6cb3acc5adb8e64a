"""A PostgreSQL of one's own, with nothing installed: for development and tests.

In its directory lie `data`, `server.log` and three locks (for root they may lie elsewhere, and links lead there:
see `postgres_place`). `start.lock` is held by whoever starts or stops the server, `use.lock` shared by all who
are `running` it, and `alive.lock` is inherited by the server and all its children. So a free `alive.lock` proves
that none of them lives; no file with a process id in it could.
"""

import os
import signal
import time
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from psycopg import pq

from authflow.local.file_lock import can_lock, lock_if_free, locked, shared
from authflow.local.postgres_launch import LOG, Launch, end_of_log
from authflow.local.postgres_place import EmbeddedPostgresError, PostgresPlace, make_reachable, place_of

__all__ = ["EmbeddedPostgres", "EmbeddedPostgresError"]

# Seconds. After a crash the server replays up to max_wal_size (1 GB) before it answers; a stop writes first.
START_PATIENCE = 120.0
STOP_PATIENCE = 60.0
POLL_INTERVAL = 0.02
# libpq counts whole seconds and takes 1 for 2.
PING_TIMEOUT = 2
# The note that the server was started by a `running` block.
STOP_WHEN_UNUSED = "stop-when-unused"


@dataclass(frozen=True)
class EmbeddedPostgres:
    """The server of one directory."""

    directory: Path

    def url(self, database: str = "postgres") -> str:
        """The superuser's address: the same whether or not the server runs."""
        sockets = quote(str(self._place().socket_directory), safe="")
        # The port is named because a PGPORT in the environment would change it.
        return f"postgresql://postgres@/{quote(database, safe='')}?host={sockets}&port=5432"

    def start(self) -> bool:
        """Start the server or adopt the one that runs; True if this call started it.

        Raises EmbeddedPostgresError.
        """
        with self._faults_in_words():
            self._make_home()
            return self._start(stop_when_unused=False)

    def stop(self) -> None:
        """Stop the server and wait until it is gone; nothing happens where none runs.

        Raises EmbeddedPostgresError.
        """
        if self._file("alive.lock").exists():
            with self._faults_in_words(), locked(self._file("start.lock")):
                self._stop()

    @contextmanager
    def running(self) -> Generator[str]:
        """The url of a server that runs, for the time of the block.

        If it was started by such a block, the last one to end stops it, in whatever process; a block that was
        killed counts as ended. One that `start` started stays. Raises EmbeddedPostgresError.
        """
        use = ExitStack()
        with self._faults_in_words():
            self._make_home()
            use.enter_context(shared(self._file("use.lock")))
        try:
            with use:
                with self._faults_in_words():
                    self._start(stop_when_unused=True)
                yield self.url()
        finally:
            self._stop_if_unused()

    def _stop_if_unused(self) -> None:
        # Somebody may have removed the directory meanwhile: a server without it ends by itself in a minute.
        if self._file(STOP_WHEN_UNUSED).exists():
            with lock_if_free(self._file("use.lock")) as unused:
                if unused is not None:
                    self.stop()

    def _start(self, *, stop_when_unused: bool) -> bool:
        with locked(self._file("start.lock")):
            self._link_to_home()
            return self._adopt_or_launch(stop_when_unused=stop_when_unused)

    def _adopt_or_launch(self, *, stop_when_unused: bool) -> bool:
        launched = False
        # By turns, because for some milliseconds after a crash the server's children still hold the lock
        # while nobody answers any more.
        for _ in _moments(START_PATIENCE):
            with lock_if_free(self._file("alive.lock")) as alive:
                if alive is not None and launched:
                    raise EmbeddedPostgresError(f"PostgreSQL did not start. {self._end_of_log()}")
                if alive is not None:
                    self._launch(alive, stop_when_unused=stop_when_unused)
                    launched = True
            if self._ping() == pq.Ping.OK:
                return launched
        raise EmbeddedPostgresError(
            f"PostgreSQL runs, but gives no answer after {START_PATIENCE:g} s. If it is recovering from a "
            f"crash it needs more time: try again. {self._end_of_log()}"
        )

    def _launch(self, alive: int, *, stop_when_unused: bool) -> None:
        if stop_when_unused:
            self._file(STOP_WHEN_UNUSED).touch()
        else:
            self._file(STOP_WHEN_UNUSED).unlink(missing_ok=True)
        Launch(self._place(), alive).run()

    def _stop(self) -> None:
        told = False
        for _ in _moments(STOP_PATIENCE):
            with lock_if_free(self._file("alive.lock")) as alive:
                if alive is not None:
                    return
            # Only of a server that answers is the process id its own: after a crash it may be a stranger's.
            if not told and self._ping() in {pq.Ping.OK, pq.Ping.REJECT}:
                # SIGINT is PostgreSQL's fast shutdown: it ends the connections and writes a checkpoint.
                os.kill(self._process_id(), signal.SIGINT)
                told = True
        raise EmbeddedPostgresError(f"PostgreSQL has not stopped after {STOP_PATIENCE:g} s. {self._end_of_log()}")

    def _process_id(self) -> int:
        return int((self._place().data / "postmaster.pid").read_text().split()[0])

    def _ping(self) -> int:
        return pq.PGconn.ping(f"{self.url()}&connect_timeout={PING_TIMEOUT}".encode())

    def _end_of_log(self) -> str:
        return end_of_log(self._place())

    def _make_home(self) -> None:
        if not can_lock():
            raise EmbeddedPostgresError("The embedded PostgreSQL does not run on this system: set DATABASE_URL.")
        make_reachable(self._place().home)

    def _link_to_home(self) -> None:
        """So that people find what they look for in the directory."""
        directory, home = self.directory.resolve(), self._place().home
        make_reachable(directory)
        for name in ("data", LOG) if home != directory else ():
            (directory / name).unlink(missing_ok=True)
            (directory / name).symlink_to(home / name)

    def _place(self) -> PostgresPlace:
        return place_of(self.directory.resolve())

    def _file(self, name: str) -> Path:
        return self._place().home / name

    @contextmanager
    def _faults_in_words(self) -> Generator[None]:
        try:
            yield
        except OSError as error:
            raise EmbeddedPostgresError(
                f"The embedded PostgreSQL of {self.directory} cannot be used: {error}. If that directory is of "
                "another user, start as that user, or set DATABASE_URL to a server of your own."
            ) from error


def _moments(patience: float) -> Iterator[None]:
    """One turn now, further ones until the seconds are over."""
    end = time.monotonic() + patience
    while True:
        yield
        if time.monotonic() > end:
            return
        time.sleep(POLL_INTERVAL)
