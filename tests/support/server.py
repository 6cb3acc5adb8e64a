"""The real thing, as in production: gunicorn with the shipped configuration, several workers, a log in a file."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).parents[2]
# Of our own environment the server is given no more than it needs to be found: it is configured by the test.
PASSED_ON = ("PATH", "PYTHONPATH")
SHIPPED = "wsgi:app"
LISTENING = "Listening at: http://127.0.0.1:"
BOOTING = "Booting worker with pid: "
# Worker exiting (pid: …), Worker (pid:…) was sent SIGKILL!, Worker (pid:…) exited with code …
ENDING = "Worker "
# Seconds.
START_PATIENCE = 120.0
STOP_PATIENCE = 60.0
LOOK_AGAIN = 0.01
A_MOMENT = 0.1
# Stopped, or dead: what a process can be that does nothing.
HELD = {"T", "t", "Z", "X"}


def wait_until(what: Callable[[], object], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(LOOK_AGAIN)


def environment_with(settings: Mapping[str, str]) -> dict[str, str]:
    """Of a program that is started: what it is told, and no more of ours than it needs to be found."""
    return {**{name: os.environ[name] for name in PASSED_ON if name in os.environ}, **settings}


def any_free_port() -> int:
    """Of 127.0.0.1, where nobody listens yet."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        return listener.getsockname()[1]


def hold_still(process_id: int) -> None:
    """Of many threads each stops by itself, a moment later: until then one could still accept a connection."""
    os.kill(process_id, signal.SIGSTOP)
    tasks = Path(f"/proc/{process_id}/task")
    if tasks.exists():
        wait_until(lambda: all(_state(task) in HELD for task in tasks.iterdir()))
    else:
        time.sleep(A_MOMENT)


def _state(task: Path) -> str:
    return (task / "stat").read_text().rpartition(")")[2].split()[0]


@dataclass(frozen=True)
class Server:
    """A gunicorn master, its workers and their log."""

    process: "subprocess.Popen[bytes]"
    log: Path
    size: int

    @cached_property
    def port(self) -> int:
        """Of 127.0.0.1: chosen by the system, told by the log."""
        return int(self._said(LISTENING)[0].split()[0])

    @property
    def workers(self) -> list[int]:
        """The process ids of those that live; by the log, as a dead one's number may be a stranger's by now."""
        ended = {pid for line in self._said(ENDING) for pid in re.findall(r"pid: ?([0-9]+)", line)}
        return [int(pid) for pid in self._said(BOOTING) if pid not in ended]

    @property
    def workers_started(self) -> int:
        return len(self._said(BOOTING))

    def lines(self) -> list[dict[str, Any]]:
        """The log so far; every line of it must be JSON."""
        text = self.log.read_text()
        try:
            return [json.loads(line) for line in text.splitlines(keepends=True) if line[-1] == "\n"]
        except ValueError:
            raise AssertionError(f"not every line is JSON:\n{text}") from None

    def events(self, name: str) -> list[dict[str, Any]]:
        return [line for line in self.lines() if line["event"] == name]

    @contextmanager
    def only(self, worker: int) -> Generator[None]:
        """For the time of the block this worker alone accepts connections: the others are held still."""
        others = [each for each in self.workers if each != worker]
        try:
            for other in others:
                hold_still(other)
            yield
        finally:
            for other in others:
                with suppress(ProcessLookupError):
                    os.kill(other, signal.SIGCONT)

    def is_healthy(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=START_PATIENCE)
        with closing(connection), suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/health")
            return connection.getresponse().status == http.HTTPStatus.OK
        return False

    def is_listening(self) -> bool:
        """Whether the master or any of its workers is left."""
        try:
            socket.create_connection(("127.0.0.1", self.port), START_PATIENCE).close()
        except ConnectionRefusedError:
            return False
        return True

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        self.process.terminate()
        return self.process.wait(STOP_PATIENCE)

    def end(self) -> None:
        """Nothing of it is left, whatever a test did to it."""
        try:
            if self.process.poll() is None:
                # One that takes its time, on a busy machine, is no failure of a test that did not ask.
                with suppress(subprocess.TimeoutExpired):
                    self.stop()
        finally:
            # Its own process group: no other server can be hit.
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def wait_for_start(self) -> None:
        wait_until(lambda: self._has_ended() or self.workers_started == self.size, START_PATIENCE)
        assert not self._has_ended(), self.log.read_text()
        # Every one of them: a worker that still imports would miss the first race.
        for worker in self.workers:
            with self.only(worker):
                assert self.is_healthy(), self.log.read_text()

    def _has_ended(self) -> bool:
        return self.process.poll() is not None

    def _said(self, beginning: str) -> list[str]:
        """What followed in the lines that begin so."""
        events = [line["event"] for line in self.lines()]
        return [event.removeprefix(beginning) for event in events if event.startswith(beginning)]


@contextmanager
def running_server(
    environment: Mapping[str, str],
    log: Path,
    workers: int,
    application: str = SHIPPED,
    options: Sequence[str] = (),
) -> Generator[Server]:
    """A server that answers; stopped at the end of the block."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", application, "-w", str(workers), "-b", "127.0.0.1:0", *options],
            cwd=CHECKOUT,
            env=environment_with(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    server = Server(process, log, workers)
    try:
        server.wait_for_start()
        yield server
    finally:
        server.end()
