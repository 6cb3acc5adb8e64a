"""Whether the database answers and has the schema that this release expects."""

from dataclasses import dataclass

from authflow.database.migrator import Migrator
from authflow.database.pool import Pool
from authflow.errors import DatabaseUnavailable


@dataclass(frozen=True)
class Checks:
    database: bool
    migrations: bool


@dataclass(frozen=True)
class Readiness:
    pool: Pool
    migrator: Migrator

    def check(self) -> Checks:
        try:
            with self.pool.connection() as connection:
                return Checks(database=True, migrations=self.migrator.is_current(connection))
        except DatabaseUnavailable:
            return Checks(database=False, migrations=False)
