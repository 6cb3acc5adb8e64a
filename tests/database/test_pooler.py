"""Connections that a pooler lends to others too: nothing is left on them, and the role brings what is needed."""

from collections.abc import Iterator

import pytest

from authflow.database.connecting import connect
from authflow.database.pool import TIMEOUTS, Pool
from authflow.database.pooler import lacking_of_role
from authflow.database.readiness import Readiness
from authflow.database.transaction import Database

OFTEN = 10
OURS = "SELECT name FROM pg_settings WHERE source = 'session'"


@pytest.fixture
def pooled(database_url: str) -> Iterator[Pool]:
    pool = Pool(database_url, 1, pooled=True)
    yield pool
    pool.close()


def test_nothing_is_set_or_prepared(pooled):
    for _ in range(OFTEN):
        Database(pooled).autocommit.users_removed.list_ids(1)
    with pooled.connection() as connection:
        assert connection.execute(OURS).fetchall() == []
        assert connection.execute("SELECT name FROM pg_prepared_statements").fetchall() == []


def test_nor_by_a_command(database_url):
    with connect(database_url, pooled=True) as connection:
        assert connection.execute(OURS).fetchall() == []


def test_what_the_role_lacks_is_told_with_the_way_to_have_it(database_url, pool):
    with connect(database_url, pooled=True) as connection:
        told = "\n".join(lacking_of_role(connection))
    assert all(f"SET {name} = '{most}ms'" in told for name, most in TIMEOUTS.items())
    with connect(database_url) as connection:
        connection.execute("SET IntervalStyle = 'sql_standard'")
        connection.execute("SET statement_timeout = '800ms'")
        told = "\n".join(lacking_of_role(connection))
    assert "SET IntervalStyle = 'postgres'" in told
    assert "statement_timeout" not in told
    with pool.connection() as connection:
        assert list(lacking_of_role(connection)) == []


def test_without_it_the_service_is_not_ready(pooled, services, log):
    assert not Readiness(pooled, services.readiness.migrator).check().database
    assert "ALTER ROLE" in log.text
