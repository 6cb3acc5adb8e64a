"""Accounts with very many sessions and events, as an installation may have them from before there was a bound."""

from typing import Any

from psycopg import Connection

from tests.support.client import FIREFOX


def add_sessions(
    tables: Connection, email: str, number: int, *, revoked: bool = False, seconds_ago: int = 1_000
) -> None:
    """Sessions that began so long ago, one second after the other, and were never refreshed."""
    tables.execute(
        """
        INSERT INTO refresh_tokens (user_id, secret_hash, rotated_at, created_at, revoked_at, user_agent)
        SELECT u.id, 'x', at, at, CASE WHEN %(revoked)s THEN clock_timestamp() END, %(user_agent)s
        FROM users AS u, generate_series(1, %(number)s) AS nth,
             LATERAL (SELECT clock_timestamp() - make_interval(secs => %(ago)s - nth::float / %(number)s) AS at) c
        WHERE u.email_canonical = %(email)s
        """,
        {"email": email, "number": number, "revoked": revoked, "ago": seconds_ago, "user_agent": FIREFOX},
    )


def add_events(tables: Connection, email: str, number: int) -> None:
    tables.execute(
        """
        INSERT INTO events (user_id, type, user_agent, device)
        SELECT id, 'login_succeeded', '', 'Firefox on Linux' FROM users, generate_series(1, %(number)s)
        WHERE email_canonical = %(email)s
        """,
        {"email": email, "number": number},
    )


def count(tables: Connection, what: str) -> Any:
    """`what`: the rest of a SELECT, from its table on."""
    return tables.execute(f"SELECT count(*) FROM {what}").fetchone()[0]
