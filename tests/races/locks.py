"""Holding up others in the database, so that a race is not left to chance."""

from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from typing import LiteralString

import psycopg
from psycopg import Connection


def locked_sessions(database_url: str, *ids: str) -> AbstractContextManager[None]:
    """Until the end of the block nobody else writes to these sessions."""
    return _locked(database_url, "SELECT FROM refresh_tokens WHERE id = ANY(%s::uuid[]) FOR UPDATE", [list(ids)])


def locked_user(database_url: str, email: str) -> AbstractContextManager[None]:
    """Until the end of the block nobody else writes to this user."""
    return _locked(database_url, "SELECT FROM users WHERE email = %s FOR UPDATE", [email])


def locked_users(database_url: str) -> AbstractContextManager[None]:
    """Until the end of the block the whole table can be read, not written."""
    return _locked(database_url, "LOCK TABLE users IN SHARE MODE", [])


@contextmanager
def _locked(database_url: str, sql: LiteralString, parameters: list[object]) -> Generator[None]:
    with psycopg.connect(database_url) as connection:
        connection.execute(sql, parameters)
        yield


def count_waiting(connection: Connection) -> int:
    """How many statements wait for a lock in this database."""
    row = connection.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    ).fetchone()
    assert row is not None
    return row[0]
