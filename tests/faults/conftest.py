"""What breaks in production, broken on purpose. Timed, so by `make faults`, on a machine that does little else."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from authflow.local.embedded_postgres import EmbeddedPostgres
from tests.support.server import Server, running_server
from tests.support.settings import SETTINGS

from .database_servers import database_server

Start = Callable[..., Server]
Report = Callable[[str], None]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """A server of this test's own."""
    with database_server(tmp_path / "postgres") as server:
        yield server


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts the service on that database, with settings of its own."""
    with ExitStack() as running:

        def start(url: str, workers: int = 2, **settings: str) -> Server:
            log = tmp_path / f"server-{len(list(tmp_path.iterdir()))}.log"
            return running.enter_context(
                running_server({**SETTINGS, "DATABASE_URL": url, **settings}, log, workers)
            )

        yield start


@pytest.fixture
def report(capsys: pytest.CaptureFixture[str]) -> Report:
    """Says in one line what an experiment came to."""

    def say(figure: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{figure}\n")

    return say
