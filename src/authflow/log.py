"""The log: one JSON object a line, the same for requests, events and gunicorn; never a secret, never an email.

Who develops at a terminal reads lines instead.
"""

import json
import logging
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from authflow.readable_line import readable_line

# What the request under way adds to every line that is written for it.
request_context: ContextVar[Mapping[str, object]] = ContextVar("request_context", default=MappingProxyType({}))

STDERR = 2
ENCODER = json.JSONEncoder(separators=(",", ":"), default=str)
FORMATTER = logging.Formatter()

_logger = logging.getLogger("authflow")
_is_read_by_a_person = False


def log_event(event: str, **fields: object) -> None:
    """Something happened that an operator may want to count; ids, never what a person typed."""
    _log(logging.INFO, event, fields)


def log_warning(event: str, **fields: object) -> None:
    _log(logging.WARNING, event, fields)


def log_defect(event: str, error: BaseException) -> None:
    """A failure of ours, with its traceback."""
    _logger.error(event, exc_info=error)


def _log(level: int, event: str, fields: dict[str, object]) -> None:
    """Not by a record of `logging`, which would find out more about each line than it says."""
    if _logger.isEnabledFor(level):
        write(line_of(level, event, time.time(), fields))


def configure_log(level: str, *, development: bool = False) -> None:
    global _is_read_by_a_person
    # Piped, it is read by a program, in development too.
    _is_read_by_a_person = development and os.isatty(STDERR)
    logging.basicConfig(level=logging.WARNING, handlers=[LineHandler()], force=True)
    _logger.setLevel(level.upper())
    silence_the_queue()


def silence_the_queue() -> None:
    """Its library logs the arguments of jobs, emails among them: what came of a job is said by the worker."""
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL + 1)


class LineHandler(logging.Handler):
    """What gunicorn and other libraries log, and defects."""

    def emit(self, record: logging.LogRecord) -> None:
        traceback = {"traceback": FORMATTER.formatException(record.exc_info)} if record.exc_info else {}
        write(line_of(record.levelno, record.getMessage(), record.created, traceback))


def line_of(level: int, event: str, at: float, fields: dict[str, Any]) -> str:
    """JSON escapes every control character and U+2028: no text can end a line or forge one."""
    if _is_read_by_a_person:
        name = logging.getLevelName(level).lower()
        return readable_line(name, event, at, {**request_context.get(), **fields})
    told = {
        "time": datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": logging.getLevelName(level).lower(),
        "event": event,
        **request_context.get(),
        **fields,
    }
    return ENCODER.encode(told)


def write(line: str) -> None:
    """To stderr in one piece, which the system keeps whole: so no thread waits for another.

    Where nobody reads it any more, callers are answered all the same.
    """
    with suppress(OSError):
        os.write(STDERR, f"{line}\n".encode())
