"""The log: one JSON object a line, the same for requests, events and gunicorn; never a secret, never an email."""

import json
import logging
import os
import time
from collections.abc import Mapping
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

# What the request under way adds to every line that is written for it.
request_context: ContextVar[Mapping[str, object]] = ContextVar("request_context", default=MappingProxyType({}))

STDERR = 2
ENCODER = json.JSONEncoder(separators=(",", ":"), default=str)

_logger = logging.getLogger("authflow")


def log_event(event: str, **fields: object) -> None:
    """Something happened that an operator may want to count; ids, never what a person typed."""
    _logger.info(event, extra={"fields": fields})


def log_warning(event: str, **fields: object) -> None:
    _logger.warning(event, extra={"fields": fields})


def log_defect(event: str, error: BaseException) -> None:
    """A failure of ours, with its traceback."""
    _logger.error(event, exc_info=error)


def configure_log(level: str) -> None:
    # A line says what happened, not where: finding thread and process would cost more than the rest of it.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging.basicConfig(level=logging.WARNING, handlers=[LineHandler()], force=True)
    _logger.setLevel(level.upper())
    silence_the_queue()


def silence_the_queue() -> None:
    """Its library logs the arguments of jobs, emails among them: what came of a job is said by the worker."""
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL + 1)


class LineHandler(logging.Handler):
    """Each line goes to stderr in one write, which the system keeps whole: so no thread waits for another."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLine())

    def handle(self, record: logging.LogRecord) -> bool:
        """As logging's own, without its lock; no filter is set on this handler."""
        self.emit(record)
        return True

    def emit(self, record: logging.LogRecord) -> None:
        os.write(STDERR, f"{self.format(record)}\n".encode())


class JsonLine(logging.Formatter):
    """JSON escapes every control character and U+2028: no text can end a line or forge one."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03}Z",
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **request_context.get(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return ENCODER.encode(line)
