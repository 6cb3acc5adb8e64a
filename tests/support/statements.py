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
        """The statements that `work` sends."""
        before = len(_sent)
        work()
        return _sent[before:]
