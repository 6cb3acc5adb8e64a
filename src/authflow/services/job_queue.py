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
        """When a job was added, and how many seconds ago that is; None where it is gone."""
        return self.database.autocommit.jobs.find_added(job_id)

    def list_counts(self) -> list[JobCount]:
        """How many jobs there are of each task and state."""
        return self.database.autocommit.jobs.list_counts()

    def find_silence(self) -> float | None:
        """Seconds since any worker gave a sign of life; None where none is known."""
        return self.database.autocommit.jobs.find_last_heartbeat()

    def count_waiting(self) -> int:
        """How many jobs wait for a worker."""
        return sum(each.jobs for each in self.list_counts() if each.state == "todo")

    def list_withheld(self) -> list[Withheld]:
        """Mails that did not go as their mailbox had its share."""
        return self.database.autocommit.withheld_mails.list_all()

    def list_dead_letters(self) -> list[DeadLetter]:
        """The latest, at most SHOWN."""
        return self.database.autocommit.jobs.list_dead_letters(SHOWN)

    def retry_dead_letters(self, job_id: int | None = None) -> int:
        """How many wait for an attempt again. Whatever has outlived its use will soon be given up again."""
        retried = latest = 0
        # Upwards, so that what is given up again meanwhile is not met a second time.
        while ids := self.database.autocommit.jobs.retry_dead_letters(latest, BATCH, job_id):
            retried, latest = retried + len(ids), max(ids)
        log_event("jobs_retried", jobs=retried)
        return retried

    def retake_stalled(self, silent_for: int) -> None:
        """Whatever is under way in a worker that was silent for so many seconds waits for an attempt again."""
        for job in self.database.autocommit.jobs.retake_stalled(silent_for):
            log_warning("job_retaken", job_id=job.id, task=job.task)
