"""Ctrl-C, a TERM and a closed terminal, as something to wait for.

Told through a pipe: an exception out of a signal handler could cut the start of a process in two, and that
process would stay behind.
"""

import os
import select
import signal
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass
class StopRequests:
    pipe: int
    came: bool = False

    def wait(self, seconds: float) -> bool:
        """Whether a request, or a further one, comes within the time."""
        readable, _, _ = select.select([self.pipe], [], [], seconds)
        if readable:
            os.read(self.pipe, 1)
            self.came = True
        return bool(readable)


@contextmanager
def stop_requests() -> Generator[StopRequests]:
    """Collect them instead of dying of them; in the main thread."""
    reading, writing = os.pipe()

    def tell(_number: int, _frame: FrameType | None) -> None:
        os.write(writing, b".")

    before = {number: signal.getsignal(number) for number in SIGNALS}
    for number, handler in before.items():
        # `nohup` ignores a closed terminal on purpose.
        if (number, handler) != (signal.SIGHUP, signal.SIG_IGN):
            signal.signal(number, tell)
    try:
        yield StopRequests(reading)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(reading)
        os.close(writing)
