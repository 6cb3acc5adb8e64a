"""Keeps the processes of `authflow dev`: new after a change, again after a death, gone after Ctrl-C."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from authflow.local.child import Child
from authflow.local.source_watch import SourceWatch
from authflow.local.stop_requests import StopRequests, stop_requests

# Seconds.
POLL_INTERVAL = 0.3
# Editors and `git checkout` write many files: one restart is enough for them all.
QUIET_INTERVAL = 0.1
STOP_POLL_INTERVAL = 0.02
STOP_PATIENCE = 6.0


@dataclass(frozen=True)
class Supervisor:
    """`prepare` is called between the end of the old processes and the start of the new ones."""

    children: Sequence[Child]
    sources: SourceWatch
    say: Callable[[str], None]
    prepare: Callable[[], object]

    def run(self) -> None:
        """Returns after a request to stop, when nothing of the children is left."""
        with stop_requests() as requests:
            try:
                self._start()
                while not (requests.came or requests.wait(POLL_INTERVAL)):
                    self._turn(requests)
            finally:
                self._stop(requests)

    def _start(self) -> None:
        for child in self.children:
            child.start()

    def _turn(self, requests: StopRequests) -> None:
        changed = self.sources.changed()
        if changed is None:
            for child in self.children:
                child.revive(self.say)
        else:
            self.say(f"{changed.name} changed: restarting")
            self._restart(requests)

    def _restart(self, requests: StopRequests) -> None:
        while not requests.wait(QUIET_INTERVAL) and self.sources.changed():
            pass
        self._stop(requests)
        if not requests.came:
            self.prepare()
            self._start()

    def _stop(self, requests: StopRequests) -> None:
        """TERM, some patience, the end; without patience for someone who presses Ctrl-C again."""
        for child in self.children:
            child.ask_to_end()
        end = time.monotonic() + STOP_PATIENCE
        while any(child.is_alive() for child in self.children):
            if requests.wait(STOP_POLL_INTERVAL) or time.monotonic() > end:
                break
        for child in self.children:
            child.kill()
