"""Keeps one worker process beside gunicorn: begun with it, begun again when it dies, ended with it."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock, Thread

from authflow.log import log_warning
from authflow.restart_pause import RestartPause

# Seconds.
FIRST_BACK_OFF = 1.0
LONGEST_BACK_OFF = 5.0
HEALTHY_AFTER = 30.0
STOP_PATIENCE = 5.0
# Where this package lies: gunicorn may have been told (--pythonpath), which no other process knows. The directory
# that gunicorn runs in is not looked into (-P): it may hold anything.
PACKAGES = str(Path(__file__).parents[2])
START = "import sys; sys.path.append(sys.argv.pop(1)); from authflow.commands.main import main; sys.exit(main())"

# Popen waits until the last copy of a pipe is closed. A gunicorn worker that was forked in this very moment would
# hold one, for as long as it lives: so no fork meets a Popen.
_beginning = Lock()
os.register_at_fork(
    before=_beginning.acquire, after_in_parent=_beginning.release, after_in_child=_beginning.release
)


@dataclass
class Keeper:
    """Works in a thread of gunicorn's master, which serves no requests."""

    _stopping: Event = field(default_factory=Event)
    _changing: Lock = field(default_factory=Lock)
    _process: subprocess.Popen[bytes] | None = None
    _thread: Thread | None = None

    def start(self) -> None:
        self._stopping.clear()
        self._thread = Thread(target=self._keep, name="worker-keeper", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """TERM, some patience, KILL."""
        self._stopping.set()
        with self._changing:
            if self._process is not None:
                _end(self._process)
        if self._thread is not None:
            self._thread.join(STOP_PATIENCE)

    def restart(self) -> None:
        self.stop()
        self.start()

    def _keep(self) -> None:
        restart_pause = RestartPause(FIRST_BACK_OFF, LONGEST_BACK_OFF, HEALTHY_AFTER)
        while not self._stopping.is_set():
            started_at = time.monotonic()
            event, reason = self._live_once()
            if self._stopping.is_set():
                return
            pause = restart_pause.after(time.monotonic() - started_at)
            log_warning(event, **reason, start_again_in=pause)
            self._stopping.wait(pause)

    def _live_once(self) -> tuple[str, dict[str, str]]:
        """From the start of a worker to its death. To start one there may be no memory or no interpreter."""
        try:
            process = self._begin()
            if process is not None:
                process.wait()
        except Exception as error:  # noqa: BLE001, of a keeper that ends, nobody would hear
            return "worker_not_started", {"reason": type(error).__name__}
        return "worker_died", {}

    def _begin(self) -> subprocess.Popen[bytes] | None:
        """None once it is to stop: no process may be begun behind the back of `stop`."""
        with self._changing:
            if self._stopping.is_set():
                return None
            with _beginning:
                # A session of its own: Ctrl-C in a terminal is for gunicorn, which ends it after the last request.
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-c", START, PACKAGES, "worker", "--parent", str(os.getpid())],
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                )
            return self._process


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(STOP_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()


# Of this process. HUP reads gunicorn's configuration again, but not this module.
keeper = Keeper()
