"""Ends a process whose parent is gone: one that is killed (kill -9) cannot take its children with it."""

import os
import signal
import threading
import time

# Seconds.
LOOK_INTERVAL = 1.0


def exit_with_parent(parent: int | None = None) -> None:
    """Send this process a TERM, so that it ends in order, within a second of its parent's death.

    A parent that tells its process id is missed even if it died before this was called.
    """
    watched = os.getppid() if parent is None else parent
    threading.Thread(target=_watch, args=(watched,), name="orphan-watch", daemon=True).start()


def _watch(parent: int) -> None:
    # An orphan is given to another parent, so no process id can be mistaken for that of the dead one.
    while os.getppid() == parent:
        time.sleep(LOOK_INTERVAL)
    os.kill(os.getpid(), signal.SIGTERM)
