"""All that the tables hold, for tests in which nothing may change."""

from psycopg import Connection, sql


def contents(connection: Connection) -> dict[str, list[str]]:
    """Every row of every table, as text; a table that comes later is looked at too."""
    names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
    return {name: _rows(connection, name) for (name,) in names}


def _rows(connection: Connection, table: str) -> list[str]:
    select = sql.SQL("SELECT t::text FROM {} AS t ORDER BY 1").format(sql.Identifier(table))
    return [text for (text,) in connection.execute(select)]
