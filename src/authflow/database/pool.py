"""The connections of this process: opened late, checked when they sat idle, never waited for long."""

import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

import psycopg
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout

from authflow import request_deadline, turns
from authflow.database.connecting import ANSWER_SECONDS, PINNED, SET, BoundedConnection, conninfo, pairs
from authflow.database.pool_log import thin_pool_log
from authflow.errors import DatabaseUnavailable

# Seconds that a request waits for a connection before it is answered 503.
MAX_WAIT = 1.0
# A connection that is lent for a moment only is waited for with everything else at rest.
SOON = 0.002
# A connection that was used a moment ago is alive; asking it would be a second round trip.
TRUSTED_IDLE_SECONDS = 1.0
# A good one answers in a millisecond, and if this one is silent another may do, within the same request.
CHECK_SECONDS = 0.4
# The pool doubles its pause after each failure to connect, without an end. So it gives up soon: whoever comes next
# makes it try again at once, and after an outage of any length nobody waits for the end of a pause.
RECONNECT_SECONDS = 1.5
# With the patience of a request (2 s) these keep every answer under 3 s, whatever is locked. Milliseconds.
TIMEOUTS = {
    "statement_timeout": "900",
    "lock_timeout": "700",
    "idle_in_transaction_session_timeout": "5000",
}
# Errors that another try may not meet: connection lost, server starting or stopping, timeout, deadlock,
# a primary that has become a standby, a right that the role lacks (`/ready` and `authflow doctor` say which).
PASSING = (
    psycopg.OperationalError,
    psycopg.errors.ReadOnlySqlTransaction,
    psycopg.errors.InsufficientPrivilege,
    PoolTimeout,
    PoolClosed,
)


class PooledConnection(BoundedConnection):
    """A connection that knows since when nobody used it."""

    idle_since: float = 0.0

    def is_alive(self) -> bool:
        """Asks, if it sat idle."""
        if time.monotonic() - self.idle_since <= TRUSTED_IDLE_SECONDS:
            return True
        self.answer_seconds = CHECK_SECONDS
        try:
            self.execute("")
        except psycopg.Error:
            return False
        self.answer_seconds = ANSWER_SECONDS
        return True


@dataclass(frozen=True, slots=True)
class PoolLoad:
    """Connections in all, those that nobody uses, and the callers who wait for one."""

    size: int
    available: int
    waiting: int


class Pool:
    """`pooled`: by a pooler in front of PostgreSQL, see `connecting.connect`."""

    def __init__(
        self,
        url: str,
        size: int,
        connection_class: type[PooledConnection] = PooledConnection,
        *,
        pooled: bool = False,
    ) -> None:
        thin_pool_log()
        self.pooled = pooled
        self._opening = Lock()
        self._pool = ConnectionPool(
            conninfo(url),
            connection_class=connection_class,
            kwargs={"autocommit": True, "pooled": pooled},
            min_size=min(2, size),
            max_size=size,
            timeout=MAX_WAIT,
            reconnect_timeout=RECONNECT_SECONDS,
            configure=_configure,
            open=False,
        )

    @contextmanager
    def connection(self) -> Generator[PooledConnection]:
        """A live connection in autocommit. Raises DatabaseUnavailable, also for what fails while it is lent."""
        try:
            connection = self._live()
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

    def _live(self) -> PooledConnection:
        """Of those that died while they sat idle as many are thrown away as the time allows."""
        pool, until = self._opened(), time.monotonic() + request_deadline.left(at_most=MAX_WAIT)
        while not (connection := _lent(pool, until)).is_alive():
            pool.putconn(connection)
        return connection

    def _opened(self) -> ConnectionPool[PooledConnection]:
        # At the first request, so after a web server has forked: its threads would not survive the fork.
        if self._pool.closed:
            with self._opening:
                self._pool.open()
        return self._pool


def _lent(pool: ConnectionPool[PooledConnection], until: float) -> PooledConnection:
    """Raises PoolTimeout. While all are lent, somebody else may have the turn."""
    try:
        return pool.getconn(min(SOON, until - time.monotonic()))
    except PoolTimeout:
        turns.leave()
        return pool.getconn(until - time.monotonic())


def _configure(connection: PooledConnection) -> None:
    if not connection.pooled:
        connection.execute(SET, pairs(TIMEOUTS | PINNED))
    connection.idle_since = time.monotonic()
