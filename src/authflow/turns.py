"""Whose turn it is to run Python: of many request threads two at a time.

All of them share one interpreter. Where thirty run at once they fight for its lock, and each answer takes more of
the processor. Where there are only a few, some logins that wait for a hash slot keep out everybody else. So there
are many, and who begins to wait for something long leaves the turn to another.
"""

import threading
from queue import SimpleQueue

# One computes while the other waits for the database; more of them only change places more often.
AT_ONCE = 2


class Turns(threading.local):
    """Of each thread: whether it is its turn."""

    is_held = False

    def take(self) -> None:
        """Waits for one, unless this thread has it still."""
        if not self.is_held:
            _free.get()
            self.is_held = True

    def leave(self) -> None:
        """To another thread, for the rest of a request that waits; without a turn, nothing."""
        if self.is_held:
            self.is_held = False
            _free.put(None)


_free: "SimpleQueue[None]" = SimpleQueue()
for _ in range(AT_ONCE):
    _free.put(None)
_of_this_thread = Turns()
take, leave = _of_this_thread.take, _of_this_thread.leave
