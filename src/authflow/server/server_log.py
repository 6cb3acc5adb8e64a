"""What gunicorn itself logs: in the form of all other lines, and without what a caller sent."""

import sys
from typing import Any

from gunicorn.glogging import Logger

from authflow.log import LineHandler

FAILED = "Error handling request"
UNREADABLE = "Invalid request"
BROKEN_OFF = "Socket error processing request"


class ServerLog(Logger):
    """The access log is authflow's (`request_log.py`)."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.handlers = [LineHandler()]

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        # Of what is no HTTP it would quote the line, which may be a path with a mailed secret in it.
        super().warning(msg.partition(": ")[0] if msg.startswith(UNREADABLE) else msg, *args, **kwargs)

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        if msg.startswith(FAILED):
            # Likewise the path and the query of a request that failed outside of authflow.
            super().exception(FAILED, **kwargs)
        elif msg.startswith(BROKEN_OFF) and isinstance(sys.exception(), BlockingIOError):
            # No failure of ours: `fair_worker.py` waits no longer.
            self.info("A caller sent nothing for too long")
        else:
            super().exception(msg, *args, **kwargs)
