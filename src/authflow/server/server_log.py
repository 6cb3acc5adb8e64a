"""What gunicorn itself logs, of its workers' starts and ends: in the form of all other lines."""

from typing import Any

from gunicorn.glogging import Logger

from authflow.log import LineHandler


class ServerLog(Logger):
    """The access log is authflow's (`request_log.py`)."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.handlers = [LineHandler()]
