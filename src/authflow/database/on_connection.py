"""How a repository runs one statement, whoever lends it the connection."""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any, LiteralString, TypeVar

from psycopg import Connection, Cursor
from psycopg.rows import RowFactory, kwargs_row

from authflow import request_deadline
from authflow.errors import DatabaseUnavailable

T = TypeVar("T")


class OnConnection:
    """Statements of one transaction: they share its connection."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection

    def fetch(self, row: Callable[..., T], sql: LiteralString, **parameters: object) -> list[T]:
        return self._run(kwargs_row(row), sql, parameters).fetchall()

    def execute(self, sql: LiteralString, **parameters: object) -> int:
        return self._run(kwargs_row(dict[str, object]), sql, parameters).rowcount

    @contextmanager
    def connection(self) -> Generator[Connection[Any]]:
        if not request_deadline.left(at_most=1):
            raise DatabaseUnavailable("the request has waited too long already")
        yield self._connection

    def _run(self, row: RowFactory[T], sql: LiteralString, parameters: Mapping[str, object]) -> Cursor[T]:
        if not request_deadline.left(at_most=1):
            raise DatabaseUnavailable("the request has waited too long already")
        return self._connection.cursor(row_factory=row).execute(sql, parameters)
