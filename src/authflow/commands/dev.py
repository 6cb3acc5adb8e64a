"""`authflow dev`: all that a developer needs, in one terminal, started again when a file is saved."""

import http.client
import os
import signal
import sys
import threading
import time
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg

from authflow.config import Config
from authflow.database.migration_files import PACKAGE, MigrationError
from authflow.database.migrator import Migrator
from authflow.local.child import Child
from authflow.local.dev_port import free_port
from authflow.local.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresError
from authflow.local.file_lock import lock_if_free
from authflow.local.source_watch import SourceWatch
from authflow.local.supervisor import Supervisor

LOCK = Path(".authflow/dev.lock")
HEALTH_POLL_SECONDS = 0.05
GUNICORN = "authflow.local.dev_gunicorn"
APPLICATION = "authflow.web.wsgi:make_app()"

WELCOME = """
  authflow is running; it starts again whenever a source file is saved.

    API      {url}/api/auth
    docs     {url}/docs

  Try it in another terminal:

    curl {url}/api/auth/register -H 'Content-Type: application/json' \\
      -d '{{"username": "Ada", "email": "ada@example.com", "password": "twelve grey herons"}}'

  Ctrl-C stops everything.
"""


def run(config: Config, arguments: Sequence[str] = ()) -> int:
    """Returns the status to exit with: after Ctrl-C, or because it cannot start."""
    if arguments:
        return _refuse("it takes no arguments; its settings are environment variables or lines of .env")
    if not config.development:
        return _refuse("this is for development only: set APP_ENV=development")
    # Until the supervisor listens for it: like Ctrl-C, so that the database is stopped on the way out.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    LOCK.parent.mkdir(exist_ok=True)
    try:
        with lock_if_free(LOCK) as lock:
            if lock is None:
                return _refuse(f"it already runs in this directory: {LOCK.read_text() or 'it is just starting'}")
            return _run_alone(config)
    except (EmbeddedPostgresError, OSError) as error:
        return _refuse(str(error))
    except KeyboardInterrupt:
        return 130


def _run_alone(config: Config) -> int:
    LOCK.write_text("")
    with _database(config):
        if not _migrate(config):
            return 1
        port = free_port(config.port)
        if port != config.port:
            _say(f"port {config.port} is taken, so this is port {port}")
        LOCK.write_text(f"http://localhost:{port}")
        threading.Thread(target=_welcome, args=(port,), daemon=True).start()
        _supervisor(config, port).run()
    return 0


@contextmanager
def _database(config: Config) -> Generator[None]:
    if config.embedded_database is None:
        yield
        return
    # Also a server that a killed `authflow dev` left behind is stopped at the end of this.
    with EmbeddedPostgres(config.embedded_database).running():
        yield


def _migrate(config: Config) -> bool:
    try:
        applied = Migrator(config.database_url).up()
    except MigrationError as error:
        _say(f"the database is not up to date: {error}")
        return False
    except psycopg.Error:
        # The driver's message may hold a piece of the password.
        _say("the database cannot be reached: `authflow migrate` says why")
        return False
    for version in applied:
        _say(f"applied migration {version}")
    return True


def _supervisor(config: Config, port: int) -> Supervisor:
    settings = ("--config", f"python:{GUNICORN}", "--bind", f"127.0.0.1:{port}")
    api = Child(
        name="API",
        argv=(sys.executable, "-m", GUNICORN, str(os.getpid()), *settings, APPLICATION),
        # Passed on, not read: the API reads its configuration itself, as it does in production.
        environment={**os.environ, "APP_ENV": "development", "PORT": str(port)},
    )
    # In a checkout the migrations stand beside `src`, in a wheel inside the package.
    sources = SourceWatch((PACKAGE, PACKAGE.parents[1] / "migrations", Path(".env").resolve()))
    return Supervisor([api], sources, say=_say, prepare=lambda: _migrate(config))


def _welcome(port: int) -> None:
    while not _is_healthy(port):
        time.sleep(HEALTH_POLL_SECONDS)
    print(WELCOME.format(url=f"http://localhost:{port}"), flush=True)


def _is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    with closing(connection), suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/health")
        return connection.getresponse().status == http.HTTPStatus.OK
    return False


def _say(line: str) -> None:
    print(f"authflow: {line}", flush=True)


def _refuse(reason: str) -> int:
    print(f"authflow dev: {reason}", file=sys.stderr)
    return 1
