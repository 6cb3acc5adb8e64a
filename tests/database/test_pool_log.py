"""A database that is away is said, and does not fill the log."""

import logging

import pytest
from tests.support.server import wait_until

from authflow.database import pool_log
from authflow.database.pool import Pool
from authflow.errors import DatabaseUnavailable

TRIES = 40
# Nothing listens there.
NOWHERE = "postgresql://ada@127.0.0.1:9/nowhere"


@pytest.fixture
def said(caplog, monkeypatch):
    """The lines of the pool's library, from a beginning."""
    monkeypatch.setattr(pool_log._once_a_minute, "_said_at", {})
    monkeypatch.setattr(pool_log._once_a_minute, "_left_out", {})
    monkeypatch.setattr(pool_log, "SECONDS", 3_600.0)
    with caplog.at_level(logging.WARNING, "psycopg.pool"):
        yield lambda: [record.getMessage() for record in caplog.records if record.name == "psycopg.pool"]


def test_a_database_that_is_away_for_long_is_said_once_a_minute(said, monkeypatch):
    monkeypatch.setattr("authflow.database.pool.MAX_WAIT", 0.05)
    monkeypatch.setattr("authflow.database.pool.RECONNECT_SECONDS", 0.05)
    pool = Pool(NOWHERE, size=1)
    try:
        for _ in range(TRIES):
            with pytest.raises(DatabaseUnavailable), pool.connection():
                pass
        wait_until(lambda: any("error connecting" in line for line in said()))
        wait_until(lambda: any("reconnection attempt" in line for line in said()))
        assert len(said()) <= 2
    finally:
        pool.close()


def test_what_was_left_out_is_counted_when_it_is_said_again(said, monkeypatch):
    library = logging.getLogger("psycopg.pool")
    pool_log.thin_pool_log()
    for number in range(5):
        library.warning("error connecting in %r: %s", "pool", number)
    library.warning("another thing")
    monkeypatch.setattr(pool_log, "SECONDS", 0.0)
    library.warning("error connecting in %r: %s", "pool", 5)
    assert said() == [
        "error connecting in 'pool': 0",
        "another thing",
        "error connecting in 'pool': 5 (left out since it was said last: 4)",
    ]
