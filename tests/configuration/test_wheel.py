"""`pip install .` gives a package that serves from any directory, with all that it needs in it."""

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from tests.configuration.installs import LOCK, pip_installs_in
from tests.support.server import wait_until
from tests.support.settings import SETTINGS

CHECKOUT = Path(__file__).parents[2]
SOURCES = CHECKOUT / "src" / "authflow"
PATIENCE = 120.0
LISTENING = "Listening at: http://127.0.0.1:"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the package is installed, by the command of the README."""
    (install,) = [words for words in pip_installs_in("README.md") if not LOCK.search(words)]
    site = tmp_path_factory.mktemp("site")
    asked = [sys.executable, "-m", "pip", "--isolated", "install", *install.split(), "--target", str(site)]
    environment = {"PATH": os.environ["PATH"], "HOME": str(site), "PIP_NO_INDEX": "1"}
    ended = subprocess.run(
        asked, cwd=CHECKOUT, env=environment, check=False, capture_output=True, text=True, timeout=PATIENCE
    )
    assert ended.returncode == 0, ended.stderr
    return site


@pytest.fixture
def environment(site: Path, database_url: str) -> dict[str, str]:
    """Of this environment the dependencies only: the package comes before the checkout."""
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(site), **SETTINGS, "DATABASE_URL": database_url}


@pytest.fixture
def run(environment: dict[str, str], tmp_path: Path):
    """What a command says, given in an empty directory."""

    def run(*words: str) -> str:
        ended = subprocess.run(
            words, cwd=tmp_path, env=environment, check=False, capture_output=True, text=True, timeout=PATIENCE
        )
        assert ended.returncode == 0, ended.stderr
        assert not list(tmp_path.iterdir())
        return ended.stdout

    return run


def test_every_file_of_the_package_and_every_migration_is_in_it(site: Path):
    wanted = {path.relative_to(SOURCES) for path in SOURCES.rglob("*") if path.is_file()}
    wanted |= {Path("migrations", path.name) for path in (CHECKOUT / "migrations").glob("*.sql")}
    wanted = {path for path in wanted if "__pycache__" not in path.parts}
    assert {path for path in wanted if not (site / "authflow" / path).is_file()} == set()


def test_it_says_under_which_licence_it_may_be_used(site: Path):
    (info,) = site.glob("authflow-*.dist-info")
    assert "License-Expression: MIT" in (info / "METADATA").read_text()
    assert (info / "licenses" / "LICENSE").read_text() == (CHECKOUT / "LICENSE").read_text()


def test_its_commands_work_in_an_empty_directory(run, site: Path):
    assert run(sys.executable, "-c", "import authflow; print(authflow.__file__)").startswith(str(site))
    command = str(site / "bin" / "authflow")
    assert run(command, "--help").startswith("usage: authflow COMMAND")
    assert "0001_users" in run(command, "migrate", "status")
    assert "pending" not in run(command, "migrate", "status")


def test_it_serves_from_an_empty_directory(environment: dict[str, str], tmp_path: Path, tables: object):
    with serving(environment, tmp_path / "empty", tmp_path / "log") as port:
        assert answer(port, "GET", "/ready")[0] == 200
        assert answer(port, "GET", "/docs")[0] == 200
        assert json.loads(answer(port, "GET", "/openapi.json")[1])["openapi"].startswith("3.1.")
        ada = {"username": "Ada", "email": "ada@example.com", "password": "twelve grey herons"}
        assert answer(port, "POST", "/api/auth/register", ada)[0] == 201


@contextmanager
def serving(environment: dict[str, str], directory: Path, log: Path) -> Iterator[int]:
    directory.mkdir()
    asked = [sys.executable, "-m", "gunicorn", "-b", "127.0.0.1:0", "authflow.web.wsgi:make_app()"]
    with log.open("wb") as output:
        process = subprocess.Popen(asked, cwd=directory, env=environment, stdout=output, stderr=output)
    try:
        wait_until(lambda: process.poll() is not None or LISTENING in log.read_text(), PATIENCE)
        assert process.poll() is None, log.read_text()
        yield int(log.read_text().partition(LISTENING)[2].split()[0])
    finally:
        process.terminate()
        process.wait(PATIENCE)


def answer(port: int, method: str, path: str, content: dict[str, str] | None = None) -> tuple[int, bytes]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        body = None if content is None else json.dumps(content)
        connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
        response = connection.getresponse()
        return response.status, response.read()
