"""A server to be timed from outside, as a stranger would; `make timing` runs these tests."""

import http.client
import json
import random
import shutil
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from tests.conftest import fresh_database
from tests.support.server import CHECKOUT, Server, running_server
from tests.support.settings import ENVIRONMENT

WARM_UP = 200
SAMPLES = 1_000
SETTINGS = {**ENVIRONMENT, "APP_ENV": "production", "BCRYPT_ROUNDS": "10", "RATE_LIMITS": "off"}

Content = dict[str, str]
Start = Callable[..., object]


@pytest.fixture(scope="session")
def database_url(postgres_url: str) -> Iterator[str]:
    with fresh_database(postgres_url, "authflow_timing") as url:
        yield url


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


def measure(
    server: Server, path: str, groups: tuple[Callable[[], Content], ...], status: int
) -> list[list[float]]:
    """Seconds of each answer, by group; the groups take turns at random, on one connection."""
    times: list[list[float]] = [[] for _ in groups]
    order = [each % len(groups) for each in range((WARM_UP + SAMPLES) * len(groups))]
    random.Random(7).shuffle(order)  # noqa: S311, an order and no secret
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=15)) as connection:
        for group in order:
            content = json.dumps(groups[group]())
            began = time.perf_counter()
            connection.request("POST", path, content, {"Content-Type": "application/json"})
            response = connection.getresponse()
            response.read()
            times[group].append(time.perf_counter() - began)
            assert response.status == status
    return [group[WARM_UP:] for group in times]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[str], None]]:
    def say(figure: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{figure}\n")

    return say
