"""The queue in tests: filled, worked off in this process, looked at, made older."""

import asyncio
from typing import Any

from procrastinate import App
from psycopg import Connection
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

from authflow.database.transaction import Database
from authflow.domain.device import Device
from authflow.domain.jobs import PasswordChangedMail
from authflow.services.job_queue import JobQueueService
from authflow.worker.app import Handlers, make_worker_app


def work_off(queue: JobQueueService, database_url: str, handlers: Handlers) -> None:
    """Every job that is due is attempted, as the worker does it; without the schedule."""
    asyncio.run(_work_off(make_worker_app(queue, handlers), database_url))


async def _work_off(app: App, database_url: str) -> None:
    async with AsyncConnectionPool(database_url, min_size=1, open=False) as pool, app.open_async(pool):
        await app.run_worker_async(
            wait=False, install_signal_handlers=False, listen_notify=False, delete_jobs="successful"
        )


def changed(user_id: int = 7) -> PasswordChangedMail:
    """A job whose mail goes to that account."""
    return PasswordChangedMail.caused_by(Device("192.0.2.1", "Firefox"), f"mail-{user_id}", user_id=user_id)


def add_mails(connection: Connection, database: Database, number: int) -> set[str]:
    """A mail to each of so many new accounts; their addresses."""
    rows = connection.execute(
        """
        INSERT INTO users (username, email, email_canonical, password_hash)
        SELECT 'Ada', email, email, 'x'
        FROM (SELECT 'ada.' || gen_random_uuid() || '@example.com' AS email
              FROM generate_series(1, %s)) AS emails
        RETURNING id, email
        """,
        [number],
    ).fetchall()
    for user_id, _ in rows:
        database.autocommit.jobs.add(changed(user_id))
    return {email for _, email in rows}


def silence_workers(connection: Connection) -> None:
    """As if nothing had been heard of any worker for a minute."""
    connection.execute("UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 minute'")


def list_jobs(connection: Connection) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        sql = "SELECT id, task_name, args, status, attempts, scheduled_at FROM procrastinate_jobs ORDER BY id"
        return cursor.execute(sql).fetchall()


def make_due(connection: Connection) -> None:
    """As if the back-off of every job were over."""
    connection.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")


def age_jobs(connection: Connection, seconds: float) -> None:
    """As if every job had been added, tried and ended `seconds` earlier."""
    connection.execute(
        "UPDATE procrastinate_events SET at = at - make_interval(secs => %(seconds)s)", {"seconds": seconds}
    )
