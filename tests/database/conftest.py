"""A database of its own for each test that is about the schema itself."""

import secrets
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import pytest
from in_use import Run
from psycopg import sql


@pytest.fixture
def empty_database(postgres_url: str) -> Iterator[str]:
    """The url of a database without a table, dropped afterwards."""
    name = f"empty_{secrets.token_hex(6)}"
    with psycopg.connect(postgres_url, autocommit=True) as server:
        # template0: whatever somebody left in template1 would be there too.
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    yield urlsplit(postgres_url)._replace(path=f"/{name}").geturl()
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def run(empty_database: str) -> Run:
    def run(*statements: str) -> None:
        with psycopg.connect(empty_database, autocommit=True) as connection:
            connection.execute("SET default_transaction_read_only = off")
            for each in statements:
                connection.execute(each.encode())

    return run
