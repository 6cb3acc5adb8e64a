"""The embedded server and the users of the machine: whose it is, who can reach it, what it leaves alone."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from server_processes import answers, as_user, query

from authflow.local.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresError
from authflow.local.postgres_place import (
    SHARED_TEMPORARY,
    SYSTEM_DIRECTORY,
    OwnerOfFiles,
    check_private,
    place_of,
)

for_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be several users: CI is, and runs it")


@pytest.fixture
def nobodys_directory(open_directory: Path) -> Iterator[Path]:
    directory = open_directory / "of nobody"
    directory.mkdir()
    shutil.chown(directory, "nobody")
    yield directory
    shutil.rmtree(directory)


def modes_above(directory: Path) -> dict[Path, int]:
    return {part: part.stat().st_mode for part in directory.parents}


def test_the_data_and_the_socket_are_the_owners_alone(postgres: EmbeddedPostgres):
    postgres.start()
    place = place_of(postgres.directory)
    sockets = place.socket_directory
    assert stat.S_IMODE(place.data.stat().st_mode) == stat.S_IMODE(sockets.stat().st_mode) == 0o700
    assert stat.S_IMODE((sockets / ".s.PGSQL.5432").stat().st_mode) == 0o700
    assert stat.S_IMODE((postgres.directory / "server.log").stat().st_mode) == 0o600


def test_permissions_of_directories_above_are_left_alone(new_directory: Path):
    for mode in (0o700, 0o750):
        new_directory.parent.chmod(mode)
        before = modes_above(new_directory)
        with EmbeddedPostgres(new_directory).running():
            assert modes_above(new_directory) == before


@for_root
def test_in_a_directory_of_roots_alone_the_data_lies_elsewhere(new_directory: Path):
    new_directory.parent.chmod(0o700)
    server = EmbeddedPostgres(new_directory)
    before = server.url()
    with server.running() as url:
        assert url == before
        assert (new_directory / "data").resolve().is_relative_to(SYSTEM_DIRECTORY)
        assert (new_directory / "data").resolve().owner() == "nobody"
        assert "ready to accept" in (new_directory / "server.log").read_text()
        query(server, "CREATE TABLE kept ()")
        # The server outlives that, and is found again.
        shutil.rmtree(new_directory)
        with server.running():
            assert (new_directory / "data" / "postmaster.pid").exists()
    assert not answers(server)
    with server.running():
        query(server, "SELECT FROM kept")


@for_root
def test_root_lends_the_server_the_identity_of_nobody(postgres: EmbeddedPostgres):
    postgres.start()
    assert place_of(postgres.directory).data.owner() == "nobody"


@for_root
def test_root_and_an_ordinary_user_each_have_their_own(postgres: EmbeddedPostgres, nobodys_directory: Path):
    """Nothing is shared between users, no lock either: one at the same time as the other."""
    postgres.start()

    def use() -> object:
        own = EmbeddedPostgres(nobodys_directory / "postgres")
        with own.running():
            return query(own, "SELECT 'of nobody'")

    assert as_user("nobody", use) == "'of nobody'"
    assert answers(postgres)


@for_root
def test_other_users_cannot_connect(postgres: EmbeddedPostgres):
    postgres.start()
    address = f"postgresql://postgres@/postgres?host={place_of(postgres.directory).socket_directory}"
    assert as_user("nobody", lambda: psycopg.connect(address).close()) == "None"
    assert "Permission denied" in as_user("daemon", lambda: psycopg.connect(address).close())


@for_root
def test_the_directory_of_another_user_is_refused_in_words(made_directory: Path):
    told = as_user("daemon", lambda: EmbeddedPostgres(made_directory).start())
    assert told.startswith("EmbeddedPostgresError: ")
    assert "another user" in told


@for_root
def test_the_data_of_another_user_is_refused_in_words(postgres: EmbeddedPostgres):
    data = postgres.directory / "data"
    shutil.chown(data, "daemon")
    try:
        with pytest.raises(EmbeddedPostgresError, match=r"data belongs to another user.*start as that user"):
            postgres.start()
    finally:
        shutil.chown(data, "nobody")


@for_root
def test_a_socket_directory_that_somebody_else_made_first_is_not_trusted(nobodys_directory: Path):
    deep = nobodys_directory / ("long" * 20)

    def first() -> str:
        return str(place_of(deep).socket_directory)

    squatted = Path(as_user("nobody", first).strip("'"))
    assert squatted.parent == SHARED_TEMPORARY
    squatted.mkdir(mode=0o755)
    try:
        told = as_user("nobody", lambda: EmbeddedPostgres(deep).start())
        assert told.startswith(f"EmbeddedPostgresError: {squatted} belongs to another user")
    finally:
        squatted.rmdir()


def test_a_private_directory_must_not_be_open_nor_a_link(tmp_path: Path):
    account = OwnerOfFiles(os.geteuid(), os.getegid(), borrowed=False)
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o755)
    (tmp_path / "link").symlink_to(tmp_path)
    for name in ("open", "link"):
        with pytest.raises(EmbeddedPostgresError):
            check_private(tmp_path / name, account)
