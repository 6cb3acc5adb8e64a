"""Jobs whose task this release does not have: they wait for one that has it, and are given up after a day."""

from typing import Any

from procrastinate import App, JobContext
from procrastinate.tasks import Task

from authflow.domain.durations import DAY
from authflow.services.job_queue import JobQueueService
from authflow.worker.delivery import OfAnotherRelease, refuse_older
from authflow.worker.retry import BackOff
from authflow.worker.schedule import QUEUE

AnyTask = Task[Any, Any, Any]


class Tasks(dict[str, AnyTask]):
    """The library would make an unknown job a dead letter at once, and say so nowhere."""

    def __init__(self, known: dict[str, AnyTask], unknown: AnyTask) -> None:
        super().__init__(known)
        self._unknown = unknown

    def get(self, key: str, default: Any = None, /) -> Any:  # noqa: ARG002, there is always one
        return super().get(key, self._unknown)


def add_unknown(app: App, queue: JobQueueService) -> None:
    """To be called when every task is there."""

    def wait_for_another(context: JobContext, /, **_arguments: Any) -> None:
        job = context.job
        # A chore comes again by the clock of the release that has it.
        added = queue.find_added(job.id) if job.id and job.queue != QUEUE else None
        if added is not None:
            refuse_older(added.age, DAY)
            raise OfAnotherRelease("of another release: there is no such task in this one")

    unknown = Task(
        wait_for_another, blueprint=app, name="unknown", queue=QUEUE, pass_context=True, retry=BackOff()
    )
    app.tasks = Tasks(app.tasks, unknown)
