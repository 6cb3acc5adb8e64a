"""Servers to race against, and how often; `RACE_ROUNDS=200 pytest -s tests/races` is the long way."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.conftest import fresh_database
from tests.support.callers import Callers, callers_of
from tests.support.outbox import Outbox
from tests.support.server import SHIPPED, Server, running_server
from tests.support.settings import RACED_SERVER, RACED_WORKERS, SETTINGS
from tests.support.timed import IS_TIMED

from authflow.bootstrap import Services, build_services
from authflow.config import load_config
from authflow.database.pool import Pool

DEFAULT_ROUNDS = 1
CALLERS = 50
# Errors of the driver; the pool may be waited for in vain where a hash took long, on a busy machine.
IN_EACH_OTHERS_WAY = {"DeadlockDetected", "LockNotAvailable", "QueryCanceled"}

# Where they are timed, the waits are those that are shipped; where waits are the point, everywhere.
PATIENT = SHIPPED if IS_TIMED else "tests.support.patient:app"

Start = Callable[..., Server]
Report = Callable[[str], None]


@pytest.fixture(scope="session")
def rounds() -> int:
    return int(os.environ.get("RACE_ROUNDS", DEFAULT_ROUNDS))


@pytest.fixture(scope="session")
def few_rounds(rounds: int) -> int:
    """For tests that start a server in every round."""
    return max(1, rounds // 10)


@pytest.fixture
def report() -> Report:
    """Says in one line what a race came to; seen with -s or -rP."""

    def say(figure: str) -> None:
        sys.stdout.write(f"\n{figure}\n")

    return say


@pytest.fixture(scope="session")
def database_url(postgres_url: str) -> Iterator[str]:
    """Of these tests' own: their servers outlive a test, and other tests empty the tables."""
    with fresh_database(postgres_url, f"authflow_races_{os.getpid()}") as url:
        yield url


@pytest.fixture(scope="session")
def server(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for all tests that need no other settings."""
    log = tmp_path_factory.mktemp("server") / "log"
    with running_server(
        {**SETTINGS, "DATABASE_URL": database_url}, log, RACED_WORKERS, PATIENT, RACED_SERVER
    ) as server:
        yield server


@pytest.fixture(scope="session")
def services(database_url: str, outbox: Outbox) -> Iterator[Services]:
    """What works the queue off in these tests: on their database, with the servers' keys."""
    config = load_config({**SETTINGS, "DATABASE_URL": database_url})
    pool = Pool(config.database_url, size=2)
    yield build_services(config, pool, sender=outbox)
    pool.close()


@pytest.fixture
def callers(server: Server, tables: object) -> Iterator[Callers]:
    """Of that server. None of them may ever wait in vain for the others: no deadlock, no lock held for long."""
    earlier = len(server.events("unavailable"))
    with callers_of(server, CALLERS) as callers:
        yield callers
    assert not {line["detail"] for line in server.events("unavailable")[earlier:]} & IN_EACH_OTHERS_WAY


@pytest.fixture
def start(database_url: str, tmp_path: Path, tables: object) -> Iterator[Start]:
    """Starts a server with settings of its own on the same database."""
    with ExitStack() as running:

        def start(workers: int = RACED_WORKERS, application: str = PATIENT, **settings: str) -> Server:
            log = tmp_path / f"server-{len(list(tmp_path.iterdir()))}.log"
            environment = {**SETTINGS, "DATABASE_URL": database_url, **settings}
            return running.enter_context(running_server(environment, log, workers, application, RACED_SERVER))

        yield start
