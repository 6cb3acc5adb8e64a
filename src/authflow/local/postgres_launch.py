"""How the programs of PostgreSQL are run: a data directory made once, a server set going.

Called with `alive.lock` held (`embedded_postgres`), so nothing of an earlier server lives that could own the
files which are replaced here. The programs inherit the lock.
"""

import os
import shutil
import subprocess
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from authflow.local.postgres_binaries import find_binaries
from authflow.local.postgres_place import (
    SOCKET_NAME,
    EmbeddedPostgresError,
    PostgresPlace,
    check_private,
    make_private,
)

LOG = "server.log"
LOG_LINES_SHOWN = 12

# Everything else is PostgreSQL's default, durability included. As many connections as `make test` can come to:
# each of its processes has servers of several workers with pools of their own.
SETTINGS = ("listen_addresses=", "port=5432", "unix_socket_permissions=0700", "max_connections=400")
# The locale is one that every system has; `trust`, because only the owner gets as far as the socket.
INITDB_OPTIONS = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-instructions")
# The server is nobody's child: it leaves no zombie and outlives whoever started it. Not by `pg_ctl`, which
# pastes its arguments into a command line, where a space in a path breaks them; here they stay a list.
IN_BACKGROUND = ("/bin/sh", "-c", '"$0" "$@" &')
# Nothing of ours: it holds secrets, and variables such as PGPORT would change what the server does.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C"}


@dataclass(frozen=True)
class Launch:
    """One attempt to set a server going."""

    place: PostgresPlace
    alive: int

    def run(self) -> None:
        """Raises EmbeddedPostgresError, OSError; whether the server comes up is for the caller to see."""
        binaries = find_binaries(self.place.account)
        with self._new_log() as log:
            if self.place.socket_directory != self.place.data:
                make_private(self.place.socket_directory, self.place.account)
            if not self.place.data.exists():
                self._make_data(binaries / "initdb", log)
            check_private(self.place.data, self.place.account)
            self._remove_stale_locks()
            self._run([*IN_BACKGROUND, str(binaries / "postgres"), *self._options()], log)

    def _make_data(self, initdb: Path, log: int) -> None:
        """Made beside and renamed, so that a half-made directory never looks like a database."""
        half_made = self.place.home / "data.tmp"
        shutil.rmtree(half_made, ignore_errors=True)
        make_private(half_made, self.place.account)
        self._run([str(initdb), "-D", str(half_made), *INITDB_OPTIONS], log)
        half_made.rename(self.place.data)

    def _remove_stale_locks(self) -> None:
        """PostgreSQL would not start if the process ids in them belonged to somebody else by now."""
        (self.place.data / "postmaster.pid").unlink(missing_ok=True)
        (self.place.socket_directory / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)

    def _options(self) -> list[str]:
        # In double quotes, because a bare comma would separate two directories.
        sockets = str(self.place.socket_directory).replace('"', '""')
        settings = (*SETTINGS, f'unix_socket_directories="{sockets}"')
        return ["-D", str(self.place.data), *(part for setting in settings for part in ("-c", setting))]

    def _run(self, argv: Sequence[str], log: int) -> None:
        account = self.place.account
        outcome = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=ENVIRONMENT,
            pass_fds=(self.alive,),
            # Ctrl-C in the terminal is for the one who started the server.
            start_new_session=True,
            user=account.uid if account.borrowed else None,
            group=account.gid if account.borrowed else None,
            extra_groups=[] if account.borrowed else None,
            check=False,
        )
        if outcome.returncode != 0:
            raise EmbeddedPostgresError(f"PostgreSQL could not be set up. {end_of_log(self.place)}")

    @contextmanager
    def _new_log(self) -> Generator[int]:
        """Emptied at every start, so that it does not grow for ever."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_NOFOLLOW
        log = os.open(self.place.home / LOG, flags, 0o600)
        try:
            yield log
        finally:
            os.close(log)


def end_of_log(place: PostgresPlace) -> str:
    log = place.home / LOG
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return "\n".join([f"The end of {log}:", *(f"  {line}" for line in lines[-LOG_LINES_SHOWN:])])
