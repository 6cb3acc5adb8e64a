"""As in production: whichever process is asked answers for all of them."""

import os
import signal
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from reading import BEARER, TOKEN, Reading, reading
from tests.support.server import Server, running_server, wait_until
from tests.support.settings import ENVIRONMENT

DIRECTORY = "authflow-metrics-*"


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """Where the server makes its directory."""
    (tmp_path / "temporary").mkdir()
    return tmp_path / "temporary"


@pytest.fixture
def server(database_url: str, tmp_path: Path, temporary: Path) -> Iterator[Server]:
    settings = {
        **ENVIRONMENT,
        "DATABASE_URL": database_url,
        "METRICS_TOKEN": TOKEN,
        "RUN_WORKER": "off",
        "TMPDIR": str(temporary),
        # Left over by somebody: nothing is counted there.
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
    }
    with running_server(settings, tmp_path / "log", workers=2) as server:
        yield server


def ask(server: Server, path: str) -> str:
    request = urllib.request.Request(f"http://127.0.0.1:{server.port}{path}", headers=BEARER)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read().decode()


def scrape(server: Server) -> Reading:
    return reading(ask(server, "/metrics"))


def test_two_workers_count_together(server: Server, temporary: Path, tmp_path: Path):
    for worker in server.workers:
        with server.only(worker):
            for _ in range(20):
                ask(server, "/ready")
    ready = {"method": "GET", "route": "/ready"}
    for worker in server.workers:
        with server.only(worker):
            told = scrape(server)
            assert told.of("authflow_requests_total", **ready, status="200") == 40
            assert told.of("authflow_request_seconds_count", **ready) == 40
    # Two connections in each, at the least; of the other one's pool it is known in a moment.
    wait_until(lambda: scrape(server).of("authflow_pool_size") >= 4)
    assert scrape(server).of("authflow_jobs", state="todo") == 0
    (directory,) = temporary.glob(DIRECTORY)
    assert list(directory.glob("counter_*.db"))
    assert not list(tmp_path.glob("*.db"))
    assert server.stop() == 0
    assert not list(temporary.glob(DIRECTORY))


def test_of_a_worker_that_died_the_counts_stay_and_the_load_goes(server: Server, temporary: Path):
    first, second = server.workers
    for worker in (first, second):
        with server.only(worker):
            for _ in range(10):
                ask(server, "/ready")
    wait_until(lambda: scrape(server).of("authflow_pool_size") >= 4)
    assert list(temporary.glob(f"*/gauge_live*_{first}.db"))
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: server.workers_started == 3 and first not in server.workers)
    wait_until(lambda: not list(temporary.glob(f"*/gauge_live*_{first}.db")))
    assert scrape(server).of("authflow_requests_total", method="GET", route="/ready", status="200") == 20


def test_a_reload_goes_on_counting(server: Server, temporary: Path):
    ask(server, "/ready")
    before = server.workers_started
    server.process.send_signal(signal.SIGHUP)
    wait_until(lambda: server.workers_started == before + 2 and len(server.workers) == 2, 30)
    ask(server, "/ready")
    assert scrape(server).of("authflow_requests_total", method="GET", route="/ready", status="200") == 2
    assert len(list(temporary.glob(DIRECTORY))) == 1
