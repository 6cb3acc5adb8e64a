"""All that the tables hold, for tests in which nothing may change."""

from psycopg import Connection, sql

NAMES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"


def contents(connection: Connection) -> list[tuple[str, str]]:
    """Every row of every table, as text; a table that comes later is looked at too."""
    names = [name for (name,) in connection.execute(NAMES)]
    rows = [sql.SQL("SELECT {}, t::text FROM {} AS t").format(name, sql.Identifier(name)) for name in names]
    return connection.execute(sql.SQL(" UNION ALL ").join(rows) + sql.SQL(" ORDER BY 1, 2")).fetchall()
