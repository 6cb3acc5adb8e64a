"""`authflow dev` in a checkout serves the front end beside the API, and takes it along however it ends."""

import http.client
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.support.server import wait_until

from authflow.local.dev_port import free_port, is_answered
from authflow.local.embedded_postgres import EmbeddedPostgres

# Seconds; the first start may install what the front end needs.
PATIENCE = 300.0


@pytest.fixture
def project() -> Iterator[Path]:
    # A short path, as PostgreSQL's socket has to fit into it.
    with tempfile.TemporaryDirectory(prefix="authflow-") as directory:
        Path(directory).chmod(0o755)
        yield Path(directory)


@pytest.fixture
def dev(project: Path) -> Iterator["Dev"]:
    port = free_port(20_000 + os.getpid() % 10_000)
    running = Dev(project, port, free_port(port + 1))
    try:
        yield running
    finally:
        running.process.kill()
        running.process.wait()
        EmbeddedPostgres(project / ".authflow" / "postgres").stop()


class Dev:
    def __init__(self, project: Path, api: int, front_end: int) -> None:
        self.log, self.api, self.front_end, self.settings = project / "log", api, front_end, project / ".env"
        environment = {
            **os.environ,
            "APP_ENV": "",
            "DATABASE_URL": "",
            "PORT": str(api),
            "FRONTEND_URL": f"http://localhost:{front_end}",
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "authflow", "dev"],
                cwd=project,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait_for(self, words: str) -> None:
        wait_until(lambda: words in self.log.read_text(), PATIENCE)

    def get(self, path: str) -> tuple[int, bytes]:
        with closing(http.client.HTTPConnection("localhost", self.front_end, timeout=PATIENCE)) as connection:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def front_end_process(self) -> str:
        """Its id, by what it was started with."""
        words = f"scripts/dev.ts\0{self.front_end}\0".encode()
        commands = ((each.parent.name, each) for each in Path("/proc").glob("[0-9]*/cmdline"))
        (found,) = (pid for pid, command in commands if words in command.read_bytes())
        return found


def test_it_is_served_stays_when_the_api_starts_again_and_ends_with_a_kill(dev: Dev):
    dev.wait_for("Ctrl-C stops everything")
    told = dev.log.read_text()
    assert told.index(f"front end  http://localhost:{dev.front_end}\n") < told.index(
        f"http://localhost:{dev.api}/"
    )
    status, page = dev.get("/auth/login")
    assert (status, b'id="root"' in page) == (200, True)
    assert dev.get("/api/auth/me")[0] == 401

    before = dev.front_end_process()
    dev.settings.write_text("SERVICE_NAME=Another\n")
    dev.wait_for(".env changed: restarting")
    wait_until(lambda: is_answered(dev.api) and dev.get("/api/auth/me")[0] == 401, PATIENCE)
    assert dev.front_end_process() == before

    dev.process.send_signal(signal.SIGKILL)
    wait_until(lambda: not is_answered(dev.front_end) and not is_answered(dev.api), PATIENCE)
