"""How every process connects: what it relies on is set, whatever the defaults are, and no silence is waited out.

A host that was lost, a NAT that forgot, a server that was stopped: nothing comes, not even an error, and the
timeouts of PostgreSQL cannot help, as they are kept by the one who is silent.
"""

from collections.abc import AsyncGenerator, Mapping
from typing import Any, LiteralString, Self, TypeVar

import psycopg
from psycopg import AsyncConnection, Connection, Notify, pq
from psycopg.abc import PQGen
from psycopg.conninfo import make_conninfo

from authflow import request_deadline, turns

T = TypeVar("T")
# Seconds, for each host of an address that names several.
CONNECT_SECONDS = 3
# Seconds that an answer may take: more than PostgreSQL gives a statement, so that usually it says what was waited
# for, and no more than a request has left.
ANSWER_SECONDS = 1.5
# Nobody waits for the worker; its statements have no timeout of PostgreSQL's.
WORKER_ANSWER_SECONDS = 3.0
NOTIFIES_SECONDS = 3_600.0
# Seconds after which a statement is one that waits, for a lock or a slow disk: it leaves its turn to others.
INTERVAL = 0.005


# Beside the address. By TCP a lost host is noticed within 8 s where nobody asks anything of it, within 5 s (given
# in milliseconds) where something was sent. No `options`: a pooler in between may refuse those.
CONNECTING: dict[str, str | int] = {
    "connect_timeout": CONNECT_SECONDS,
    "client_encoding": "utf8",
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "tcp_user_timeout": 5_000,
}
# What we rely on and a server, a database or a role may have other defaults for. Not the search_path, which says
# in which schema we live. What a release does not know is left out.
PINNED = {
    "DateStyle": "ISO, MDY",
    "IntervalStyle": "postgres",
    "TimeZone": "UTC",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "array_nulls": "on",
    "standard_conforming_strings": "on",
    "transform_null_equals": "off",
    "row_security": "on",
    "default_transaction_isolation": "read committed",
    "default_transaction_read_only": "off",
    "default_transaction_deferrable": "off",
    "idle_session_timeout": "0",
    "transaction_timeout": "0",
}
SET: LiteralString = """
    SELECT set_config(name, value, false)
    FROM unnest(%s::text[], %s::text[]) AS wanted (name, value)
    WHERE current_setting(name, true) IS NOT NULL
"""


# An option of psycopg's.
UNPREPARED: dict[str, Any] = {"prepare_threshold": None}


class SilentDatabase(psycopg.errors.ConnectionTimeout):
    """No answer came in time; the connection is closed, as it would come later, to another question."""


class BoundedConnection(Connection[Any]):
    """Of everything that it asks it expects the answer within a time."""

    answer_seconds: float = ANSWER_SECONDS
    # See `connect` below.
    pooled: bool = False

    @classmethod
    def connect(cls, conninfo: str = "", **options: Any) -> Self:
        pooled = options.pop("pooled", False)
        connection = super().connect(conninfo, **options, **(UNPREPARED if pooled else {}))
        connection.pooled = pooled
        return connection

    def wait(self, gen: PQGen[T], interval: float = INTERVAL, timeout: float | None = None) -> T:
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            seconds = request_deadline.left_to_hear(at_most=self.answer_seconds)
            return super().wait(_leaving_turn(gen), interval, seconds)
        except psycopg.OperationalError as error:
            raise _heard(self.pgconn, error) from error


class BoundedAsyncConnection(AsyncConnection[Any]):
    """Likewise, for the worker, which waits for notifications too: for these as long as it likes."""

    answer_seconds: float = WORKER_ANSWER_SECONDS

    async def wait(self, gen: PQGen[T], interval: float = INTERVAL, timeout: float | None = None) -> T:
        if timeout is not None:
            return await super().wait(gen, interval, timeout)
        try:
            return await super().wait(gen, interval, self.answer_seconds)
        except psycopg.OperationalError as error:
            raise _heard(self.pgconn, error) from error

    def notifies(self, *, timeout: float | None = None, stop_after: int | None = None) -> AsyncGenerator[Notify]:
        return super().notifies(timeout=NOTIFIES_SECONDS if timeout is None else timeout, stop_after=stop_after)

    @classmethod
    async def connect(cls, conninfo: str = "", **options: Any) -> Self:
        # Here, as procrastinate makes some past the pool.
        pooled = options.pop("pooled", False)
        connection = await super().connect(conninfo, **options, **(UNPREPARED if pooled else {}))
        if pooled:
            return connection
        await connection.set_autocommit(True)
        await connection.execute(SET, pairs(PINNED))
        await connection.set_autocommit(options.get("autocommit", False))
        return connection


def _leaving_turn(gen: PQGen[T]) -> PQGen[T]:
    """The same, which leaves its turn once nothing was heard for a while."""
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            if not ready:
                turns.leave()
            wanted = gen.send(ready)
    except StopIteration as end:
        result: T = end.value
        return result


def pairs(settings: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """As `SET` takes them."""
    return [*settings], [*settings.values()]


def conninfo(url: str) -> str:
    return make_conninfo(url, **CONNECTING)


def connect(url: str, *, pooled: bool = False) -> BoundedConnection:
    """A connection in autocommit, for a command. Raises psycopg.Error.

    `pooled`: by a pooler that lends connections to PostgreSQL for one transaction each. What is set on one, or
    prepared there, is met by whoever is lent it next; so nothing is, and the role brings what we rely on.
    """
    connection = BoundedConnection.connect(conninfo(url), autocommit=True, pooled=pooled)
    if not pooled:
        connection.execute(SET, pairs(PINNED))
    return connection


def _heard(connection: pq.abc.PGconn, error: psycopg.OperationalError) -> psycopg.OperationalError:
    """What the server said; or, if its answer is still to come, that it is silent."""
    if connection.transaction_status != pq.TransactionStatus.ACTIVE:
        return error
    connection.finish()
    # Only now: imported before a server has said where its processes count together, each would count for itself.
    from authflow import metrics

    metrics.DATABASE_SILENT.inc()
    return SilentDatabase("the database did not answer in time")
