"""Whether a database will do: what cannot be set on a connection is said in a sentence, with the way out."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import class_row

from authflow.database.migration_files import Migration

# What procrastinate asks for.
OLDEST = 130_000
OWN_SCHEMA = "give authflow a schema of its own, see docs/database.md"
TABLE = re.compile(r"(?im)^\s*CREATE\s+(?:UNLOGGED\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(\w+)")
# Every table is read and written; none but the columns of ours makes `schema_migrations` ours.
STANDING: LiteralString = """
    SELECT current_setting('server_version_num')::integer AS version,
           pg_encoding_to_char(encoding)::text AS encoding,
           pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' AS is_read_only,
           current_schema()::text AS schema,
           current_user::text AS role,
           COALESCE(has_schema_privilege(current_schema(), 'CREATE'), false) AS may_create,
           ARRAY(
               SELECT relname::text FROM pg_class
               WHERE relnamespace = to_regnamespace(quote_ident(current_schema()))
           ) AS names,
           ARRAY(
               SELECT attname::text FROM pg_attribute
               WHERE attrelid = to_regclass(quote_ident(current_schema()) || '.schema_migrations')
                 AND attnum > 0 AND NOT attisdropped
           ) AS recorded_by,
           ARRAY(
               SELECT relname::text FROM pg_class
               WHERE relnamespace = to_regnamespace(quote_ident(current_schema()))
                 AND CASE relkind
                     WHEN 'r' THEN relname = ANY(%(tables)s) AND NOT (
                         has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT')
                         AND has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'DELETE'))
                     WHEN 'S' THEN relname LIKE 'procrastinate%%' AND NOT has_sequence_privilege(oid, 'USAGE')
                     ELSE false END
               ORDER BY relname
           ) || ARRAY(
               SELECT DISTINCT proname::text FROM pg_proc
               WHERE pronamespace = to_regnamespace(quote_ident(current_schema()))
                 AND proname LIKE 'procrastinate%%' AND NOT has_function_privilege(oid, 'EXECUTE')
               ORDER BY 1
           ) AS refused
    FROM pg_database WHERE datname = current_database()
"""


@dataclass(frozen=True, slots=True)
class ServerStanding:
    """`names`: of all tables, views, indexes and the like in the schema that we live in: no two may be equal.

    `refused`: tables, sequences and functions of ours that this role may not use in full.
    """

    version: int
    encoding: str
    is_read_only: bool
    schema: str | None
    role: str
    may_create: bool
    names: list[str]
    recorded_by: list[str]
    refused: list[str]

    def obstacles(self) -> Iterator[str]:
        """Why neither this release nor its migrations can work here."""
        if self.version < OLDEST:
            yield f"PostgreSQL {self.version // 10_000} is too old: authflow needs {OLDEST // 10_000} or newer"
        if self.encoding != "UTF8":
            yield (
                f"the database's encoding is {self.encoding}, and names in other scripts could not be stored: "
                "make one by CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"
            )
        if self.is_read_only:
            yield (
                "this server takes no writes (a standby): point DATABASE_URL at the primary, "
                "or name both hosts and add target_session_attrs=read-write"
            )
        if self.schema is None:
            yield (
                f"the search_path of the role {self.role} leads to no schema that it may use: "
                "make it, and GRANT USAGE ON SCHEMA"
            )
        if self.recorded_by and "checksum" not in self.recorded_by:
            yield (f"the table schema_migrations in the schema {self.schema} is another tool's: {OWN_SCHEMA}")

    def lacking(self) -> Iterator[str]:
        """What the role may not do of what the service does."""
        if self.refused:
            yield (
                f"the role {self.role} may not use {', '.join(self.refused)} in full: "
                "GRANT it SELECT, INSERT, UPDATE, DELETE on the tables, USAGE on the sequences, "
                "EXECUTE on the functions"
            )

    def in_the_way(self, pending: Sequence[Migration]) -> Iterator[str]:
        """Why those cannot be applied."""
        if pending and not self.may_create:
            yield (
                f"the role {self.role} may not create tables in the schema {self.schema}: "
                f"GRANT CREATE ON SCHEMA {self.schema} TO {self.role}, or migrate as another role"
            )
        strange = sorted(tables_of(pending) & set(self.names))
        if strange:
            yield (
                f"the schema {self.schema} has {', '.join(strange)} already, which authflow did not make: "
                f"{OWN_SCHEMA}"
            )


def tables_of(migrations: Sequence[Migration]) -> set[str]:
    """The names of the tables that these make."""
    return {name.lower() for each in migrations for name in TABLE.findall(each.up)}


def read_standing(connection: Connection[Any], migrations: Sequence[Migration]) -> ServerStanding:
    """In one statement. Raises psycopg.Error."""
    tables = sorted({*tables_of(migrations), "schema_migrations"})
    with connection.cursor(row_factory=class_row(ServerStanding)) as cursor:
        [standing] = cursor.execute(STANDING, {"tables": tables}).fetchall()
    return standing
