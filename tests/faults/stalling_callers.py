"""Callers who send all that is taken from them and read nothing: in a process of their own.

So they cost a watcher nothing but what the server makes of them. Run as a program: its port, how many, how often
each sends the request that comes on its standard input. It ends when it is killed.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager

# Seconds in which nothing was taken, after which nothing more will be.
QUIET = 1.0
PIECE = 64 * 1024


@contextmanager
def stalling(port: int, count: int, request: bytes, times: int) -> Generator[None]:
    """For the time of the block."""
    argv = [sys.executable, __file__, str(port), str(count), str(times)]
    with subprocess.Popen(argv, stdin=subprocess.PIPE) as process:
        try:
            assert process.stdin
            process.stdin.write(request)
            process.stdin.close()
            yield
            assert process.poll() is None
        finally:
            process.kill()


def stall_for_ever(port: int, count: int, request: bytes, times: int) -> None:
    callers = [socket.create_connection(("127.0.0.1", port)) for _ in range(count)]
    left = {caller: memoryview(request * times) for caller in callers if request}
    for caller in callers:
        caller.setblocking(False)
    last = time.monotonic()
    while left and time.monotonic() - last < QUIET:
        for caller in list(left):
            if sent := _sent(caller, left[caller][:PIECE]):
                last = time.monotonic()
                left[caller] = left[caller][sent:]
            if not left[caller]:
                del left[caller]
        time.sleep(0.01)
    while True:
        time.sleep(60)


def _sent(caller: socket.socket, data: memoryview) -> int:
    try:
        return caller.send(data)
    except BlockingIOError:
        return 0
    except OSError:
        # It was given up.
        return len(data)


if __name__ == "__main__":
    stall_for_ever(int(sys.argv[1]), int(sys.argv[2]), sys.stdin.buffer.read(), int(sys.argv[3]))
