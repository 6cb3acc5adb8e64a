"""One process that the supervisor keeps running."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from authflow.restart_pause import RestartPause


def _new_pause() -> RestartPause:
    return RestartPause(first=0.5, longest=8.0, healthy_after=10.0)


@dataclass
class Child:
    name: str
    argv: Sequence[str]
    environment: Mapping[str, str]
    directory: Path | None = None
    _process: subprocess.Popen[bytes] | None = None
    _started_at: float = 0.0
    _start_again_at: float = 0.0
    _pause: RestartPause = field(default_factory=_new_pause)

    def start(self) -> None:
        # A session of its own: Ctrl-C in the terminal is for the supervisor alone, and whatever the process
        # leaves behind can be killed with its group. Its input ends when we do, however we end.
        self._process = subprocess.Popen(
            self.argv,
            cwd=self.directory,
            env=self.environment,
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        self._started_at = time.monotonic()

    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def revive(self, say: Callable[[str], None]) -> None:
        """Start it again if it died, after a pause that grows from death to death; to be called in turns."""
        if self.is_alive():
            return
        if self._process is not None:
            self._bury(self._process.returncode, say)
        elif time.monotonic() >= self._start_again_at:
            self.start()

    def ask_to_end(self) -> None:
        self._pause = _new_pause()
        if self._process is not None and self.is_alive():
            self._process.terminate()

    def kill(self) -> None:
        """End it now, with everything that it started."""
        if self._process is None:
            return
        with suppress(ProcessLookupError, PermissionError):  # macOS says the latter of a group of the dead
            os.killpg(self._process.pid, signal.SIGKILL)
        with self._process:
            self._process = None

    def _bury(self, status: int, say: Callable[[str], None]) -> None:
        self.kill()
        now = time.monotonic()
        pause = self._pause.after(now - self._started_at)
        self._start_again_at = now + pause
        say(f"{self.name} ended by itself (status {status}): starting it again in {pause:g} s")
