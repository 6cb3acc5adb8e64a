"""Whether the database answers and has the schema that this release expects."""

from dataclasses import dataclass

import psycopg

from authflow.database.migrator import Migrator
from authflow.database.pool import Pool
from authflow.database.pooler import lacking_of_role
from authflow.database.suitability import read_standing
from authflow.errors import DatabaseUnavailable
from authflow.log import log_warning


@dataclass(frozen=True)
class ReadinessChecks:
    database: bool
    migrations: bool


@dataclass(frozen=True)
class Readiness:
    pool: Pool
    migrator: Migrator

    def check(self) -> ReadinessChecks:
        try:
            with self.pool.connection() as connection:
                standing = read_standing(connection, self.migrator.migrations)
                of_role = lacking_of_role(connection) if self.pool.pooled else ()
                if told := "; ".join([*standing.obstacles(), *standing.lacking(), *of_role]):
                    log_warning("not_ready", reason=told)
                    return ReadinessChecks(database=False, migrations=False)
                return ReadinessChecks(database=True, migrations=self.migrator.is_current(connection))
        except (DatabaseUnavailable, psycopg.Error) as error:
            log_warning("not_ready", reason=type(error).__name__)
            return ReadinessChecks(database=False, migrations=False)
