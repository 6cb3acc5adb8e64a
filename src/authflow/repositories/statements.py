"""What a repository needs of the database: to run one statement, on whatever connection."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, LiteralString, Protocol, TypeVar

from psycopg import Connection

T = TypeVar("T")


class Statements(Protocol):
    """Every parameter is named; none is ever put into the text of the SQL."""

    def fetch(self, row: Callable[..., T], sql: LiteralString, **parameters: object) -> list[T]:
        """The rows, each as `row(column=…)`. Raises DatabaseUnavailable."""
        ...

    def execute(self, sql: LiteralString, **parameters: object) -> int:
        """How many rows the statement changed. Raises DatabaseUnavailable."""
        ...

    def connection(self) -> AbstractContextManager[Connection[Any]]:
        """The connection itself, for a library that brings its own SQL. Raises DatabaseUnavailable."""
        ...


def only_column(**row: Any) -> Any:
    """For `fetch`, of a statement that asks for one column: its value."""
    (value,) = row.values()
    return value
