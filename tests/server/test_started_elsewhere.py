"""gunicorn started from another directory: settings and worker come along, or the log says what is missing."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from started import START_PATIENCE, Started, started
from tests.support.jobs import add_mails
from tests.support.server import CHECKOUT, environment_with, wait_until
from tests.support.settings import ENVIRONMENT
from tests.support.smtp_server import SmtpServer, running_smtp

from authflow.database.transaction import Database

GUNICORN = ("gunicorn", "-b", "127.0.0.1:0", "-w", "1")
SETTINGS = ("-c", "python:authflow.server.settings")
FACTORY = "authflow.web.wsgi:make_app()"
OWN_CONFIGURATION = "from authflow.server.settings import *\nkeepalive = 5\n"
OWN_APPLICATION = "from authflow.web.wsgi import make_app\napp = make_app()\n"


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    with running_smtp() as server:
        yield server


@pytest.fixture
def start(database_url: str, smtp: SmtpServer, tmp_path: Path, tables: object) -> Iterator[Callable[..., Started]]:
    with ExitStack() as running:

        def start(*arguments: str, **settings: str) -> Started:
            given = {**ENVIRONMENT, "DATABASE_URL": database_url, "SMTP_URL": f"smtp://127.0.0.1:{smtp.port}"}
            return running.enter_context(started(tmp_path, {**given, **settings}, *GUNICORN, *arguments))

        yield start


@pytest.mark.parametrize(
    "arguments",
    [
        (*SETTINGS, FACTORY),
        (*SETTINGS, "--chdir", str(CHECKOUT), "wsgi:app"),
        ("-c", str(CHECKOUT / "gunicorn.conf.py"), FACTORY),
        ("own:app",),
        (*SETTINGS, "--preload", FACTORY),
    ],
    ids=["module", "chdir", "file", "own configuration and application", "preloaded"],
)
def test_where_the_settings_come_along_mails_leave(start, tables, pool, smtp, tmp_path, arguments):
    if arguments == ("own:app",):
        (tmp_path / "gunicorn.conf.py").write_text(OWN_CONFIGURATION)
        (tmp_path / "own.py").write_text(OWN_APPLICATION)
    emails = add_mails(tables, Database(pool), 1)
    server = start(*arguments)
    wait_until(lambda: smtp.mails, START_PATIENCE)
    assert {to for mail in smtp.mails for to in mail.to} == emails
    assert not server.said("server_settings_missing")
    assert not server.said("worker_not_kept")


def test_nothing_in_the_directory_takes_the_place_of_the_worker(start, tables, pool, smtp, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "authflow.py").write_text("raise SystemExit('not this one')")
    add_mails(tables, Database(pool), 1)
    server = start(*SETTINGS, "--chdir", str(elsewhere), FACTORY)
    wait_until(lambda: smtp.mails or server.said("not this one"), START_PATIENCE)
    assert not server.said("worker_died")


@pytest.mark.parametrize(
    "arguments",
    [(FACTORY,), ("own:app",), ("--chdir", str(CHECKOUT), "wsgi:app"), ("-k", "sync", "--preload", FACTORY)],
    ids=["factory", "own application", "chdir", "preloaded"],
)
def test_where_they_do_not_the_log_says_so_and_what_to_do(start, tmp_path, arguments):
    (tmp_path / "own.py").write_text(OWN_APPLICATION)
    server = start(*arguments)
    server.wait_for("worker_not_kept")
    assert server.said("server_settings_missing")
    assert server.said("python:authflow.server.settings")
    assert server.said("authflow worker")


def test_a_worker_that_is_a_service_of_its_own_is_not_missed(start):
    server = start(FACTORY, RUN_WORKER="off")
    server.wait_for("server_settings_missing")
    assert not server.said("worker_not_kept")


def test_another_server_is_told_that_it_keeps_no_worker(database_url, tmp_path):
    ran = subprocess.run(
        [sys.executable, "-c", "from authflow.web.wsgi import make_app; make_app()"],
        cwd=tmp_path,
        env=environment_with({**ENVIRONMENT, "DATABASE_URL": database_url}),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "worker_not_kept" in ran.stderr
    assert "server_settings_missing" not in ran.stderr
