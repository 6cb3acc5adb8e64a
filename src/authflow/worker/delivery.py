"""One attempt at a mail: too old a job is not tried, and what came of it is one line of the log."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from procrastinate import JobContext

from authflow.domain.durations import DAY
from authflow.domain.jobs import MailJob
from authflow.log import log_event
from authflow.services.job_queue import JobQueueService

# Of a job and when it was asked for: whether a mail was sent; not where nobody is to be written to.
Handler = Callable[[Any, datetime], bool]


class TooOld(Exception):
    """What the mail is about is over."""


class OfAnotherRelease(Exception):
    """A job that this release cannot read: during an upgrade, or after one was taken back. Another worker may."""


@dataclass(frozen=True)
class JobAttempt:
    """By the age of the request, not by the number of attempts: an outage may take minutes or a day."""

    job_class: type[MailJob]
    handler: Handler
    queue: JobQueueService

    def attempt(self, context: JobContext, /, **arguments: Any) -> None:
        """Raises TooOld, OfAnotherRelease, and whatever the handler raises."""
        job = context.job
        added = self.queue.find_added(job.id) if job.id else None
        if added is None:  # removed by hand
            return
        refuse_older(added.age, DAY)
        mail = self._read({"mail_id": f"job-{job.id}", **arguments})
        refuse_older(added.age, mail.lives_for)
        is_sent = self.handler(mail, added.at)
        outcome = "mail_sent" if is_sent else "mail_not_needed"
        log_event(outcome, job_id=job.id, task=job.task_name, attempt=job.attempts + 1)

    def _read(self, arguments: dict[str, Any]) -> MailJob:
        try:
            return self.job_class.read(arguments)
        except TypeError as error:
            raise OfAnotherRelease(f"of another release: {error}") from None


def refuse_older(age: float, lives_for: int) -> None:
    if age > lives_for:
        raise TooOld(f"older than {lives_for} s")
