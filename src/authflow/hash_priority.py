"""How cheap requests give way to a hash that gets too little of the processor: they begin a little later.

A hash thread steps aside for everything else, so callers who ask for cheap things without a pause would keep
it from running at all, and nobody could log in (OWASP ASVS 15.1.3). No priority mends that: of many threads
that run for a moment each, the system serves every one before it serves the one that runs on and on.
"""

import mmap
import time

# Of a core, for each password while it is hashed.
SHARE_OF_HASHES = 0.5
# Seconds that one request waits at most. A hash of cost 12 needs 0.2 s.
LONGEST_PAUSE = 0.1

# Until when requests wait, by the system's monotonic clock. Made before gunicorn forks, so that all of its
# workers see it: they may share a core.
_until = memoryview(mmap.mmap(-1, 8)).cast("d")


def ask_for(missing: float) -> None:
    """Of a core a hash has had so many seconds too little: until it can have caught up, others wait."""
    if missing <= 0:
        return
    until = time.monotonic() + min(missing / (1 - SHARE_OF_HASHES), LONGEST_PAUSE)
    # Two that write at once: one of them asks again in a moment.
    _until[0] = max(_until[0], until)


def give_way() -> None:
    """What every request does first, to any worker."""
    pause = _until[0] - time.monotonic()
    if pause > 0:
        time.sleep(min(pause, LONGEST_PAUSE))
