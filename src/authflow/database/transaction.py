"""What a service sees of the database: repositories, each statement on its own or several in one transaction."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, LiteralString, TypeVar

from psycopg import Connection

from authflow.database.pool import Pool
from authflow.database.statements import OnConnection
from authflow.repositories.events import Events
from authflow.repositories.imported_users import ImportedUsers
from authflow.repositories.jobs import Jobs
from authflow.repositories.limit_counters import LimitCounters
from authflow.repositories.live_sessions import LiveSessions
from authflow.repositories.mailbox_proofs import MailboxProofs
from authflow.repositories.pending_resets import PendingResets
from authflow.repositories.proof_requests import ProofRequests
from authflow.repositories.proved_users import ProvedUsers
from authflow.repositories.refresh_tokens import RefreshTokenRows
from authflow.repositories.removed_users import RemovedUsers
from authflow.repositories.rotations import Rotations
from authflow.repositories.session_bound import SessionBound
from authflow.repositories.standings import Standings
from authflow.repositories.statements import Statements
from authflow.repositories.users import Users
from authflow.repositories.withheld_mails import WithheldMails

T = TypeVar("T")


class Repositories:
    """Every table, by name."""

    def __init__(self, statements: Statements) -> None:
        self.users = Users(statements)
        self.standings = Standings(statements)
        self.proved_users = ProvedUsers(statements)
        self.imported_users = ImportedUsers(statements)
        self.pending_resets = PendingResets(statements)
        self.refresh_tokens = RefreshTokenRows(statements)
        self.session_bound = SessionBound(statements)
        self.removed_users = RemovedUsers(statements)
        self.rotations = Rotations(statements)
        self.live_sessions = LiveSessions(statements)
        self.proof_requests = ProofRequests(statements)
        self.mailbox_proofs = MailboxProofs(statements)
        self.events = Events(statements)
        self.limit_counters = LimitCounters(statements)
        self.withheld_mails = WithheldMails(statements)
        self.jobs = Jobs(statements)


class Database:
    """`once` runs each statement by itself: one round trip, nothing held before or after it."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self.once = Repositories(OnPool(pool))

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
