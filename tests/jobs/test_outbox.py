"""A job is added with the change that causes it, or not at all."""

from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from tests.support.jobs import changed, list_jobs

from authflow.database.pool import Pool
from authflow.database.transaction import Database
from authflow.domain.email_address import EmailAddress
from authflow.errors import DatabaseUnavailable

ADA = EmailAddress.parse("ada@example.com")


@pytest.fixture
def small(database_url):
    pool = Pool(database_url, size=1)
    yield pool
    pool.close()


def register(database, meanwhile=lambda: True):
    with database.transaction() as tx:
        tx.users.add("Ada", ADA, "a hash")
        tx.jobs.add(changed())
        assert meanwhile()


def test_a_change_and_its_job_are_seen_together(database, tables):
    register(database, meanwhile=lambda: list_jobs(tables) == [])
    (job,) = list_jobs(tables)
    assert (job["task_name"], job["args"]) == ("send_password_changed_mail", asdict(changed()))
    assert tables.execute("SELECT count(*) FROM users").fetchone() == (1,)


def test_a_change_that_fails_leaves_no_job(database, tables):
    with suppress(ZeroDivisionError), database.transaction() as tx:
        tx.jobs.add(changed())
        raise ZeroDivisionError
    assert list_jobs(tables) == []


def test_a_job_that_cannot_be_added_undoes_the_change(database, tables):
    tables.execute("ALTER TABLE procrastinate_jobs RENAME TO elsewhere")
    try:
        with pytest.raises(psycopg.errors.UndefinedTable):
            register(database)
    finally:
        tables.execute("ALTER TABLE elsewhere RENAME TO procrastinate_jobs")
    assert tables.execute("SELECT count(*) FROM users").fetchone() == (0,)


def test_a_job_alone_is_one_statement(database, tables, statements):
    database.autocommit.jobs.add(changed())
    assert len(statements.of(lambda: database.autocommit.jobs.add(changed()))) == 1
    assert len(list_jobs(tables)) == 2


@pytest.mark.parametrize("add", [lambda database: database.autocommit.jobs.add(changed()), register])
def test_a_database_that_goes_away_is_unavailable(small, tables, add):
    with small.connection() as connection:
        tables.execute("SELECT pg_terminate_backend(%s)", [connection.info.backend_pid])
    with pytest.raises(DatabaseUnavailable):
        add(Database(small))


def test_a_handler_gets_the_job_and_the_databases_time(database, tables, attempt, handler):
    began = datetime.now(UTC)
    database.autocommit.jobs.add(changed())
    attempt()
    ((job, asked_at),) = handler.done
    assert job == changed()
    assert began - timedelta(seconds=1) < asked_at < datetime.now(UTC) + timedelta(seconds=1)
    assert list_jobs(tables) == []
