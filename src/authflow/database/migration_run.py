"""How one section of a migration is run: alone, noted with what it does, and held up by nobody for long."""

import time
from collections.abc import Callable
from contextlib import suppress

import psycopg
from psycopg import Connection, IsolationLevel

from authflow.database.connecting import BoundedConnection, connect
from authflow.database.migration_files import Migration, MigrationError
from authflow.database.suitability import OWN_SCHEMA

# Seconds that a run waits for another one to finish, and between two looks whether it has.
PATIENCE = 60.0
LOOK_AGAIN = 0.1
# While a migration waits for a table, every later query of that table waits behind it: rather fail and be
# run again. What runs without a transaction holds up nobody, and may be left half done: it waits longer.
LOCK_TIMEOUT = "5s"
LOCK_TIMEOUT_ALONE = "60s"
# An answer to what is no migration; a migration may take its time (an index over a large table).
ANSWER_SECONDS = 10.0
MIGRATION_SECONDS = 6 * 3_600.0
# Among this database's advisory locks, the one that a run holds; the number is "migrate" in ASCII. It is not a
# parameter, because a statement with one leaves its portal open, and with it a snapshot (see connect_to_migrate).
TRY_LOCK = "SELECT pg_try_advisory_xact_lock(x'6D696772617465'::bigint)"
THERE_ALREADY = (psycopg.errors.DuplicateTable, psycopg.errors.DuplicateObject, psycopg.errors.DuplicateFunction)


# Whether it was not yet.
Note = Callable[[Connection, Migration], bool]


def connect_to_migrate(url: str, *, pooled: bool = False) -> BoundedConnection:
    connection = connect(url, pooled=pooled)
    connection.answer_seconds = ANSWER_SECONDS
    # As behind a pooler, where the next statement may meet another connection to PostgreSQL.
    connection.prepare_threshold = None
    # CREATE INDEX CONCURRENTLY waits for every older snapshot; a stricter lock transaction would keep one.
    connection.isolation_level = IsolationLevel.READ_COMMITTED
    return connection


def wait_for_lock(connection: Connection) -> None:
    """Raises MigrationError after PATIENCE seconds."""
    # Asked again and again, because a statement that waits keeps a snapshot too: both would wait for ever.
    until = time.monotonic() + PATIENCE
    while connection.execute(TRY_LOCK).fetchone() != (True,):
        if time.monotonic() > until:
            raise MigrationError(f"another run is still migrating after {PATIENCE:.0f} seconds")
        time.sleep(LOOK_AGAIN)


def run_section(
    connect: Callable[[], BoundedConnection],
    migration: Migration,
    sql: str,
    note: Note,
) -> bool:
    """Run one section and note it; False if that was noted already."""
    try:
        # A connection of its own: a SET in one file must not reach the next.
        with connect() as connection:
            if not migration.transactional:
                # Behind a pooler that of the role holds: what is set here, somebody else would meet.
                if not connection.pooled:
                    connection.execute("SELECT set_config('lock_timeout', %s, false)", [LOCK_TIMEOUT_ALONE])
                _execute(connection, sql)
                return note(connection, migration)
            with connection.transaction():
                set_timeouts(connection)
                # Noted first: if the lock was lost with its connection, the row still lets only one run pass.
                noted = note(connection, migration)
                if noted:
                    _execute(connection, sql)
                return noted
    except psycopg.Error as error:
        told = f"{migration.version} failed: {error.diag.message_primary or error}"
        # Tables are looked for beforehand; types and functions of the library's names are rarer.
        way_out = f"; if authflow did not make it, {OWN_SCHEMA}" if isinstance(error, THERE_ALREADY) else ""
        raise MigrationError(told + way_out) from error


def _execute(connection: BoundedConnection, sql: str) -> None:
    connection.answer_seconds = MIGRATION_SECONDS
    connection.execute(sql.encode())
    connection.answer_seconds = ANSWER_SECONDS


def set_timeouts(connection: Connection) -> None:
    """For this transaction; a pooler may have left those of requests on the connection."""
    connection.execute(
        """
        SELECT set_config('statement_timeout', '0', true),
               set_config('idle_in_transaction_session_timeout', '0', true),
               set_config('lock_timeout', %(lock_timeout)s, true)
        """,
        {"lock_timeout": LOCK_TIMEOUT},
    )
    # The statement of a killed run ends with it, instead of holding its locks on; some systems cannot tell.
    with suppress(psycopg.errors.InvalidParameterValue), connection.transaction():
        connection.execute("SET LOCAL client_connection_check_interval = '1s'")
