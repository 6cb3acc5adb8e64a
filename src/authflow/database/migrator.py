"""Brings the schema up to date: every migration once and in order, however many instances start at once."""

import time
from collections.abc import Callable, Collection, Generator, Iterable, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

import psycopg
from psycopg import Connection, IsolationLevel

from authflow.database import schema_migrations
from authflow.database.all_migrations import all_migrations
from authflow.database.connecting import BoundedConnection, connect
from authflow.database.migration_files import Migration, MigrationError
from authflow.database.suitability import read_standing

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
# parameter, because a statement with one leaves its portal open, and with it a snapshot (see _connect).
TRY_LOCK = "SELECT pg_try_advisory_xact_lock(x'6D696772617465'::bigint)"


@dataclass(frozen=True)
class MigrationStatus:
    """`changed`: edited after it was applied. `missing`: applied by a release that knew more."""

    version: str
    state: Literal["applied", "pending", "changed", "missing"]


@dataclass(frozen=True)
class Migrator:
    """Applies and takes back `migrations`, which stand in the order in which they are to be applied."""

    url: str
    migrations: Sequence[Migration] = field(default_factory=all_migrations)

    def up(self, accept: Collection[str] = ()) -> list[str]:
        """Apply what is pending and say which. Raises MigrationError, psycopg.Error.

        `accept` names applied ones that may have been edited since: from now on they are judged by their new text.

        A pending migration older than an applied one is applied all the same: two branches were merged. An
        applied one that is not known here is left alone: an older release runs again.
        """
        with self._alone(accept) as recorded:
            pending = [known for known in self.migrations if known.version not in recorded]
            return [each.version for each in pending if _run(self.url, each, each.up, schema_migrations.record)]

    def down(self, steps: int = 1) -> list[str]:
        """Take back the latest applied first and say which. Raises MigrationError, psycopg.Error."""
        with self._alone() as recorded:
            latest = list(reversed(recorded))[: max(steps, 0)]
            # All are looked at before the first is touched.
            known = [self._with_way_back(version) for version in latest]
            return [each.version for each in known if _run(self.url, each, each.down, schema_migrations.erase)]

    def status(self) -> list[MigrationStatus]:
        """Every migration, those known here first. Raises psycopg.Error."""
        with _connect(self.url) as connection:
            recorded = schema_migrations.list_recorded(connection)
        versions = {known.version for known in self.migrations}
        return [
            *(MigrationStatus(known.version, _state(known, recorded)) for known in self.migrations),
            *(MigrationStatus(version, "missing") for version in recorded if version not in versions),
        ]

    def is_current(self, connection: Connection) -> bool:
        """Whether all that is known here is applied: one statement, for a connection in autocommit."""
        return schema_migrations.are_recorded(connection, [known.version for known in self.migrations])

    @contextmanager
    def _alone(self, accept: Collection[str] = ()) -> Generator[dict[str, str], None, None]:
        """Hold the lock, in a transaction that does nothing else; yields what is recorded as applied.

        The lock of a transaction, not of a session: a transaction pooler (PgBouncer) would leave that behind.
        """
        with _connect(self.url) as lock, lock.transaction():
            _set_timeouts(lock)
            _wait_for_lock(lock)
            with _connect(self.url) as connection:
                recorded = self._prepare(connection)
                self._accept(connection, accept, recorded)
            self._refuse_changed(recorded)
            yield recorded

    def _prepare(self, connection: Connection) -> dict[str, str]:
        """What is recorded, in a database that will do."""
        standing = read_standing(connection, self.migrations)
        _refuse(standing.obstacles())
        recorded = schema_migrations.list_recorded(connection)
        _refuse(standing.in_the_way([known for known in self.migrations if known.version not in recorded]))
        if not standing.recorded_by:
            schema_migrations.make_table(connection)
        return recorded

    def _accept(self, connection: Connection, versions: Collection[str], recorded: dict[str, str]) -> None:
        by_version = {known.version: known for known in self.migrations}
        for version in versions:
            if version not in recorded or version not in by_version:
                raise MigrationError(f"{version} is no migration that was applied")
            schema_migrations.accept(connection, by_version[version])
            recorded[version] = by_version[version].checksum

    def _refuse_changed(self, recorded: dict[str, str]) -> None:
        changed = ", ".join(known.version for known in self.migrations if _state(known, recorded) == "changed")
        if changed:
            raise MigrationError(
                f"edited after being applied: {changed}; restore it, and make the change a new file (or, if the "
                "database is as the file says now: authflow migrate up --accept-changed VERSION)"
            )

    def _with_way_back(self, version: str) -> Migration:
        for known in self.migrations:
            if known.version == version and known.down:
                return known
        raise MigrationError(f"{version} cannot be taken back: there is no '-- migrate:down' for it")


def _state(migration: Migration, recorded: dict[str, str]) -> Literal["applied", "pending", "changed"]:
    if migration.version not in recorded:
        return "pending"
    is_same = recorded[migration.version] == migration.checksum or not migration.is_ours
    return "applied" if is_same else "changed"


def _refuse(reasons: Iterable[str]) -> None:
    if told := "; ".join(reasons):
        raise MigrationError(told)


def _connect(url: str) -> BoundedConnection:
    connection = connect(url)
    connection.answer_seconds = ANSWER_SECONDS
    # Behind a transaction pooler the next statement may meet another server connection.
    connection.prepare_threshold = None
    # CREATE INDEX CONCURRENTLY waits for every older snapshot; a stricter lock transaction would keep one.
    connection.isolation_level = IsolationLevel.READ_COMMITTED
    return connection


def _wait_for_lock(connection: Connection) -> None:
    """Raises MigrationError after PATIENCE seconds."""
    # Asked again and again, because a statement that waits keeps a snapshot too: both would wait for ever.
    until = time.monotonic() + PATIENCE
    while connection.execute(TRY_LOCK).fetchone() != (True,):
        if time.monotonic() > until:
            raise MigrationError(f"another run is still migrating after {PATIENCE:.0f} seconds")
        time.sleep(LOOK_AGAIN)


def _run(url: str, migration: Migration, sql: str, note: Callable[[Connection, Migration], bool]) -> bool:
    """Run one section and note it; False if that was noted already."""
    try:
        # A connection of its own: a SET in one file must not reach the next.
        with _connect(url) as connection:
            if not migration.transactional:
                connection.execute("SELECT set_config('lock_timeout', %s, false)", [LOCK_TIMEOUT_ALONE])
                _execute(connection, sql)
                return note(connection, migration)
            with connection.transaction():
                _set_timeouts(connection)
                # Noted first: if the lock was lost with its connection, the row still lets only one run pass.
                noted = note(connection, migration)
                if noted:
                    _execute(connection, sql)
                return noted
    except psycopg.Error as error:
        raise MigrationError(f"{migration.version} failed: {error.diag.message_primary or error}") from error


def _execute(connection: BoundedConnection, sql: str) -> None:
    connection.answer_seconds = MIGRATION_SECONDS
    connection.execute(sql.encode())
    connection.answer_seconds = ANSWER_SECONDS


def _set_timeouts(connection: Connection) -> None:
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
