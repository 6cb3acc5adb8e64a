"""`authflow dev`: all that a developer needs, in one terminal, started again when a file is saved."""

import http.client
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

import psycopg

from authflow.commands.running_database import NoLocalDatabase, running_database
from authflow.config import Config
from authflow.database.migration_files import PACKAGE, MigrationError
from authflow.database.migrator import Migrator
from authflow.local.child import Child
from authflow.local.dev_port import free_port
from authflow.local.file_lock import lock_if_free
from authflow.local.front_end import FrontEnd, NoFrontEnd, find_front_end
from authflow.local.source_watch import SourceWatch
from authflow.local.supervisor import Supervisor

LOCK = Path(".authflow/dev.lock")
HEALTH_POLL_SECONDS = 0.05
# The port is open before there is anybody to answer: who asks then waits, and need not ask again.
HEALTH_PATIENCE_SECONDS = 30
GUNICORN = "authflow.server.development"
APPLICATION = "authflow.web.wsgi:make_app()"

WELCOME = """
  authflow is running; it starts again whenever a source file is saved.

{front_end}    API        {url}/api/auth
    docs       {url}/docs
    mails      {url}/dev/mailbox; their links lead to {links} (FRONTEND_URL)

  Try it in another terminal:

    curl {url}/api/auth/register -H 'Content-Type: application/json' \\
      -d '{{"username": "Ada", "email": "ada@example.com", "password": "twelve grey herons"}}'

  Ctrl-C stops everything.
"""


def run(config: Config, arguments: Sequence[str] = ()) -> int:
    """Returns the status to exit with: after Ctrl-C, or because it cannot start."""
    if arguments:
        return _refuse("it takes no arguments; its settings are environment variables or lines of .env")
    # Until the supervisor listens for it: like Ctrl-C, so that the database is stopped on the way out.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    LOCK.parent.mkdir(exist_ok=True)
    try:
        with lock_if_free(LOCK) as lock:
            if lock is None:
                return _refuse(f"it already runs in this directory: {LOCK.read_text() or 'it is just starting'}")
            return _run_alone(config)
    except (NoLocalDatabase, OSError) as error:
        return _refuse(str(error))
    except KeyboardInterrupt:
        return 130


def _run_alone(config: Config) -> int:
    LOCK.write_text("")
    _say_which_database(config)
    with running_database(config.embedded_database):
        if not _migrate(config):
            return 1
        port = free_port(config.port)
        if port != config.port:
            _say(f"port {config.port} is taken, so this is port {port}")
        front_end = _front_end(config)
        LOCK.write_text(f"http://localhost:{port}")
        threading.Thread(target=_welcome, args=(config, port, front_end), daemon=True).start()
        _supervisor(config, port, front_end).run()
    return 0


def _front_end(config: Config) -> FrontEnd | None:
    """That of this checkout, ready to be served; without one, everything else runs all the same."""
    try:
        front_end = find_front_end(config.frontend_url) if config.run_front_end else None
        if front_end and not front_end.is_installed:
            _say("installing what the front end needs (once) …")
            front_end.install()
    except NoFrontEnd as error:
        _say(f"the front end is left out (FRONTEND=off says nothing of it): {error}")
        return None
    return front_end


def _say_which_database(config: Config) -> None:
    if config.embedded_database is None:
        _say("the database is the one of DATABASE_URL")
    elif not config.embedded_database.exists():
        # Some seconds in which nothing else is said.
        _say(f"making a PostgreSQL of its own in {config.embedded_database.parent.name}/ (once) …")


def _migrate(config: Config) -> bool:
    try:
        applied = Migrator(config.database_url, pooled=config.transaction_pooler).up()
    except MigrationError as error:
        _say(f"the database is not up to date: {error}")
        return False
    except psycopg.Error:
        # The driver's message may hold a piece of the password.
        _say("the database cannot be reached: `authflow migrate` says why")
        return False
    ours = [version for version in applied if "/" not in version]
    for version in ours:
        _say(f"applied migration {version}")
    if len(ours) < len(applied):
        _say(f"applied {len(applied) - len(ours)} migrations of the job queue")
    return True


def _supervisor(config: Config, port: int, front_end: FrontEnd | None) -> Supervisor:
    settings = ("--config", f"python:{GUNICORN}", "--bind", f"127.0.0.1:{port}")
    # Passed on, not read: both read their configuration themselves, as they do in production.
    environment = {**os.environ, "APP_ENV": "development", "PORT": str(port)}
    api = Child(
        name="API",
        argv=(sys.executable, "-m", GUNICORN, str(os.getpid()), *settings, APPLICATION),
        environment=environment,
    )
    worker = Child(
        name="worker",
        argv=(sys.executable, "-m", "authflow", "worker", "--parent", str(os.getpid())),
        environment=environment,
    )
    # In a checkout the migrations stand beside `src`, in a wheel inside the package.
    sources = SourceWatch((PACKAGE, PACKAGE.parents[1] / "migrations", Path(".env").resolve()))
    kept = [front_end.served_for(f"http://localhost:{port}")] if front_end else []
    return Supervisor([api, worker], sources, say=_say, prepare=lambda: _migrate(config), kept=kept)


def _welcome(config: Config, port: int, front_end: FrontEnd | None) -> None:
    while not (_is_healthy(port) and (front_end is None or front_end.answers())):
        time.sleep(HEALTH_POLL_SECONDS)
    first = f"    front end  {config.frontend_url}\n" if front_end else ""
    print(WELCOME.format(url=f"http://localhost:{port}", front_end=first, links=config.frontend_url), flush=True)


def _is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=HEALTH_PATIENCE_SECONDS)
    with closing(connection), suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/health")
        return connection.getresponse().status == http.HTTPStatus.OK
    return False


def _say(line: str) -> None:
    print(f"authflow: {line}", flush=True)


def _refuse(reason: str) -> int:
    print(f"authflow dev: {reason}", file=sys.stderr)
    return 1
