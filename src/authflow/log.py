"""The log: one JSON object a line, the same for requests, events and gunicorn; never a secret, never an email.

Who develops at a terminal reads lines instead.
"""

import json
import logging
import os
from collections.abc import Mapping
from contextlib import suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType

from authflow.domain.timestamp import utc_text
from authflow.terminal_log import readable_line

# What the request under way adds to every line that is written for it.
request_context: ContextVar[Mapping[str, object]] = ContextVar("request_context", default=MappingProxyType({}))

STDERR = 2
ENCODER = json.JSONEncoder(separators=(",", ":"), default=str)
FORMATTER = logging.Formatter()

OURS = "authflow"
# What every record has; `message` and `asctime` are left on it by formatters.
OF_ANY_RECORD = frozenset([*vars(logging.makeLogRecord({})), "message", "asctime"])

_logger = logging.getLogger(OURS)
_is_read_by_a_person = False


def log_event(event: str, **fields: object) -> None:
    """Something happened that an operator may want to count; ids, never what a person typed.

    Each field is an attribute of the record, for any handler to see; `logging` refuses the names of its own.
    """
    _logger.info(event, extra={**request_context.get(), **fields}, stacklevel=2)


def log_warning(event: str, **fields: object) -> None:
    _logger.warning(event, extra={**request_context.get(), **fields}, stacklevel=2)


def log_defect(event: str, error: BaseException) -> None:
    """A failure of ours, with its traceback."""
    _logger.error(event, exc_info=error, extra={**request_context.get()}, stacklevel=2)


def configure_log(level: str, *, development: bool = False) -> None:
    """Once or again. Who else listens (Sentry, OpenTelemetry) goes on listening."""
    global _is_read_by_a_person
    # Piped, it is read by a program, in development too.
    _is_read_by_a_person = development and os.isatty(STDERR)
    root = logging.getLogger()
    root.setLevel(logging.WARNING)
    if not any(isinstance(handler, LineHandler) for handler in root.handlers):
        root.addHandler(LineHandler())
    _logger.setLevel(level.upper())
    silence_the_queue()


def silence_the_queue() -> None:
    """Its library logs the arguments of jobs, emails among them: what came of a job is said by the worker."""
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL + 1)


class LineHandler(logging.Handler):
    """A line of each record: our events and defects, what gunicorn and other libraries log."""

    def handle(self, record: logging.LogRecord) -> bool:
        """Without a lock, which who cannot write would hold: a line is written in one piece."""
        is_wanted = bool(self.filter(record))
        if is_wanted:
            self.emit(record)
        return is_wanted

    def emit(self, record: logging.LogRecord) -> None:
        write(line_of(record))


def line_of(record: logging.LogRecord) -> str:
    """JSON escapes every control character and U+2028: no text can end a line or forge one."""
    level, event = record.levelname.lower(), record.getMessage()
    fields = {**request_context.get(), **fields_of(record)}
    if _is_read_by_a_person:
        return readable_line(level, event, record.created, fields)
    at = utc_text(datetime.fromtimestamp(record.created, UTC), "milliseconds")
    return ENCODER.encode({"time": at, "level": level, "event": event, **fields})


def fields_of(record: logging.LogRecord) -> Mapping[str, object]:
    """Of libraries only the text: what else they say of what they do may be a secret or an email."""
    fields = vars(record).items() if record.name == OURS else ()
    traceback = {"traceback": FORMATTER.formatException(record.exc_info)} if record.exc_info else {}
    return {name: value for name, value in fields if name not in OF_ANY_RECORD} | traceback


def write(line: str) -> None:
    """To stderr in one piece, which the system keeps whole: so no thread waits for another.

    Where nobody reads it any more, callers are answered all the same.
    """
    with suppress(OSError):
        os.write(STDERR, f"{line}\n".encode())
