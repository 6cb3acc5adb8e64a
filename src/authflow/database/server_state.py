"""What a PostgreSQL says of itself."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row


@dataclass(frozen=True, slots=True)
class _Answer:
    version: str
    now: datetime


@dataclass(frozen=True, slots=True)
class ServerState:
    """`clock_ahead`: how many seconds its clock is ahead of ours."""

    version: str
    clock_ahead: float


def read_server_state(connection: Connection[Any]) -> ServerState:
    """Raises psycopg.Error."""
    asked_at = datetime.now(UTC)
    with connection.cursor(row_factory=class_row(_Answer)) as cursor:
        [answer] = cursor.execute(
            "SELECT split_part(current_setting('server_version'), ' ', 1) AS version, clock_timestamp() AS now"
        ).fetchall()
    # It looked at its clock somewhere between the question and the answer.
    half_way = asked_at + (datetime.now(UTC) - asked_at) / 2
    return ServerState(answer.version, (answer.now - half_way).total_seconds())
