"""Looking at the tables, and making them look older."""

from psycopg import Connection

TABLES = (
    "refresh_tokens",
    "mailbox_proofs",
    "events",
    "users",
    "limit_counters",
    "withheld_mails",
    "procrastinate_periodic_defers",
    "procrastinate_events",
    "procrastinate_jobs",
    "procrastinate_workers",
)


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


def age_resets(connection: Connection, seconds: float) -> None:
    """As if every reset had been asked for `seconds` earlier, mailed or still waiting."""
    for statement in (
        "UPDATE users SET reset_asked_at = reset_asked_at - make_interval(secs => %(seconds)s)",
        "UPDATE procrastinate_events SET at = at - make_interval(secs => %(seconds)s)",
    ):
        connection.execute(statement, {"seconds": seconds})


def age_verifications(connection: Connection, seconds: float) -> None:
    """As if every verification of a mailbox had been asked for `seconds` earlier."""
    connection.execute(
        """
        UPDATE mailbox_proofs
        SET asked_at = asked_at - make_interval(secs => %(seconds)s),
            created_at = created_at - make_interval(secs => %(seconds)s)
        """,
        {"seconds": seconds},
    )
