"""The API as in production, what stands before it, and a browser; `make e2e` runs these tests."""

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import cache
from pathlib import Path

import pytest
from chromium import BLOCKED, running_chromium
from front import PATIENCE, running_front
from playwright.sync_api import Playwright, sync_playwright
from settings import Setting
from tests.conftest import fresh_database
from tests.support.client import ADA, PASSWORD
from tests.support.server import Server, running_server
from tests.support.settings import ENVIRONMENT
from tests.support.smtp_server import make_certificate
from visit import Begin, Doctor, Report, Serve, Visit

WORKERS = 2
SETTINGS = {**ENVIRONMENT, "BCRYPT_ROUNDS": "10", "RUN_WORKER": "off", "DB_POOL_SIZE": "4"}
# Neither is there, and doctor says so.
OF_NO_BROWSER = {"mail", "worker"}


@pytest.fixture(scope="session")
def database_url(postgres_url: str) -> Iterator[str]:
    """Of these tests' own: their servers are other processes."""
    with fresh_database(postgres_url, f"authflow_browser_{os.getpid()}") as url:
        yield url


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("certificate"), "front.test")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture
def serve(database_url: str, tables: object, tmp_path: Path) -> Iterator[Serve]:
    """Starts the API for a setting, with an account to log in to; a second time it is the same one."""
    with ExitStack() as running:

        @cache
        def serve(setting: Setting) -> Server:
            environment = {**SETTINGS, "DATABASE_URL": database_url, **setting.environment}
            server = running.enter_context(running_server(environment, tmp_path / "server.log", WORKERS))
            register(server, setting)
            return server

        yield serve


@pytest.fixture
def visit(
    serve: Serve, certificate: Path, playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Begin:
    """Begins with an empty profile."""

    @contextmanager
    def visit(setting: Setting, cookies: int = BLOCKED, partitions: bool = True) -> Generator[Visit]:
        server, profile = serve(setting), tmp_path_factory.mktemp("profile")
        with (
            running_front(setting, server.port, certificate, partitions) as front,
            running_chromium(playwright, profile, front.port, cookies) as browser,
        ):
            yield Visit(setting, server, front, browser)

    return visit


def register(server: Server, setting: Setting) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)) as api:
        content = json.dumps({"username": "Ada", "email": ADA, "password": PASSWORD})
        headers = {"Host": setting.api_host, "Content-Type": "application/json"}
        api.request("POST", "/api/auth/register", content, headers)
        answer = api.getresponse()
        assert answer.status == http.HTTPStatus.CREATED, answer.read()


@pytest.fixture
def doctor(database_url: str, tmp_path: Path) -> Doctor:
    """What `authflow doctor` takes for a problem in a setting, of all that a browser is concerned with."""

    def doctor(setting: Setting) -> list[str]:
        command = str(Path(sys.executable).with_name("authflow"))
        said = subprocess.run(
            [command, "doctor", "--origin", f"https://{setting.page}", "--api", f"https://{setting.api}"],
            env={**SETTINGS, "DATABASE_URL": database_url, **setting.environment},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        found = [line.split(maxsplit=2)[:2] for line in said.stdout.splitlines()]
        assert ["ok", "https"] in found, said
        return [about for verdict, about in found if verdict == "problem" and about not in OF_NO_BROWSER]

    return doctor


@pytest.fixture
def report(capsys: pytest.CaptureFixture[str]) -> Report:
    """Says in one line what a test came to, captured or not."""

    def say(figure: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{figure}\n")

    return say
