"""Accounts and sign-ups by the hundred: no limit that counts by email ends a measurement."""

import itertools
from collections.abc import Callable, Iterator

from psycopg import Connection

from authflow.crypto.refresh_token import hash_of

# Of one email in a row, below every limit by email; a code has five.
TRIES = 5


def add_accounts(tables: Connection, number: int) -> None:
    """Copies of the one account, with a reset that is pending, who are signed in to from elsewhere day by day."""
    tables.execute(
        """
        INSERT INTO users (username, email, email_canonical, password_hash, email_verified, reset_nonce,
                           reset_asked_at)
        SELECT 'Ada', 'known' || n || '@example.com', 'known' || n || '@example.com', ada.password_hash, true,
               sha256(n::text::bytea), clock_timestamp()
        FROM users AS ada, generate_series(0, %s) AS n
        """,
        [number - 1],
    )
    tables.execute(
        """
        INSERT INTO events (user_id, type, ip, device, user_agent)
        SELECT id, 'login_succeeded', ('203.0.113.' || n)::inet, '', '' FROM users, generate_series(1, 100) AS n
        """
    )
    tables.execute("ANALYZE users, events")


def add_sign_ups(tables: Connection, emails: list[str]) -> None:
    """One of a stranger for each address; its `registrationId` is the address too."""
    for email in emails:
        tables.execute(
            """
            INSERT INTO mailbox_proofs (kind, email, email_canonical, username, password_hash, registration_hash,
                                        nonce, sent_at)
            SELECT 'sign_up', %(email)s, %(email)s, 'Eve', password_hash, %(hash)s, %(hash)s, NULL
            FROM users ORDER BY id LIMIT 1
            """,
            {"email": email, "hash": hash_of(email)},
        )


def in_turn(name: str, number: int) -> Callable[[], str]:
    """That one of so many addresses whose turn it is."""
    emails: Iterator[str] = (f"{name}{n % number}@example.com" for n in itertools.count() for _ in range(TRIES))
    return lambda: next(emails)
