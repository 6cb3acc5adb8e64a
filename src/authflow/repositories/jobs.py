"""The queue in the tables `procrastinate_*`: what is to be done by the worker, and what became of it."""

from dataclasses import asdict

from procrastinate import App, SyncPsycopgConnector
from procrastinate.exceptions import ConnectorException

from authflow.domain.jobs import MailJob
from authflow.domain.queued_job import Added, DeadLetter, JobCount, Stalled
from authflow.repositories.statements import Statements

MAIL_QUEUE = "mail"

# Never opened: every job is added on a connection of ours.
_procrastinate = App(connector=SyncPsycopgConnector())


class Jobs:
    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def add(self, job: MailJob) -> None:
        """In a transaction it is there with the rest or not at all. Raises DatabaseUnavailable."""
        with self._statements.connection() as connection:
            # No queueing_lock, ever: a second such job would fail, and with it the whole transaction.
            task = _procrastinate.configure_task(job.task, queue=MAIL_QUEUE, connection=connection)
            try:
                task.defer(**asdict(job))
            except ConnectorException as error:
                # The driver's own error, which says whether the database is away.
                raise (error.__cause__ or error) from None

    def find_added(self, job_id: int) -> Added | None:
        """When a job was added, and how many seconds ago that is; None where it is gone."""
        rows = self._statements.fetch(
            Added,
            """
            SELECT at, extract(epoch FROM clock_timestamp() - at)::float8 AS age
            FROM procrastinate_events WHERE job_id = %(job_id)s AND type = 'deferred'
            """,
            job_id=job_id,
        )
        return rows[0] if rows else None

    def list_counts(self) -> list[JobCount]:
        """How many jobs there are of each task and state."""
        return self._statements.fetch(
            JobCount,
            """
            SELECT job.status::text AS state, count(*) AS jobs,
                   extract(epoch FROM clock_timestamp() - min(event.at))::float8 AS oldest
            FROM procrastinate_jobs AS job
            JOIN procrastinate_events AS event ON event.job_id = job.id AND event.type = 'deferred'
            GROUP BY job.status ORDER BY job.status
            """,
        )

    def find_last_heartbeat(self) -> float | None:
        """Seconds since any worker gave a sign of life; None where there was none."""
        rows = self._statements.fetch(
            dict[str, float | None],
            """
            SELECT extract(epoch FROM clock_timestamp() - max(last_heartbeat))::float8 AS ago
            FROM procrastinate_workers
            """,
        )
        return rows[0]["ago"]

    def list_dead_letters(self, at_most: int) -> list[DeadLetter]:
        """The latest first."""
        return self._statements.fetch(
            DeadLetter,
            """
            SELECT job.id, job.task_name AS task, job.attempts,
                   min(event.at) FILTER (WHERE event.type = 'deferred') AS added_at,
                   max(event.at) FILTER (WHERE event.type = 'failed') AS failed_at
            FROM procrastinate_jobs AS job JOIN procrastinate_events AS event ON event.job_id = job.id
            WHERE job.status = 'failed'
            GROUP BY job.id ORDER BY job.id DESC LIMIT %(at_most)s
            """,
            at_most=at_most,
        )

    def retry_dead_letters(self, after: int, at_most: int, job_id: int | None = None) -> list[int]:
        """The ids of those that wait for an attempt again: that one, or any whose id is higher than `after`."""
        rows = self._statements.fetch(
            dict[str, int],
            """
            UPDATE procrastinate_jobs SET status = 'todo', scheduled_at = NULL, attempts = 0
            WHERE id = ANY (ARRAY(
                SELECT id FROM procrastinate_jobs
                WHERE status = 'failed' AND id > %(after)s AND (%(job_id)s::bigint IS NULL OR id = %(job_id)s)
                ORDER BY id LIMIT %(at_most)s FOR UPDATE SKIP LOCKED
            ))
            RETURNING id
            """,
            after=after,
            at_most=at_most,
            job_id=job_id,
        )
        return [row["id"] for row in rows]

    def retake_stalled(self, silent_for: int) -> list[Stalled]:
        """Those under way in a worker that is gone, or gave no sign of life for so many seconds."""
        return self._statements.fetch(
            Stalled,
            """
            UPDATE procrastinate_jobs AS job SET status = 'todo', scheduled_at = NULL, attempts = attempts + 1
            WHERE job.status = 'doing' AND NOT EXISTS (
                SELECT FROM procrastinate_workers AS worker
                WHERE worker.id = job.worker_id
                  AND worker.last_heartbeat > clock_timestamp() - make_interval(secs => %(silent_for)s)
            )
            RETURNING job.id, job.task_name AS task
            """,
            silent_for=silent_for,
        )

    def remove_finished(self, days: int, at_most: int) -> int:
        """How many were removed of those whose end is so long ago."""
        return self._statements.execute(
            """
            DELETE FROM procrastinate_jobs WHERE id = ANY (ARRAY(
                SELECT job.id FROM procrastinate_jobs AS job
                WHERE job.status IN ('succeeded', 'failed', 'cancelled', 'aborted') AND NOT EXISTS (
                    SELECT FROM procrastinate_events AS event
                    WHERE event.job_id = job.id AND event.at > clock_timestamp() - make_interval(days => %(days)s)
                )
                ORDER BY job.id LIMIT %(at_most)s FOR UPDATE SKIP LOCKED
            ))
            """,
            days=days,
            at_most=at_most,
        )
