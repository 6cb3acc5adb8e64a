"""When a mail that was not sent is tried again, if ever."""

from datetime import UTC, datetime, timedelta

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

from authflow.crypto.randomness import new_jitter
from authflow.log import log_warning
from authflow.mail.sender import MailNotSent
from authflow.worker.delivery import OfAnotherRelease, TooOld
from authflow.worker.failure_reason import reason_of

# Seconds. Once the other side is back, every mail is out within a minute.
LONGEST_BACK_OFF = 30
# What only another release can send waits for a deploy: that is soon, or no time known.
LONGEST_FOR_A_RELEASE = 300
# What another side asks for is believed up to here.
LONGEST_ASKED_FOR = 3_600


class BackOff(BaseRetryStrategy):
    """1, 2, 4, … 30 seconds, less up to a half by chance: after an outage not all come at once."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        about = {"job_id": job.id, "task": job.task_name, "attempt": job.attempts + 1}
        if _is_final(exception):
            log_warning("mail_given_up", **about, reason=reason_of(exception))
            return None
        seconds = seconds_until_retry(exception, job.attempts)
        log_warning("mail_not_sent", **about, reason=reason_of(exception), retry_in=round(seconds, 1))
        return RetryDecision(retry_at=datetime.now(UTC) + timedelta(seconds=seconds))


def seconds_until_retry(error: BaseException, earlier_attempts: int) -> float:
    longest = LONGEST_FOR_A_RELEASE if isinstance(error, OfAnotherRelease) else LONGEST_BACK_OFF
    back_off = new_jitter() * min(longest, 2 ** min(earlier_attempts, LONGEST_BACK_OFF))
    asked_for = error.retry_after if isinstance(error, MailNotSent) else None
    return max(back_off, min(asked_for or 0, LONGEST_ASKED_FOR))


def _is_final(error: BaseException) -> bool:
    return isinstance(error, TooOld) or (isinstance(error, MailNotSent) and error.is_final)
