"""What every test stands on: a real PostgreSQL, the application on it, and a client that checks each answer."""

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from authflow.bootstrap import Services, build_services
from authflow.config import Config, load_config
from authflow.crypto.hash_slots import HashSlots
from authflow.crypto.password_hash import PasswordHash
from authflow.database.migrator import Migrator
from authflow.database.pool import Pool
from authflow.local.embedded_postgres import EmbeddedPostgres
from authflow.web.app import create_app
from authflow.worker.app import handlers_of
from tests.support.client import Client
from tests.support.jobs import work_off
from tests.support.log import Log, collected_log
from tests.support.outbox import Mailbox, Outbox
from tests.support.settings import ENVIRONMENT
from tests.support.statements import CountingConnection, StatementCount
from tests.support.tables import empty_all_tables

CHEAP_COST = 4


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a server that is kept from run to run, so that only the first run waits for it."""
    home = Path(".authflow")
    home.mkdir(exist_ok=True)
    with EmbeddedPostgres(home.resolve() / "test-postgres").running() as url:
        yield url


@pytest.fixture(scope="session")
def database_url(postgres_url: str) -> Iterator[str]:
    """A migrated database of this process' own: two runs in one checkout do not meet."""
    with fresh_database(postgres_url, f"authflow_{os.getpid()}") as url:
        yield url


@contextmanager
def fresh_database(postgres_url: str, name: str) -> Generator[str]:
    """A migrated database on that server, for the time of the block; its address."""
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(drop)
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        # No test ends this server without warning: a commit need not wait for the disk.
        connection.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(sql.Identifier(name)))
    url = postgres_url.replace("/postgres?", f"/{name}?")
    Migrator(url).up()
    try:
        yield url
    finally:
        with psycopg.connect(postgres_url, autocommit=True) as connection:
            connection.execute(drop)


@pytest.fixture(scope="session")
def config(database_url: str) -> Config:
    return load_config({**ENVIRONMENT, "DATABASE_URL": database_url})


@pytest.fixture(scope="session")
def passwords() -> PasswordHash:
    return PasswordHash(CHEAP_COST, HashSlots(slots=4))


@pytest.fixture(scope="session")
def pool(config: Config) -> Iterator[Pool]:
    pool = Pool(config.database_url, config.db_pool_size, CountingConnection)
    yield pool
    pool.close()


@pytest.fixture(scope="session")
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture(scope="session")
def services(config: Config, pool: Pool, passwords: PasswordHash, outbox: Outbox) -> Services:
    return build_services(config, pool, passwords, outbox)


@pytest.fixture(scope="session")
def application(services: Services, config: Config):
    return create_app(services, config)


@pytest.fixture
def api(application, tables) -> Client:
    """An HTTP client whose every answer is checked against the OpenAPI description."""
    return Client(application)


@pytest.fixture(scope="session")
def connect() -> Iterator[Callable[[str], psycopg.Connection]]:
    """To a database by its address, once for all tests: PostgreSQL takes 10 ms to read its catalogues."""
    with ExitStack() as connections:

        @cache
        def connect(url: str) -> psycopg.Connection:
            return connections.enter_context(psycopg.connect(url, autocommit=True))

        yield connect


@pytest.fixture
def tables(database_url: str, connect: Callable[[str], psycopg.Connection]) -> Iterator[psycopg.Connection]:
    """The database itself, past the application: to age rows and to look. Emptied after the test."""
    connection = connect(database_url)
    yield connection
    empty_all_tables(connection)


@pytest.fixture
def drain_jobs(services: Services, database_url: str, tables: object) -> Callable[[], None]:
    """Attempts every job that is due, as the worker does it."""
    return partial(work_off, services.job_queue, database_url, handlers_of(services))


@pytest.fixture
def mailbox(outbox: Outbox, drain_jobs: Callable[[], None], tables: psycopg.Connection) -> Iterator[Mailbox]:
    """The mails that people get, without a network."""
    yield Mailbox(outbox, drain_jobs, tables)
    outbox.mails.clear()
    outbox.refusal = None


@pytest.fixture
def log() -> Iterator[Log]:
    """Every line that is logged from now on."""
    with collected_log() as log:
        yield log


@pytest.fixture
def statements() -> StatementCount:
    """Counts the statements that the application sends."""
    return StatementCount()
