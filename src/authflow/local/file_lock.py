"""Locks on files that the kernel frees when their last holder dies, however it dies (flock)."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

try:
    import fcntl
except ImportError:  # Windows: `can_lock` says so, and nobody locks
    fcntl = None


def can_lock() -> bool:
    return fcntl is not None


@contextmanager
def locked(path: Path) -> Generator[None]:
    """Wait for the lock and hold it."""
    with _opened(path) as lock:
        _flock(lock, "LOCK_EX")
        yield


@contextmanager
def shared(path: Path) -> Generator[None]:
    """Hold the lock together with all others who share it."""
    with _opened(path) as lock:
        _flock(lock, "LOCK_SH")
        yield


@contextmanager
def lock_if_free(path: Path) -> Generator[int | None]:
    """Hold the lock, or give None at once where somebody else does.

    What is given is the open file: a child that inherits it holds the lock too.
    """
    with _opened(path) as lock:
        yield lock if _flock(lock, "LOCK_EX", "LOCK_NB") else None


@contextmanager
def _opened(path: Path) -> Generator[int]:
    # O_NOFOLLOW: root may run in a directory of somebody else, who must not lead it to another file.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        yield descriptor
    finally:
        # Closing, not unlocking: LOCK_UN would take the lock from a child that inherited it as well.
        os.close(descriptor)


def _flock(descriptor: int, *names: Literal["LOCK_EX", "LOCK_SH", "LOCK_NB"]) -> bool:
    if fcntl is None:
        raise OSError("this system has no flock")
    try:
        fcntl.flock(descriptor, sum(getattr(fcntl, name) for name in names))
    except BlockingIOError:
        return False
    return True
