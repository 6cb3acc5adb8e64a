"""A database as it is after years: so many users, five sessions each, and what happened on them. By SQL."""

import hashlib
import random
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg import Connection

from authflow.domain.session import Delivery, Session

SESSIONS_EACH = 5
EVENTS_EACH = 5
# Sessions that are to be swept.
EXPIRED_SHARE = 0.01
EMAIL = "user{}@example.com"

USERS = """
    INSERT INTO users (id, username, email, email_canonical, email_verified, password_hash, created_at)
    OVERRIDING SYSTEM VALUE
    SELECT n, 'User ' || n, email, email, true, %(password_hash)s, now() - interval '100 days'
    FROM generate_series(1, %(users)s) AS n, LATERAL (SELECT 'user' || n || '@example.com' AS email) AS made
"""
# In the order in which they began, users mixed: as they come in life, and not five rows side by side.
SESSIONS = """
    INSERT INTO refresh_tokens
        (id, user_id, secret_hash, rotated_at, created_at, user_agent, ip, device)
    SELECT md5('session ' || n)::uuid, 1 + n %% %(users)s, sha256(convert_to('secret ' || n, 'UTF8')),
           %(began)s, %(began)s - CASE WHEN n < %(expired)s THEN interval '100 days' ELSE interval '0' END,
           'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', '192.0.2.1',
           'Firefox on Linux'
    FROM generate_series(0, %(sessions)s - 1) AS n
"""
EVENTS = """
    INSERT INTO events (user_id, type, session_id, ip, user_agent, device, at)
    SELECT 1 + n %% %(users)s, 'login_succeeded', md5('session ' || n)::uuid, '192.0.2.1', '', 'Firefox on Linux',
           %(began)s
    FROM generate_series(0, %(events)s - 1) AS n
"""


@dataclass(frozen=True)
class Filled:
    """What is in it, to be met at random."""

    users: int
    began: datetime

    @property
    def sessions(self) -> int:
        return self.users * SESSIONS_EACH

    @property
    def expired(self) -> int:
        return int(self.sessions * EXPIRED_SHARE)

    def any_email(self, chance: random.Random) -> str:
        return EMAIL.format(chance.randint(1, self.users))

    def any_session(self, chance: random.Random) -> tuple[Session, str]:
        """One that lives, and its secret."""
        number = chance.randrange(self.expired, self.sessions)
        # As the database makes it; nobody is kept out by this hash.
        id = UUID(hashlib.md5(f"session {number}".encode(), usedforsecurity=False).hexdigest())  # noqa: A001
        session = Session(id, 1 + number % self.users, 0, self.began, self.began, Delivery.BODY)
        return session, f"secret {number}"


def fill(connection: Connection, users: int, password_hash: str) -> Filled:
    (began,) = connection.execute("SELECT date_trunc('second', now() - interval '1 hour')").fetchone() or (None,)
    assert isinstance(began, datetime)
    filled = Filled(users, began)
    numbers = {
        "users": users,
        "sessions": filled.sessions,
        "expired": filled.expired,
        "events": users * EVENTS_EACH,
        "began": began,
        "password_hash": password_hash,
    }
    for statement in (USERS, SESSIONS, EVENTS):
        connection.execute(statement, numbers)
    connection.execute("SELECT setval(pg_get_serial_sequence('users', 'id'), %s)", [users])
    connection.execute("VACUUM ANALYZE")
    return filled
