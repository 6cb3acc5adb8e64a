"""A server that is started as an operator does it: in an empty directory, by a program and its words."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.support.server import STOP_PATIENCE, environment_with, wait_until

# Seconds.
START_PATIENCE = 30.0


@dataclass(frozen=True)
class Started:
    process: "subprocess.Popen[bytes]"
    log: Path

    def said(self, word: str) -> bool:
        """By a line in whatever form: without the settings gunicorn writes its own."""
        return bool(re.search(rf"\b{word}\b", self.log.read_text()))

    def wait_for(self, word: str) -> None:
        wait_until(lambda: self.said(word), START_PATIENCE)


@contextmanager
def started(directory: Path, environment: dict[str, str], *program: str) -> Iterator[Started]:
    """`python -m` that program, and what it is told."""
    log = directory / "server.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *program],
            cwd=directory,
            # Without the settings gunicorn would open a control socket in the home directory.
            env=environment_with({**environment, "HOME": str(directory)}),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield Started(process, log)
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_PATIENCE)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
