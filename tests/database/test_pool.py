"""The pool: live connections, short waits, one kind of error."""

import threading
import time
from contextlib import suppress

import psycopg
import pytest
from tests.support.server import wait_until
from tests.support.silent_proxy import silent_proxy
from tests.support.timed import at_most

from authflow import request_deadline
from authflow.database.pool import Pool
from authflow.database.transaction import Database
from authflow.domain.email_address import EmailAddress
from authflow.errors import DatabaseUnavailable

# Seconds.
FOR_EVER = 30


@pytest.fixture
def small(database_url):
    pool = Pool(database_url, size=1)
    yield pool
    pool.close()


def backend(pool):
    with pool.connection() as connection:
        return connection.info.backend_pid


def test_a_connection_that_died_while_idle_is_replaced(small, tables):
    died = backend(small)
    tables.execute("SELECT pg_terminate_backend(%s)", [died])
    with small.connection() as connection:
        connection.idle_since -= 60
    time.sleep(0.01)
    with pytest.raises(DatabaseUnavailable), small.connection() as connection:
        connection.execute("SELECT 1")
    assert backend(small) != died


def test_a_connection_that_sat_idle_is_checked_before_it_is_lent(small, tables):
    with small.connection() as connection:
        died = connection.info.backend_pid
        tables.execute("SELECT pg_terminate_backend(%s)", [died])
    for connection in small._pool._pool:
        connection.idle_since -= 60
    assert backend(small) != died


def test_an_exhausted_pool_is_said_after_a_second(small):
    with small.connection():
        began = time.monotonic()
        with pytest.raises(DatabaseUnavailable), small.connection():
            pass
        assert time.monotonic() - began < at_most(2)


def test_a_locked_row_is_waited_for_less_than_a_second(small, tables):
    tables.execute(
        "INSERT INTO users (username, email, email_canonical, password_hash) VALUES ('a', 'a', 'a', 'x')"
    )
    with psycopg.connect(tables.info.dsn) as other:
        other.execute("SELECT id FROM users FOR UPDATE")
        with pytest.raises(DatabaseUnavailable), small.connection() as connection:
            connection.execute("UPDATE users SET role = 'x'")


def test_a_server_that_is_away_is_unavailable():
    away = Pool("postgresql://postgres@127.0.0.1:1/none", size=1)
    try:
        with pytest.raises(DatabaseUnavailable), away.connection():
            pass
    finally:
        away.close()


def test_after_an_outage_of_any_length_the_next_caller_connects_at_once(database_url):
    with silent_proxy(database_url) as way:
        back, port = way.url, way.port
    pool = Pool(back, size=2)
    try:
        with pytest.raises(DatabaseUnavailable), pool.connection():
            pass
        # It does not sit out a pause that grows: it has given up, and waits for a caller.
        wait_until(lambda: pool.load().size == 0, FOR_EVER)
        with silent_proxy(database_url, port):
            assert backend(pool)
    finally:
        pool.close()


def test_a_transaction_is_undone_by_a_failure(small, tables):
    database = Database(small)
    with suppress(ZeroDivisionError), database.transaction() as tx:
        tx.users.add("Ada", EmailAddress.parse("ada@example.com"), "a hash")
        raise ZeroDivisionError
    assert tables.execute("SELECT count(*) FROM users").fetchone() == (0,)


def test_a_request_that_has_waited_too_long_begins_no_statement(small, monkeypatch):
    monkeypatch.setattr(request_deadline, "REQUEST_SECONDS", 0.0)
    request_deadline.start()
    try:
        with pytest.raises(DatabaseUnavailable):
            Database(small).autocommit.users.find(1)
    finally:
        request_deadline.end()


def test_many_first_callers_open_one_pool(database_url):
    pool = Pool(database_url, size=4)
    barrier, seen = threading.Barrier(8), []

    def first():
        barrier.wait()
        seen.append(backend(pool))

    threads = [threading.Thread(target=first) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pool.close()
    assert len(seen) == 8
