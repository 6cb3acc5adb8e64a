"""PostgreSQL servers of a test's own, to be stopped without warning and to stand in for one another."""

import os
import signal
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg

from authflow.database.migrator import Migrator
from authflow.local.embedded_postgres import EmbeddedPostgres
from authflow.local.postgres_binaries import find_binaries
from authflow.local.postgres_launch import ENVIRONMENT
from authflow.local.postgres_place import make_reachable, place_of
from tests.local.server_processes import process_id, remove_server


@contextmanager
def database_server(directory: Path) -> Generator[EmbeddedPostgres]:
    """Migrated, and as durable as PostgreSQL is by default; nothing of it is left after the block."""
    server = EmbeddedPostgres(directory)
    try:
        server.start()
        Migrator(server.url()).up()
        yield server
    finally:
        remove_server(directory)


@contextmanager
def standby_of(primary: EmbeddedPostgres, directory: Path) -> Generator[EmbeddedPostgres]:
    """A streaming replica, and what is acknowledged from now on is in both."""
    place = place_of(directory.resolve())
    make_reachable(place.home)
    copy = place.home / "data"
    account = place.account
    copy.mkdir(mode=0o700)
    if account.borrowed:
        os.chown(copy, account.uid, account.gid)
    subprocess.run(
        [find_binaries(account) / "pg_basebackup", "-D", copy, "-R", "-c", "fast", "-d", primary.url()],
        cwd="/",
        env=ENVIRONMENT,
        user=account.uid if account.borrowed else None,
        group=account.gid if account.borrowed else None,
        extra_groups=[] if account.borrowed else None,
        capture_output=True,
        check=True,
    )
    standby = EmbeddedPostgres(directory)
    try:
        standby.start()
        with psycopg.connect(primary.url(), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            connection.execute("SELECT pg_reload_conf()")
        yield standby
    finally:
        remove_server(directory)


def either_of(*servers: EmbeddedPostgres) -> str:
    """The address of whichever of them takes writes."""
    hosts = ",".join(quote(str(place_of(each.directory.resolve()).socket_directory), safe="") for each in servers)
    ports = ",".join("5432" for _ in servers)
    return f"postgresql://postgres@/postgres?host={hosts}&port={ports}&target_session_attrs=read-write"


def stop_at_once(server: EmbeddedPostgres) -> None:
    """SIGQUIT is PostgreSQL's immediate shutdown: no checkpoint, and every connection is cut."""
    os.kill(process_id(server), signal.SIGQUIT)
