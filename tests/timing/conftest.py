"""A server to be timed from outside, as a stranger would; `make timing` runs these tests."""

import os
import shutil
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from tests.conftest import fresh_database
from tests.support.server import CHECKOUT, Server, running_server
from tests.support.settings import ENVIRONMENT

from authflow.crypto.hash_slots import HashSlots
from authflow.crypto.password_hash import PasswordHash

COST = 10
SETTINGS = {**ENVIRONMENT, "APP_ENV": "production", "BCRYPT_ROUNDS": f"{COST}"}
# With the limits, as a stranger meets them; one who has very many addresses.
SETTINGS["LIMITS_PER_IP"] = "1000"

Start = Callable[..., object]


@pytest.fixture(scope="session")
def database_url(postgres_url: str) -> Iterator[str]:
    name = f"authflow_timing_{os.getpid()}"
    with fresh_database(postgres_url, name) as url:
        with psycopg.connect(postgres_url, autocommit=True) as connection:
            # As in production: that a commit waits for the disk is something to tell by.
            connection.execute(sql.SQL("ALTER DATABASE {} RESET synchronous_commit").format(sql.Identifier(name)))
        yield url


@pytest.fixture(scope="session")
def passwords() -> PasswordHash:
    """Who registers in this process gets a hash of the servers' cost: of another they would be told apart."""
    return PasswordHash(COST, HashSlots(slots=4))


@pytest.fixture
def serve(database_url: str, tmp_path: Path):
    """Starts the service; `without` names a rule's text that a copy of the source is to lack (the control)."""

    @contextmanager
    def serve(without: tuple[str, str, str] | None = None, **settings: str) -> Generator[Server]:
        environment = {**SETTINGS, "DATABASE_URL": database_url, "RUN_WORKER": "false", **settings}
        if without:
            environment["PYTHONPATH"] = str(_copy_without(tmp_path, *without))
        with running_server(environment, tmp_path / f"{time.monotonic_ns()}.log", 1) as server:
            yield server

    return serve


def _copy_without(directory: Path, file: str, rule: str, instead: str) -> Path:
    copy = directory / "src"
    shutil.copytree(CHECKOUT / "src", copy)
    shutil.copytree(CHECKOUT / "migrations", directory / "migrations")
    path = copy / "authflow" / file
    text = path.read_text()
    assert text.count(rule) == 1, f"the control no longer applies to {file}"
    path.write_text(text.replace(rule, instead))
    return copy


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[str], None]]:
    def say(figure: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{figure}\n")

    return say
