"""Look after the queue: how old a job is, what waits, what was given up, what a dead worker left behind."""

from dataclasses import dataclass

from authflow.database.transaction import Database
from authflow.domain.queued_job import Added, DeadLetter, JobCount
from authflow.domain.withheld_mail import Withheld
from authflow.log import log_event, log_warning

# Dead letters that are shown, and jobs that one statement changes.
SHOWN = 100
BATCH = 1_000


@dataclass(frozen=True)
class JobQueueService:
    """Every method raises DatabaseUnavailable."""

    database: Database

    def find_added(self, job_id: int) -> Added | None:
        return self.database.once.jobs.find_added(job_id)

    def list_counts(self) -> list[JobCount]:
        return self.database.once.jobs.list_counts()

    def find_silence(self) -> float | None:
        """Seconds since any worker gave a sign of life; None where none is known."""
        return self.database.once.jobs.find_last_heartbeat()

    def count_waiting(self) -> int:
        return sum(each.jobs for each in self.list_counts() if each.state == "todo")

    def list_withheld(self) -> list[Withheld]:
        """Mails that did not go as their mailbox had its share."""
        return self.database.once.withheld_mails.list_all()

    def list_dead_letters(self) -> list[DeadLetter]:
        """The latest, at most SHOWN."""
        return self.database.once.jobs.list_dead_letters(SHOWN)

    def retry_dead_letters(self, job_id: int | None = None) -> int:
        """How many wait for an attempt again. Whatever has outlived its use will soon be given up again."""
        retried = latest = 0
        # Upwards, so that what is given up again meanwhile is not met a second time.
        while ids := self.database.once.jobs.retry_dead_letters(latest, BATCH, job_id):
            retried, latest = retried + len(ids), max(ids)
        log_event("jobs_retried", jobs=retried)
        return retried

    def retake_stalled(self, silent_for: int) -> None:
        """Whatever is under way in a worker that was silent for so many seconds waits for an attempt again."""
        for job in self.database.once.jobs.retake_stalled(silent_for):
            log_warning("job_retaken", job_id=job.id, task=job.task)
