"""What a migration waits for, and for how long: tables, snapshots, another run; and what does not stop it."""

import time

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from tests.support.timed import at_most

from authflow.database import migration_run as module
from authflow.database.migration_files import MigrationError, parse_migration
from authflow.database.migrator import Migrator

TABLE = parse_migration("a", "-- migrate:up\nCREATE TABLE a (word text);")
COLUMN = parse_migration("b", "-- migrate:up\nALTER TABLE a ADD COLUMN more text;")
INDEX = parse_migration(
    "b",
    "-- PostgreSQL refuses both within a transaction\n"
    "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY a_word ON a (word);\n"
    "-- migrate:down transaction:false\nDROP INDEX CONCURRENTLY a_word;",
)
SLOW = parse_migration("c", "-- migrate:up\nSELECT pg_sleep(0.5);")


def fetch(url: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(query.encode()).fetchall()


def set_default(url: str, setting: str, value: str) -> None:
    name = conninfo_to_dict(url)["dbname"]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} SET {setting} = '{value}'".encode())


@pytest.mark.parametrize("isolation", ["read committed", "serializable"])
def test_an_index_is_made_concurrently_outside_a_transaction(
    empty_database: str, isolation: str, monkeypatch: pytest.MonkeyPatch
):
    # It waits for older snapshots: our own transaction, which holds the lock, must not keep one.
    monkeypatch.setattr(module, "LOCK_TIMEOUT_ALONE", "2s")
    set_default(empty_database, "default_transaction_isolation", isolation)
    migrator = Migrator(empty_database, [TABLE, INDEX])
    assert migrator.up() == ["a", "b"]
    valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'a_word'::regclass"
    assert fetch(empty_database, valid) == [(True,)]
    assert migrator.down() == ["b"]
    assert fetch(empty_database, "SELECT to_regclass('a_word')") == [(None,)]


def test_an_index_does_not_wait_for_an_old_snapshot_for_ever(empty_database: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "LOCK_TIMEOUT_ALONE", "200ms")
    Migrator(empty_database, [TABLE]).up()
    with psycopg.connect(empty_database) as busy:
        busy.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        busy.execute("SELECT FROM a")
        with pytest.raises(MigrationError, match=r"b failed: .*lock timeout"):
            Migrator(empty_database, [INDEX]).up()


def test_a_migration_that_cannot_have_its_table_gives_up(empty_database: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "LOCK_TIMEOUT", "200ms")
    migrator = Migrator(empty_database, [TABLE, COLUMN])
    with psycopg.connect(empty_database, autocommit=True) as busy:
        Migrator(empty_database, [TABLE]).up()
        with busy.transaction():
            # As harmless as this is, ALTER TABLE waits for it, and every later reader for ALTER TABLE.
            busy.execute("SELECT FROM a")
            with pytest.raises(MigrationError, match=r"b failed: .*lock timeout"):
                migrator.up()
    assert migrator.up() == ["b"]


def test_a_run_does_not_wait_for_another_one_for_ever(empty_database: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "PATIENCE", 0.3)
    with psycopg.connect(empty_database) as other:
        other.execute(module.TRY_LOCK)
        begin = time.monotonic()
        with pytest.raises(MigrationError, match="another run"):
            Migrator(empty_database, [TABLE]).up()
        assert time.monotonic() - begin < at_most(3)
    assert Migrator(empty_database, [TABLE]).up() == ["a"]


def test_a_timeout_meant_for_requests_does_not_stop_a_migration(empty_database: str):
    set_default(empty_database, "statement_timeout", "200ms")
    set_default(empty_database, "idle_in_transaction_session_timeout", "200ms")
    assert Migrator(empty_database, [TABLE, COLUMN, SLOW]).up() == ["a", "b", "c"]
