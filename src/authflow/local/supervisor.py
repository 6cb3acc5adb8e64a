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
    """`prepare` is called between the end of the old processes and the start of the new ones.

    `kept` are processes that a change of the sources does not end.
    """

    children: Sequence[Child]
    sources: SourceWatch
    say: Callable[[str], None]
    prepare: Callable[[], object]
    kept: Sequence[Child] = ()

    def run(self) -> None:
        """Returns after a request to stop, when nothing of the children is left."""
        with stop_requests() as requests:
            try:
                _start(self.children)
                _start(self.kept)
                while not (requests.came or requests.wait(POLL_INTERVAL)):
                    self._turn(requests)
            finally:
                self._stop([*self.children, *self.kept], requests)

    def _turn(self, requests: StopRequests) -> None:
        changed = self.sources.changed()
        for child in self.kept if changed else (*self.children, *self.kept):
            child.revive(self.say)
        if changed:
            self.say(f"{changed.name} changed: restarting")
            self._restart(requests)

    def _restart(self, requests: StopRequests) -> None:
        while not requests.wait(QUIET_INTERVAL) and self.sources.changed():
            pass
        self._stop(self.children, requests)
        if not requests.came:
            self.prepare()
            _start(self.children)

    def _stop(self, children: Sequence[Child], requests: StopRequests) -> None:
        """TERM, some patience, the end; without patience for someone who presses Ctrl-C again."""
        for child in children:
            child.ask_to_end()
        end = time.monotonic() + STOP_PATIENCE
        while any(child.is_alive() for child in children):
            if requests.wait(STOP_POLL_INTERVAL) or time.monotonic() > end:
                break
        for child in children:
            child.kill()


def _start(children: Sequence[Child]) -> None:
    for child in children:
        child.start()
