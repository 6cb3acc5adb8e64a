"""What is done by the clock, once for all workers: procrastinate adds one job for each of these moments."""

from collections.abc import Callable
from dataclasses import dataclass

from procrastinate import App

from authflow.bootstrap import Services
from authflow.log import log_warning
from authflow.worker.failure_reason import reason_of

# In cron's language, as croniter reads it: a sixth field counts seconds.
EVERY_TEN_SECONDS = "* * * * * */10"
# Seconds. A worker gives a sign of life every 5.
SILENT_FOR = 15
QUEUE = "schedule"
# Before any mail that waits: a queue that is long must not stay without care.
PRIORITY = 1


@dataclass(frozen=True)
class Chore:
    """Its failure is one line of the log: it comes again soon, and is no dead letter."""

    name: str
    work: Callable[[], object]

    def run(self, timestamp: int) -> None:  # noqa: ARG002, procrastinate's name for the moment
        try:
            self.work()
        except Exception as error:  # noqa: BLE001, see above
            log_warning("chore_failed", task=self.name, reason=reason_of(error))


def add_schedule(app: App, services: Services) -> None:
    retaking = Chore("retake_stalled", lambda: services.job_queue.retake_stalled(SILENT_FOR))
    sweeping = Chore("sweep", services.sweeping.sweep)
    for chore in (retaking, sweeping):
        task = app.task(name=chore.name, queue=QUEUE, priority=PRIORITY)(chore.run)
        app.periodic(cron=EVERY_TEN_SECONDS)(task)
