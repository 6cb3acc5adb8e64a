"""What the pool's library says while a database is away: each sentence once a minute, however long that lasts."""

import logging
import time
from threading import Lock

# Every caller makes the pool try again, and each try would be two lines, in each process.
SECONDS = 60.0
_library = logging.getLogger("psycopg.pool")


class OnceAMinute(logging.Filter):
    """By the sentence without its values; says how often it was left out since."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = Lock()
        self._said_at: dict[str, float] = {}
        self._left_out: dict[str, int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        sentence, now = str(record.msg), time.monotonic()
        with self._lock:
            if now - self._said_at.get(sentence, -SECONDS) < SECONDS:
                self._left_out[sentence] = self._left_out.get(sentence, 0) + 1
                return False
            self._said_at[sentence] = now
            left_out = self._left_out.pop(sentence, 0)
        if left_out:
            record.msg = f"{sentence} (left out since it was said last: {left_out})"
        return True


_once_a_minute = OnceAMinute()


def thin_pool_log() -> None:
    """For this process; once or again."""
    _library.addFilter(_once_a_minute)
