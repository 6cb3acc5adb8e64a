"""The time of an answer, as HTTP writes it (RFC 9110, section 6.6.1)."""

import time
from email.utils import formatdate

_latest = (0, "")


def http_date() -> str:
    """Of this second, made once."""
    global _latest
    now = int(time.time())
    if _latest[0] != now:
        _latest = (now, formatdate(now, usegmt=True))
    return _latest[1]
