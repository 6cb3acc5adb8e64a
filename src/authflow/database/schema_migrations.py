"""The table of what was applied, in the database itself."""

from collections.abc import Sequence

import psycopg
from psycopg import Connection
from psycopg.rows import scalar_row

from authflow.database.migration_files import Migration


def make_table(connection: Connection) -> None:
    """Only under the lock of a run: of two that do this at once, one fails in spite of IF NOT EXISTS."""
    connection.execute("""
        CREATE TABLE IF NOT EXISTS schema_migrations (
            version text PRIMARY KEY,
            checksum text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
        )
    """)


def list_recorded(connection: Connection) -> dict[str, str]:
    """Checksums by version, in the order of application; empty before the first run."""
    # In our own schema: the search_path may lead to another tool's table of that name.
    ours = "SELECT to_regclass(quote_ident(current_schema()) || '.schema_migrations')"
    if connection.execute(ours).fetchone() == (None,):
        return {}
    return dict(connection.execute("SELECT version, checksum FROM schema_migrations ORDER BY applied_at, version"))


def record(connection: Connection, migration: Migration) -> bool:
    """False if it is recorded already; waits for a transaction that is about to record it."""
    added = connection.execute(
        """
        INSERT INTO schema_migrations (version, checksum) VALUES (%(version)s, %(checksum)s)
        ON CONFLICT DO NOTHING
        """,
        {"version": migration.version, "checksum": migration.checksum},
    )
    return added.rowcount == 1


def accept(connection: Connection, migration: Migration) -> None:
    """From now on it is known by its present text."""
    connection.execute(
        "UPDATE schema_migrations SET checksum = %(checksum)s WHERE version = %(version)s",
        {"version": migration.version, "checksum": migration.checksum},
    )


def erase(connection: Connection, migration: Migration) -> bool:
    """False if it is not recorded any more."""
    erased = connection.execute(
        "DELETE FROM schema_migrations WHERE version = %(version)s", {"version": migration.version}
    )
    return erased.rowcount == 1


def are_recorded(connection: Connection, versions: Sequence[str]) -> bool:
    """Whether all of them are: one statement, for a connection in autocommit."""
    sql = "SELECT count(*) FROM schema_migrations WHERE version = ANY(%(versions)s)"
    try:
        with connection.cursor(row_factory=scalar_row) as cursor:
            return cursor.execute(sql, {"versions": list(versions)}).fetchone() == len(versions)
    except psycopg.errors.UndefinedTable:
        return False
