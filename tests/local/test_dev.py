"""`authflow dev` as a whole: one command, one terminal, nothing left behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from server_processes import answers, remove_server, wait_for
from tests.support.worker import is_running

from authflow.local import dev_port
from authflow.local.dev_port import free_port
from authflow.local.embedded_postgres import EmbeddedPostgres
from authflow.local.file_lock import lock_if_free

HEALTH = b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
AUTHFLOW = (sys.executable, "-m", "authflow")


@pytest.fixture
def project(open_directory: Path) -> Iterator[Path]:
    directory = Path(tempfile.mkdtemp(dir=open_directory, prefix="project"))
    directory.chmod(0o755)
    yield directory
    remove_server(directory / ".authflow" / "postgres")


@contextmanager
def start_dev(project: Path, port: int) -> "Iterator[subprocess.Popen[str]]":
    """Ended at the latest with the block: a test that fails must not wait for it."""
    environment = {**os.environ, "APP_ENV": "", "PORT": str(port), "DATABASE_URL": "", "FRONTEND": "off"}
    with subprocess.Popen(
        [*AUTHFLOW, "dev"],
        cwd=project,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as dev:
        try:
            yield dev
        finally:
            dev.kill()


def read_until(process: "subprocess.Popen[str]", text: str) -> str:
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if text in line:
            return "".join(lines)
    pytest.fail("it ended without saying so:\n" + "".join(lines))


def is_served(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1) as answer:
            return answer.status == 200
    except OSError:
        return False


def assert_answers_like_production(port: int) -> None:
    """What is no HTTP gets JSON that quotes nothing, and no answer says what serves it."""
    for sent, code in ((b"garbage-on-the-wire\r\n\r\n", b'"code":"malformed_request"'), (HEALTH, b"ok")):
        with socket.create_connection(("127.0.0.1", port), 10) as connection:
            connection.sendall(sent)
            answer = b"".join(iter(lambda c=connection: c.recv(65_536), b""))
        assert code in answer
        assert b"garbage" not in answer
        assert b"gunicorn" not in answer.lower()


def worker_in(said: str) -> int:
    """The process id that the worker told."""
    (line,) = (line for line in said.splitlines() if '"worker_started"' in line)
    return int(json.loads(line)["process_id"])


def test_one_command_starts_everything_and_ctrl_c_stops_it(project: Path):
    database = EmbeddedPostgres(project / ".authflow" / "postgres")
    taken = socket.create_server(("127.0.0.1", 0))
    wanted = taken.getsockname()[1]
    with taken, start_dev(project, wanted) as dev:
        said = read_until(dev, "Ctrl-C stops everything")
        # The next one that is free: not always the very next.
        port = int(said.partition(f"port {wanted} is taken, so this is port ")[2].split(maxsplit=1)[0])
        assert port > wanted
        assert "making a PostgreSQL of its own in .authflow/" in said
        assert "applied migration 0001_users" in said
        assert f"http://localhost:{port}/docs" in said
        assert f"http://localhost:{port}/dev/mailbox" in said
        assert "http://localhost:5173 (FRONTEND_URL)" in said
        assert said.count('"/health"') <= 1
        assert is_served(port)
        assert_answers_like_production(port)

        with start_dev(project, wanted) as second:
            told = second.communicate(timeout=60)[0]
        assert second.returncode == 1
        assert told == f"authflow dev: it already runs in this directory: http://localhost:{port}\n"

        dev.send_signal(signal.SIGINT)
        said += dev.communicate(timeout=20)[0]
        assert dev.returncode == 0
    assert not is_served(port)
    assert not is_running(worker_in(said))
    assert not answers(database)


def test_after_a_kill_nothing_stays_and_the_next_start_finds_its_way(project: Path):
    database = EmbeddedPostgres(project / ".authflow" / "postgres")
    port = free_port(20_000 + os.getpid() % 10_000)
    with start_dev(project, port) as dev:
        said = read_until(dev, "Ctrl-C stops everything")
        said += "" if "worker_started" in said else read_until(dev, "worker_started")
        dev.kill()
    wait_for(lambda: not is_served(port) and not is_running(worker_in(said)))
    assert answers(database)

    with start_dev(project, port) as dev:
        read_until(dev, "Ctrl-C stops everything")
        dev.send_signal(signal.SIGTERM)
        assert dev.wait(timeout=20) == 0
    assert not answers(database)


def test_where_it_is_said_to_be_production_it_does_not_start(tmp_path: Path):
    environment = {**os.environ, "APP_ENV": "production"}
    ended = subprocess.run(
        [*AUTHFLOW, "dev"], cwd=tmp_path, env=environment, check=False, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 1
    assert "APP_ENV must be development, or unset" in ended.stderr
    assert not list(tmp_path.iterdir())


def is_free(lock: Path) -> bool:
    with lock_if_free(lock) as held:
        return held is not None


def test_a_request_to_stop_is_heard_while_it_starts(project: Path):
    with start_dev(project, 20_000) as dev:
        wait_for((project / ".authflow" / "postgres" / "start.lock").exists)
        dev.send_signal(signal.SIGTERM)
        assert dev.wait(timeout=20) == 130
    # What was making the database may need a moment to end; a server would stay.
    wait_for(lambda: is_free(project / ".authflow" / "postgres" / "alive.lock"))


def test_a_taken_port_is_passed_over():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert port < free_port(port) < port + dev_port.TRIED


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="needs IPv6")
def test_a_port_that_localhost_means_elsewhere_is_passed_over():
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as taken:
        port = taken.getsockname()[1]
        assert free_port(port) > port


def test_it_gives_up_where_no_port_is_free(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(dev_port, "TRIED", 1)
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="set PORT"):
        free_port(taken.getsockname()[1])
