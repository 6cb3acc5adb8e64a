"""Counts what the application asks of PostgreSQL, since the embedded server has no pg_stat_statements."""

from collections.abc import Callable
from typing import Any

from psycopg import Cursor

from authflow.database.pool import PooledConnection

_sent: list[str] = []


class CountingCursor(Cursor):
    def execute(self, query: Any, *arguments: Any, **options: Any) -> Any:
        _sent.append(str(query))
        return super().execute(query, *arguments, **options)


class CountingConnection(PooledConnection):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.cursor_factory = CountingCursor


class StatementCount:
    def of(self, work: Callable[[], object]) -> list[str]:
        """The statements that `work` sends; not the pool's empty one, to a connection that sat idle."""
        before = len(_sent)
        work()
        return [statement for statement in _sent[before:] if statement]
