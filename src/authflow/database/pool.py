"""The connections of this process: opened late, checked when they sat idle, never waited for long."""

import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

import psycopg
from psycopg import Connection
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout

from authflow import patience
from authflow.errors import DatabaseUnavailable

# Seconds that a request waits for a connection before it is answered 503.
MAX_WAIT = 1.0
# A connection that was used a moment ago is alive; asking it would be a second round trip.
TRUSTED_IDLE_SECONDS = 1.0
CONNECT_TIMEOUT_SECONDS = 3
# With the patience of a request (2 s) these keep every answer under 3 s, whatever is locked. Milliseconds.
TIMEOUTS = """
    SELECT set_config('statement_timeout', '900', false),
           set_config('lock_timeout', '700', false),
           set_config('idle_in_transaction_session_timeout', '5000', false)
"""
# Errors that another try may not meet: connection lost, server starting or stopping, timeout, deadlock,
# a primary that has become a standby.
PASSING = (
    psycopg.OperationalError,
    psycopg.errors.ReadOnlySqlTransaction,
    PoolTimeout,
    PoolClosed,
)


class PooledConnection(Connection):
    """A connection that knows since when nobody used it."""

    idle_since: float = 0.0


@dataclass(frozen=True, slots=True)
class PoolLoad:
    """Connections in all, those that nobody uses, and the callers who wait for one."""

    size: int
    available: int
    waiting: int


class Pool:
    def __init__(self, url: str, size: int, connection_class: type[PooledConnection] = PooledConnection) -> None:
        self._opening = Lock()
        self._pool = ConnectionPool(
            url,
            connection_class=connection_class,
            kwargs={"autocommit": True, "connect_timeout": CONNECT_TIMEOUT_SECONDS},
            min_size=min(2, size),
            max_size=size,
            timeout=MAX_WAIT,
            configure=_set_timeouts,
            check=_check_if_idle,
            open=False,
        )

    @contextmanager
    def connection(self) -> Generator[PooledConnection]:
        """A live connection in autocommit. Raises DatabaseUnavailable, also for what fails while it is lent."""
        try:
            connection = self._opened().getconn(patience.left(at_most=MAX_WAIT))
            try:
                yield connection
            finally:
                connection.idle_since = time.monotonic()
                self._pool.putconn(connection)
        except PASSING as error:
            raise DatabaseUnavailable(type(error).__name__) from error

    def load(self) -> PoolLoad:
        stats = self._pool.get_stats()
        return PoolLoad(stats["pool_size"], stats["pool_available"], stats.get("requests_waiting", 0))

    def close(self) -> None:
        self._pool.close()

    def _opened(self) -> ConnectionPool[PooledConnection]:
        # At the first request, so after a web server has forked: its threads would not survive the fork.
        if self._pool.closed:
            with self._opening:
                self._pool.open()
        return self._pool


def _set_timeouts(connection: Connection) -> None:
    # Not as a start-up option: a pooler in between (PgBouncer) may refuse those.
    connection.execute(TIMEOUTS)


def _check_if_idle(connection: PooledConnection) -> None:
    if time.monotonic() - connection.idle_since > TRUSTED_IDLE_SECONDS:
        ConnectionPool.check_connection(connection)
