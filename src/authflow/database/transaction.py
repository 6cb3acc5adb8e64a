"""What a service sees of the database: repositories, each statement on its own or several in one transaction."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import LiteralString, TypeVar

from authflow.database.pool import Pool
from authflow.database.statements import OnConnection
from authflow.repositories.limit_counters import LimitCounters
from authflow.repositories.refresh_tokens import RefreshTokenRows
from authflow.repositories.statements import Statements
from authflow.repositories.users import Users

T = TypeVar("T")


class Repositories:
    """Every table, by name."""

    def __init__(self, statements: Statements) -> None:
        self.users = Users(statements)
        self.refresh_tokens = RefreshTokenRows(statements)
        self.limit_counters = LimitCounters(statements)


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
