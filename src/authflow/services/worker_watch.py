"""Say in the log that no worker lives: nobody else would, where none was ever started."""

import time
from dataclasses import dataclass, field
from threading import Lock, Thread

from authflow.log import log_warning
from authflow.services.job_queue import JobQueueService

# Seconds. A worker gives a sign of life every 5, and a deploy is over by then.
SILENT_FOR = 60
LOOK_EVERY = 60
# As long as it goes on.
SAY_AGAIN_AFTER = 600


@dataclass
class WorkerWatch:
    """Looks when requests come, never more often than once a minute, and lets none of them wait."""

    queue: JobQueueService
    _next_look: float = field(default_factory=lambda: time.monotonic() + LOOK_EVERY)
    _choosing: Lock = field(default_factory=Lock)

    def look_now_and_then(self) -> None:
        """Looks now and then, in a thread of its own: no request waits for it."""
        if time.monotonic() < self._next_look:
            return
        with self._choosing:
            if time.monotonic() < self._next_look:
                return
            self._next_look = time.monotonic() + LOOK_EVERY
        Thread(target=self.look, name="worker-watch", daemon=True).start()

    def look(self) -> None:
        """Says in the log that no worker was heard of for too long."""
        try:
            silent_for, waiting = self.queue.find_silence(), self.queue.count_waiting()
        except Exception as error:  # noqa: BLE001, a database that is away is said elsewhere
            log_warning("worker_not_looked_for", reason=type(error).__name__)
            return
        if silent_for is None or silent_for > SILENT_FOR:
            log_warning(
                "worker_silent",
                silent_for=None if silent_for is None else round(silent_for),
                jobs_waiting=waiting,
                hint="no mail leaves: `authflow doctor` and the worker's log say more",
            )
            self._next_look = time.monotonic() + SAY_AGAIN_AFTER
