"""Databases as others set them up: what we rely on is set, and what cannot be is said with the way out."""

import re
import secrets
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import pytest
from in_use import Run, problems_of, readiness_of, use

from authflow.database import suitability
from authflow.database.migration_files import MigrationError
from authflow.database.migrator import Migrator

STRANGE = {
    "DateStyle": "SQL, DMY",
    "IntervalStyle": "sql_standard",
    "TimeZone": "Asia/Kolkata",
    "bytea_output": "escape",
    "extra_float_digits": "0",
    "array_nulls": "off",
    "transform_null_equals": "on",
    "row_security": "off",
    "client_encoding": "LATIN1",
    "default_transaction_isolation": "serializable",
    "default_transaction_deferrable": "on",
    "default_transaction_read_only": "on",
    "statement_timeout": "0",
    "lock_timeout": "0",
    "idle_session_timeout": "1s",
}


def database_of(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


def test_no_default_of_a_database_breaks_anything(empty_database: str, run: Run):
    Migrator(empty_database).up()
    with psycopg.connect(empty_database) as connection:
        known = {name for (name,) in connection.execute("SELECT name FROM pg_settings").fetchall()}
    name = database_of(empty_database)
    run(*(f"ALTER DATABASE {name} SET {each} = '{STRANGE[each]}'" for each in STRANGE if each in known))
    # The owner of the test needs to write.
    with psycopg.connect(empty_database, autocommit=True) as connection:
        assert connection.execute("SHOW DateStyle").fetchone() == ("SQL, DMY",)
    run(f"ALTER DATABASE {name} SET default_transaction_read_only = off")
    use(empty_database)
    run(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    assert readiness_of(empty_database)[0] == 200
    assert Migrator(empty_database).up() == []


def test_a_read_only_default_does_not_keep_migrations_out(empty_database: str, run: Run):
    run(f"ALTER DATABASE {database_of(empty_database)} SET default_transaction_read_only = on")
    assert "0001_users" in Migrator(empty_database).up()


@pytest.fixture(params=["SQL_ASCII", "LATIN1"])
def other_encoding(request: pytest.FixtureRequest, postgres_url: str) -> Iterator[str]:
    name = f"empty_{secrets.token_hex(6)}"
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} ENCODING '{request.param}' LOCALE 'C' TEMPLATE template0".encode())
    yield urlsplit(postgres_url)._replace(path=f"/{name}").geturl()
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def test_a_database_that_cannot_hold_every_name_is_refused(other_encoding: str):
    with pytest.raises(MigrationError, match=r"encoding is .* ENCODING 'UTF8'"):
        Migrator(other_encoding).up()
    assert "ENCODING 'UTF8'" in problems_of(other_encoding)
    assert readiness_of(other_encoding) == (503, {"database": "failed", "migrations": "failed"})


@pytest.mark.parametrize(
    ("asked", "answered", "told"),
    [
        ("current_setting('server_version_num')::integer", "120022", "PostgreSQL 12 is too old: .* 13 or newer"),
        ("pg_is_in_recovery()", "true", r"takes no writes \(a standby\): point DATABASE_URL at the primary"),
    ],
    ids=["too old", "standby"],
)
def test_a_server_that_will_not_do_is_refused(
    empty_database: str, monkeypatch: pytest.MonkeyPatch, asked: str, answered: str, told: str
):
    """That it says so of itself is made up; a real standby is looked at by tests/faults/test_database.py."""
    assert asked in suitability.STANDING
    monkeypatch.setattr(suitability, "STANDING", suitability.STANDING.replace(asked, answered))
    with pytest.raises(MigrationError, match=told):
        Migrator(empty_database).up()
    assert re.search(told, problems_of(empty_database))
    assert readiness_of(empty_database) == (503, {"database": "failed", "migrations": "failed"})
    with psycopg.connect(empty_database) as connection:
        assert connection.execute("SELECT to_regclass('schema_migrations')").fetchone() == (None,)
