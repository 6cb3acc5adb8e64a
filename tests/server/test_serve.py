"""`authflow serve`, the one command of production, in an empty directory."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest
from tests.support.callers import HEALTH, answer_of
from tests.support.jobs import add_mails
from tests.support.server import PASSED_ON, STOP_PATIENCE, wait_until
from tests.support.settings import ENVIRONMENT
from tests.support.smtp_server import SmtpServer, running_smtp

from authflow.database.transaction import Database
from authflow.local.dev_port import free_port

START_PATIENCE = 30.0


@dataclass(frozen=True)
class Serving:
    process: "subprocess.Popen[bytes]"
    port: int
    log: Path
    smtp: SmtpServer

    def answers(self) -> bool:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=START_PATIENCE)) as connection:
            with suppress(OSError):
                return answer_of(connection, HEALTH).status == 200
            return False


@pytest.fixture
def serving(database_url: str, tmp_path: Path, tables: object) -> Iterator[Serving]:
    ours = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    port, log = free_port(20_000 + os.getpid() % 10_000), tmp_path / "log"
    with running_smtp() as smtp, log.open("ab") as output:
        settings = {"DATABASE_URL": database_url, "SMTP_URL": f"smtp://127.0.0.1:{smtp.port}", "PORT": str(port)}
        process = subprocess.Popen(
            [sys.executable, "-m", "authflow", "serve"],
            cwd=tmp_path,
            env={**ours, **ENVIRONMENT, **settings, "WEB_CONCURRENCY": "2"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            yield Serving(process, port, log, smtp)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def test_it_serves_sends_mails_and_ends_when_asked(serving, tables, pool):
    emails = add_mails(tables, Database(pool), 1)
    wait_until(serving.answers, START_PATIENCE)
    wait_until(lambda: serving.smtp.mails, START_PATIENCE)
    assert {to for mail in serving.smtp.mails for to in mail.to} == emails
    serving.process.terminate()
    assert serving.process.wait(STOP_PATIENCE) == 0
    said = serving.log.read_text()
    assert said.count("Booting worker with pid") == 2
    assert "server_settings_missing" not in said
