"""A pooler in front of PostgreSQL: PgBouncer, as Debian has it (`apt-get install pgbouncer`)."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from authflow.local.embedded_postgres import EmbeddedPostgres
from authflow.local.postgres_place import place_of
from tests.races.locks import locked_sessions
from tests.support.callers import HEALTH, Call, callers_of, codes, log_in, me, refresh, register, session_of
from tests.support.client import ADA
from tests.support.server import Server, any_free_port, environment_with, wait_until
from tests.support.settings import SETTINGS
from tests.support.smtp_server import running_smtp

from .load import load_on

# Seconds.
WORKED = 10.0
PATIENCE = 20.0
WITHIN = 3.0
# Connections to PostgreSQL: fewer than the service has to the pooler.
SERVER_CONNECTIONS = 5
BOUNDS = {"statement_timeout": "900ms", "lock_timeout": "700ms", "idle_in_transaction_session_timeout": "5s"}
ROLE = "authflow"
READY = Call("GET", "/ready")
FORGOT = Call("POST", "/api/auth/forgot-password", {"email": ADA})
LEFT_BEHIND = """
    SELECT name FROM pg_settings WHERE source = 'session'
    UNION ALL SELECT name FROM pg_prepared_statements
    UNION ALL SELECT '*' FROM pg_listening_channels()
"""


@contextmanager
def pooled(database: EmbeddedPostgres, directory: Path, mode: str) -> Generator[str]:
    """The address of a pooler in that mode, for the role `authflow`."""
    place = place_of((directory / "postgres").resolve())
    program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program, "PgBouncer is missing: apt-get install pgbouncer"
    port = any_free_port()
    home = Path(tempfile.mkdtemp(prefix="authflow-pooler-"))
    # For root, whose database runs as another user.
    home.chmod(0o755)
    (home / "users").write_text(f'"{ROLE}" ""\n')
    (home / "ini").write_text(
        f"[databases]\npostgres = host={place.socket_directory} port=5432\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
        f"auth_type = trust\nauth_file = {home / 'users'}\npool_mode = {mode}\n"
        f"max_client_conn = 300\ndefault_pool_size = {SERVER_CONNECTIONS if mode == 'transaction' else 60}\n"
    )
    # It refuses to run as root, and PostgreSQL lets in whom its own account is.
    account = place.account if place.account.borrowed else None
    process = subprocess.Popen(
        [program, "-q", str(home / "ini")],
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
    address = f"postgresql://{ROLE}@127.0.0.1:{port}/postgres"
    try:
        wait_until(lambda: is_connected(address), PATIENCE)
        yield address
    finally:
        process.terminate()
        process.wait(PATIENCE)
        shutil.rmtree(home)


def is_connected(address: str) -> bool:
    try:
        psycopg.connect(address, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def make_role(database: EmbeddedPostgres, **settings: str) -> None:
    with psycopg.connect(database.url(), autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {ROLE} LOGIN")
        for kind in ("TABLES", "SEQUENCES", "FUNCTIONS"):
            connection.execute(f"GRANT ALL ON ALL {kind} IN SCHEMA public TO {ROLE}")
        for name, value in settings.items():
            connection.execute(f"ALTER ROLE {ROLE} SET {name} = '{value}'")


def left_behind(address: str) -> set[str]:
    """What is set, prepared or listened for on the connections that a pooler lends to anybody."""
    found: set[str] = set()
    with psycopg.connect(address, prepare_threshold=None) as first:
        # Inside of a transaction each keeps another connection to PostgreSQL.
        held = [psycopg.connect(address, prepare_threshold=None) for _ in range(SERVER_CONNECTIONS - 1)]
        for connection in (first, *held):
            found |= {name for (name,) in connection.execute(LEFT_BEHIND)}
        for connection in held:
            connection.close()
    return found


def doctor(address: str, tmp_path: Path) -> str:
    ran = subprocess.run(
        [sys.executable, "-m", "authflow", "doctor"],
        cwd=tmp_path,
        env=environment_with({**SETTINGS, "DATABASE_URL": address, "DATABASE_POOLER": "transaction"}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return ran.stdout + ran.stderr


def assert_a_lock_is_not_waited_for(server: Server, database: EmbeddedPostgres) -> float:
    """The slowest answer, in seconds."""
    with callers_of(server, 12) as callers:
        callers.insist(register(ADA))
        sessions = [callers.insist(log_in(ADA)) for _ in range(3)]
        with locked_sessions(database.url(), *(session_of(each.refresh) for each in sessions)):
            refused = callers.at_once(refresh(each.refresh) for each in sessions * 2)
            assert callers.ask(me(sessions[0].access)).status == 200
            assert callers.ask(HEALTH).status == 200
        assert codes(refused) == {"unavailable": 6}
        assert codes(callers.at_once(refresh(each.refresh) for each in sessions)) == {200: 3}
    return max(each.seconds for each in refused)


def test_a_pooler_of_transactions_serves_as_postgresql_does(database, start, report, tmp_path):
    make_role(database, **BOUNDS)
    with pooled(database, tmp_path, "transaction") as address, running_smtp() as smtp:
        server = start(
            address, DATABASE_POOLER="transaction", RUN_WORKER="on", SMTP_URL=f"smtp://127.0.0.1:{smtp.port}"
        )
        with load_on(lambda: server.port) as load:
            time.sleep(WORKED)
        assert load.codes == {200: len(load.heard)}
        slowest = assert_a_lock_is_not_waited_for(server, database)
        assert slowest < WITHIN
        with callers_of(server, 1) as callers:
            assert callers.ask(FORGOT).status == 200
        wait_until(lambda: smtp.mails, PATIENCE)
        assert "pooler" not in doctor(address, tmp_path)
        assert left_behind(address) == set()
        report(
            f"PgBouncer, transactions, {SERVER_CONNECTIONS} connections: {dict(load.codes)}, slowest "
            f"{load.slowest:.2f} s; a locked row: 503 after {slowest:.1f} s at most; nothing left behind"
        )
        assert server.stop() == 0


def test_what_its_role_lacks_is_said(database, start, tmp_path):
    make_role(database, DateStyle="SQL, DMY")
    with pooled(database, tmp_path, "transaction") as address:
        server = start(address, DATABASE_POOLER="transaction")
        with callers_of(server, 1) as callers:
            assert callers.ask(READY).status == 503
        (told,) = {line["reason"] for line in server.events("not_ready")}
        found = doctor(address, tmp_path)
        for name in (*BOUNDS, "DateStyle"):
            assert f"ALTER ROLE {ROLE} SET {name}" in told
            assert f"ALTER ROLE {ROLE} SET {name}" in found


def test_a_pooler_of_sessions_needs_nothing(database, start, report, tmp_path):
    make_role(database)
    with pooled(database, tmp_path, "session") as address:
        server = start(address)
        with load_on(lambda: server.port) as load:
            time.sleep(WORKED)
        slowest = assert_a_lock_is_not_waited_for(server, database)
        report(
            f"PgBouncer, sessions: {dict(load.codes)}, slowest {load.slowest:.2f} s; a locked row: 503 after "
            f"{slowest:.1f} s at most"
        )
        assert load.codes == {200: len(load.heard)}
        assert slowest < WITHIN
        assert server.stop() == 0
