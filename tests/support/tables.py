"""Looking at the tables, and making them look older."""

from psycopg import Connection

TABLES = ("refresh_tokens", "users", "limit_counters")


def empty_all_tables(connection: Connection) -> None:
    """DELETE in one round trip: 0.4 ms, where TRUNCATE takes 15."""
    connection.execute(";".join(f"DELETE FROM {table}" for table in TABLES))


def age_sessions(connection: Connection, seconds: float) -> None:
    """As if everything that happened to every session had happened `seconds` earlier."""
    connection.execute(
        """
        UPDATE refresh_tokens
        SET rotated_at = rotated_at - make_interval(secs => %(seconds)s),
            created_at = created_at - make_interval(secs => %(seconds)s)
        """,
        {"seconds": seconds},
    )


def age_limits(connection: Connection, seconds: float) -> None:
    connection.execute(
        "UPDATE limit_counters SET ends_at = ends_at - make_interval(secs => %(seconds)s)", {"seconds": seconds}
    )
