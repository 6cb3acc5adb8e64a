"""Brings the schema up to date: every migration once and in order, however many instances start at once."""

from collections.abc import Collection, Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from psycopg import Connection

from authflow.database import schema_migrations
from authflow.database.all_migrations import all_migrations
from authflow.database.connecting import BoundedConnection
from authflow.database.migration_files import Migration, MigrationError
from authflow.database.migration_run import Note, connect_to_migrate, run_section, set_timeouts, wait_for_lock
from authflow.database.suitability import read_standing


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
    # Whether the address is a pooler's, see `connecting.connect`.
    pooled: bool = False

    def _connect(self) -> BoundedConnection:
        return connect_to_migrate(self.url, pooled=self.pooled)

    def _run(self, migration: Migration, sql: str, note: Note) -> bool:
        return run_section(self._connect, migration, sql, note)

    def up(self, accept: Collection[str] = ()) -> list[str]:
        """Apply what is pending and say which. Raises MigrationError, psycopg.Error.

        `accept` names applied ones that may have been edited since: from now on they are judged by their new text.

        A pending migration older than an applied one is applied all the same: two branches were merged. An
        applied one that is not known here is left alone: an older release runs again.
        """
        with self._alone(accept) as recorded:
            pending = self.pending(recorded)
            return [each.version for each in pending if self._run(each, each.up, schema_migrations.record)]

    def down(self, steps: int = 1) -> list[str]:
        """Take back the latest applied first and say which. Raises MigrationError, psycopg.Error."""
        with self._alone() as recorded:
            latest = list(reversed(recorded))[: max(steps, 0)]
            # All are looked at before the first is touched.
            known = [self._with_way_back(version) for version in latest]
            return [each.version for each in known if self._run(each, each.down, schema_migrations.erase)]

    def status(self) -> list[MigrationStatus]:
        """Every migration, those known here first. Raises MigrationError, psycopg.Error."""
        with self._connect() as connection:
            _refuse(read_standing(connection, self.migrations).obstacles())
            recorded = schema_migrations.list_recorded(connection)
        versions = {known.version for known in self.migrations}
        return [
            *(MigrationStatus(known.version, _state(known, recorded)) for known in self.migrations),
            *(MigrationStatus(version, "missing") for version in recorded if version not in versions),
        ]

    def pending(self, recorded: Collection[str]) -> list[Migration]:
        """Those that are known here and not among the recorded ones, in order."""
        return [known for known in self.migrations if known.version not in recorded]

    def is_current(self, connection: Connection) -> bool:
        """Whether all that is known here is applied: one statement, for a connection in autocommit."""
        return schema_migrations.are_recorded(connection, [known.version for known in self.migrations])

    @contextmanager
    def _alone(self, accept: Collection[str] = ()) -> Generator[dict[str, str], None, None]:
        """Hold the lock, in a transaction that does nothing else; yields what is recorded as applied.

        The lock of a transaction, not of a session: a transaction pooler (PgBouncer) would leave that behind.
        """
        with self._connect() as lock, lock.transaction():
            set_timeouts(lock)
            wait_for_lock(lock)
            with self._connect() as connection:
                recorded = self._prepare(connection)
                self._accept(connection, accept, recorded)
            self._refuse_changed(recorded)
            yield recorded

    def _prepare(self, connection: Connection) -> dict[str, str]:
        """What is recorded, in a database that will do."""
        standing = read_standing(connection, self.migrations)
        _refuse(standing.obstacles())
        recorded = schema_migrations.list_recorded(connection)
        _refuse(standing.in_the_way(self.pending(recorded)))
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
