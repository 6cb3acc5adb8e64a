"""What a service sees of the database: repositories, each statement on its own or several in one transaction."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, LiteralString, TypeVar

from psycopg import Connection

from authflow.database.on_connection import OnConnection
from authflow.database.pool import Pool
from authflow.repositories.events import Events
from authflow.repositories.jobs import Jobs
from authflow.repositories.limit_counters import LimitCounters
from authflow.repositories.sessions import SessionRows
from authflow.repositories.sessions_live import SessionsLive
from authflow.repositories.sessions_maximum import SessionsBound
from authflow.repositories.sessions_rotation import SessionsRotation
from authflow.repositories.statements import Statements
from authflow.repositories.users import Users
from authflow.repositories.users_import import UsersImport
from authflow.repositories.users_operator import UsersOperator
from authflow.repositories.users_removed import UsersRemoved
from authflow.repositories.users_reset import UsersReset
from authflow.repositories.users_verified import UsersVerified
from authflow.repositories.verification_requests import VerificationRequests
from authflow.repositories.verifications import VerificationRows
from authflow.repositories.withheld_mails import WithheldMails

T = TypeVar("T")


class Repositories:
    """Every table, by name."""

    def __init__(self, statements: Statements) -> None:
        self.users = Users(statements)
        self.users_operator = UsersOperator(statements)
        self.users_verified = UsersVerified(statements)
        self.users_import = UsersImport(statements)
        self.users_reset = UsersReset(statements)
        self.sessions = SessionRows(statements)
        self.sessions_bound = SessionsBound(statements)
        self.users_removed = UsersRemoved(statements)
        self.sessions_rotation = SessionsRotation(statements)
        self.sessions_live = SessionsLive(statements)
        self.verification_requests = VerificationRequests(statements)
        self.verifications = VerificationRows(statements)
        self.events = Events(statements)
        self.limit_counters = LimitCounters(statements)
        self.withheld_mails = WithheldMails(statements)
        self.jobs = Jobs(statements)


class Database:
    """`autocommit` runs each statement by itself: one round trip, nothing held before or after it."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self.autocommit = Repositories(OnPool(pool))

    @contextmanager
    def transaction(self) -> Generator[Repositories]:
        """All or nothing; rolled back when the block raises. Raises DatabaseUnavailable."""
        with self._pool.connection() as connection, connection.transaction():
            yield Repositories(OnConnection(connection))


class OnPool:
    """Statements that borrow a connection each."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def fetch(self, row: Callable[..., T], sql: LiteralString, **parameters: object) -> list[T]:
        with self._pool.connection() as connection:
            return OnConnection(connection).fetch(row, sql, **parameters)

    def execute(self, sql: LiteralString, **parameters: object) -> int:
        with self._pool.connection() as connection:
            return OnConnection(connection).execute(sql, **parameters)

    @contextmanager
    def connection(self) -> Generator[Connection[Any]]:
        with self._pool.connection() as connection, OnConnection(connection).connection():
            yield connection
