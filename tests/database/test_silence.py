"""A connection on which nothing comes any more, not even an error: no wait for the database is without an end."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from threading import Thread
from typing import Any

import psycopg
import pytest
from tests.support.settings import ENVIRONMENT
from tests.support.silent_proxy import SilentProxy, silent_proxy

from authflow import request_deadline
from authflow.config import load_config
from authflow.database.connecting import BoundedAsyncConnection, conninfo
from authflow.database.migrator import Migrator
from authflow.database.pool import TRUSTED_IDLE_SECONDS, Pool
from authflow.database.readiness import Readiness
from authflow.doctor.database import findings_of_database
from authflow.errors import DatabaseUnavailable

# Seconds: whatever takes so long would never have come to an end, on the busiest of machines.
FOR_EVER = 30


@pytest.fixture
def proxy(database_url: str) -> Iterator[SilentProxy]:
    with silent_proxy(database_url) as proxy:
        yield proxy


@pytest.fixture
def pool(proxy: SilentProxy) -> Iterator[Pool]:
    pool = Pool(proxy.url, size=2)
    # Of a connection that is still being made nobody can say that it sat idle.
    pool._opened().wait()
    yield pool
    pool.close()


def outcome_of(work: Callable[[], object]) -> object:
    """What it returns or raises, in a thread of its own: the test ends although it may not."""
    future: Future[object] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except Exception as error:  # noqa: BLE001, it is the outcome
            future.set_result(error)

    Thread(target=run, daemon=True).start()
    return future.result(FOR_EVER)


def ask(pool: Pool) -> Any:
    with pool.connection() as connection:
        return connection.execute("SELECT 1").fetchone()


def all_sat_idle(pool: Pool) -> None:
    for connection in pool._pool._pool:
        connection.idle_since -= 2 * TRUSTED_IDLE_SECONDS


def test_a_statement_without_an_answer_ends(proxy: SilentProxy, pool: Pool):
    assert ask(pool) == (1,)
    proxy.forget()
    with pool.connection() as connection:
        connection.idle_since = 0
        outcome = outcome_of(lambda: connection.execute("SELECT 1"))
        assert isinstance(outcome, psycopg.OperationalError)
        assert connection.closed
    assert ask(pool) == (1,)


def test_so_does_a_transaction(proxy: SilentProxy, pool: Pool):
    def in_a_transaction() -> None:
        with pool.connection() as connection, connection.transaction():
            connection.execute("SELECT 1")
            proxy.forget()
            connection.execute("SELECT 1")

    assert isinstance(outcome_of(in_a_transaction), DatabaseUnavailable)


def test_a_connection_that_fell_silent_while_idle_is_replaced_within_the_request(proxy: SilentProxy, pool: Pool):
    assert ask(pool) == (1,)
    proxy.forget()
    all_sat_idle(pool)
    pool._pool.timeout = FOR_EVER
    outcome = outcome_of(lambda: [ask(pool) for _ in range(4)])
    assert outcome == [(1,)] * 4


def test_a_server_that_only_accepts_is_unavailable(proxy: SilentProxy, pool: Pool):
    proxy.fall_silent()
    assert isinstance(outcome_of(lambda: ask(pool)), DatabaseUnavailable)
    proxy.speak()


def test_readiness_says_so(proxy: SilentProxy, pool: Pool, database_url: str):
    readiness = Readiness(pool, Migrator(database_url))
    assert readiness.check().database
    proxy.fall_silent()
    all_sat_idle(pool)
    checks = outcome_of(readiness.check)
    assert (checks.database, checks.migrations) == (False, False)


def test_migrate_ends(proxy: SilentProxy):
    proxy.fall_silent()
    assert isinstance(outcome_of(Migrator(proxy.url).up), psycopg.OperationalError)


def test_doctor_ends(proxy: SilentProxy):
    proxy.fall_silent()
    settings = load_config({**ENVIRONMENT, "DATABASE_URL": proxy.url})
    findings = outcome_of(lambda: list(findings_of_database(settings)))
    assert [(each.about, each.is_ok) for each in findings] == [("database", False)]


def test_the_workers_statements_end_and_its_wait_for_notifications_does_not(proxy: SilentProxy):
    async def work() -> object:
        connection = await BoundedAsyncConnection.connect(conninfo(proxy.url), autocommit=True)
        connection.answer_seconds = 0.2
        waiting = asyncio.create_task(anext(connection.notifies()))
        assert not (await asyncio.wait({waiting}, timeout=0.5))[0]
        waiting.cancel()
        await asyncio.wait({waiting})
        proxy.forget()
        with pytest.raises(psycopg.OperationalError):
            await connection.execute("SELECT 1")
        return connection.closed

    assert outcome_of(lambda: asyncio.run(work())) is True


def test_an_answer_is_awaited_no_longer_than_the_request_has_left(monkeypatch: pytest.MonkeyPatch):
    assert request_deadline.left_to_hear(at_most=1.5) == 1.5
    monkeypatch.setattr(request_deadline, "REQUEST_SECONDS", 0.0)
    request_deadline.start()
    try:
        assert request_deadline.left_to_hear(at_most=1.5) <= request_deadline.STATEMENT_SECONDS
    finally:
        request_deadline.end()
