"""The worker as it runs in production: a process of its own, with its log in a file."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.server import CHECKOUT, environment_with, wait_until

# Seconds.
START_PATIENCE = 30.0
STOP_PATIENCE = 20.0
PROGRAM = ("-m", "authflow")
# It has as long to finish as a busy machine may need for that; seconds.
UNHURRIED = (
    "-c",
    """
import sys
from authflow.commands.main import main
from authflow.worker import process
process.END_PATIENCE = 60
process.OPTIONS["shutdown_graceful_timeout"] = 60
sys.exit(main())
""",
)


@dataclass(frozen=True)
class Worker:
    process: "subprocess.Popen[bytes]"
    log: Path

    def lines(self) -> list[dict[str, Any]]:
        """The log so far; every line of it must be JSON."""
        text = self.log.read_text()
        return [json.loads(line) for line in text.splitlines(keepends=True) if line[-1] == "\n"]

    def events(self, name: str) -> list[dict[str, Any]]:
        return [line for line in self.lines() if line["event"] == name]

    def wait_for(self, event: str, times: int = 1, seconds: float = START_PATIENCE) -> list[dict[str, Any]]:
        wait_until(lambda: len(self.events(event)) >= times, seconds)
        return self.events(event)

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        self.process.terminate()
        return self.process.wait(STOP_PATIENCE)

    def kill(self) -> None:
        """With everything that it started."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def start_worker(
    environment: Mapping[str, str], log: Path, *arguments: str, program: Sequence[str] = PROGRAM
) -> Worker:
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, *program, "worker", *arguments],
            cwd=CHECKOUT,
            env=environment_with(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    return Worker(process, log)


@contextmanager
def running_worker(
    environment: Mapping[str, str], log: Path, *arguments: str, program: Sequence[str] = PROGRAM
) -> Generator[Worker]:
    """Killed at the end of the block, whatever a test did to it."""
    worker = start_worker(environment, log, *arguments, program=program)
    try:
        yield worker
    finally:
        worker.kill()


def is_running(process_id: int) -> bool:
    """Also false of a process that has ended and waits for somebody to ask how."""
    if Path("/proc/self/stat").exists():
        # A bare Debian has no `ps`.
        with suppress(FileNotFoundError, ProcessLookupError):
            return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
        return False
    asked = ["ps", "-o", "stat=", "-p", str(process_id)]
    state = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    return bool(state) and not state.startswith("Z")
