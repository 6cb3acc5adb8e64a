"""Directories to start servers in, and what is left of them removed."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from server_processes import remove_server

from authflow.local.embedded_postgres import EmbeddedPostgres


@pytest.fixture(scope="session")
def open_directory() -> Iterator[Path]:
    """One that every user may enter; pytest's own are root's alone when root runs the tests."""
    directory = Path(tempfile.mkdtemp(prefix="authflow-test-")).resolve()
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory)


@pytest.fixture
def new_directory(open_directory: Path) -> Iterator[Path]:
    """A directory that does not exist yet."""
    directory = Path(tempfile.mkdtemp(dir=open_directory)) / "postgres"
    directory.parent.chmod(0o755)
    yield directory
    remove_server(directory)


@pytest.fixture(scope="session")
def made_directory(open_directory: Path) -> Iterator[Path]:
    """The directory of a server that has run before: saves every test from making a database."""
    directory = open_directory / "made"
    with EmbeddedPostgres(directory).running():
        pass
    yield directory
    remove_server(directory)


@pytest.fixture
def postgres(made_directory: Path) -> Iterator[EmbeddedPostgres]:
    """A server that does not run."""
    server = EmbeddedPostgres(made_directory)
    yield server
    server.stop()
