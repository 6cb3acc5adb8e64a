"""What is read off only when somebody wants to know: the pool of this process, the queue in the database."""

import time
from dataclasses import dataclass
from threading import Thread

from authflow import metrics
from authflow.database.pool import Pool
from authflow.domain.mail_budgets import CAUSES
from authflow.log import log_warning
from authflow.metrics import JobsInState, QueueLoad
from authflow.services.job_queue import JobQueueService

# Seconds: so old may be what one process knows of another's pool.
MEASURE_EVERY = 2.0


@dataclass(frozen=True)
class MeasurementService:
    pool: Pool
    queue: JobQueueService

    def report(self) -> bytes:
        """All that was counted, in Prometheus' text format; without the queue while the database is away."""
        self._measure_pool()
        return metrics.exposition(self._queue_load())

    def keep_measuring(self) -> None:
        """To be called after a fork: whichever process is asked answers for all, by what they wrote down."""
        if metrics.IS_SHARED:
            Thread(target=self._keep_measuring, name="measuring", daemon=True).start()

    def _keep_measuring(self) -> None:
        while True:
            self._measure_pool()
            time.sleep(MEASURE_EVERY)

    def _measure_pool(self) -> None:
        load = self.pool.load()
        metrics.POOL_SIZE.set(load.size)
        metrics.POOL_AVAILABLE.set(load.available)
        metrics.POOL_WAITING.set(load.waiting)

    def _queue_load(self) -> QueueLoad | None:
        """Bounded by the patience of a request and by the timeout of its statement."""
        try:
            jobs = [JobsInState(each.state, each.jobs, each.oldest) for each in self.queue.list_counts()]
            withheld = dict.fromkeys(CAUSES, 0) | {each.cause: each.mails for each in self.queue.list_withheld()}
            return QueueLoad(jobs, self.queue.find_silence(), withheld)
        except Exception as error:  # noqa: BLE001, the rest is wanted most when something is broken
            log_warning("queue_not_measured", reason=type(error).__name__)
            return None
