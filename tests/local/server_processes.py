"""Other processes, and other users, for the tests of this room."""

import os
import pwd
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from authflow.local.embedded_postgres import EmbeddedPostgres
from authflow.local.postgres_place import place_of

START = """
import sys, time
from pathlib import Path
from authflow.local.embedded_postgres import EmbeddedPostgres

server = EmbeddedPostgres(Path(sys.argv[1]))
if "running" in sys.argv:
    with server.running() as url:
        print(url, flush=True)
        time.sleep(60)
print(server.start(), flush=True)
if "stay" in sys.argv:
    time.sleep(60)
"""


def starting(directory: Path, *words: str) -> "subprocess.Popen[str]":
    """A process that starts the server and says whether it did; "stay", "running": it lives on."""
    argv = [sys.executable, "-c", START, str(directory), *words]
    return subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)


def remove_server(directory: Path) -> None:
    """Stop it and remove what it left, also outside of its directory."""
    EmbeddedPostgres(directory).stop()
    place = place_of(directory.resolve())
    for path in (place.socket_directory, place.home, directory):
        if path.exists():
            shutil.rmtree(path)


def process_id(server: EmbeddedPostgres) -> int:
    """Of the postmaster."""
    return int((server.directory / "data" / "postmaster.pid").read_text().split()[0])


def query(server: EmbeddedPostgres, sql: str) -> object:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        cursor = connection.execute(sql.encode())
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def answers(server: EmbeddedPostgres) -> bool:
    try:
        return query(server, "SELECT 1") == 1
    except psycopg.OperationalError:
        return False


def wait_for(what: Callable[[], object], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def as_user(name: str, action: Callable[[], object]) -> str:
    """What `action` returns or raises, as text, when that user runs it; only root can ask for this.

    In a fork: root's interpreter may lie where other users cannot start it.
    """
    user = pwd.getpwnam(name)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)
        try:
            outcome = repr(action())
        except BaseException as error:  # noqa: BLE001 nothing may leave the fork but its outcome
            outcome = f"{type(error).__name__}: {error}"
        os.write(writing, outcome.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        outcome = told.read()
    os.waitpid(child, 0)
    return outcome
