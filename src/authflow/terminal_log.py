"""A line of the log as a person reads it in a terminal: time, level, event, fields."""

import json
import re
from collections.abc import Mapping
from datetime import datetime

# Said with each line, and seldom looked for: last.
OF_THE_REQUEST = ("ip", "request_id")
PLAIN_VALUE = re.compile(r"[\w./:@+-]+", re.ASCII)
# So that nothing in a traceback looks like a line of the log.
INDENT = "    "
COLOURS = {"warning": "\x1b[33m", "error": "\x1b[31m", "critical": "\x1b[31m"}
PLAIN = "\x1b[0m"


def readable_line(level: str, event: str, at: float, fields: Mapping[str, object]) -> str:
    """In local time. No text of a caller ends a line, forges one or moves the cursor."""
    told = [f"{name}={_written(fields[name])}" for name in _in_order(fields)]
    moment = datetime.fromtimestamp(at).astimezone().strftime("%H:%M:%S")
    colour = COLOURS.get(level, "")
    line = "  ".join([moment, f"{colour}{level:7}{PLAIN if colour else ''}", _printable(event), *told])
    return "\n".join([line, *_indented(str(fields.get("traceback", "")))])


def _in_order(fields: Mapping[str, object]) -> list[str]:
    first = [name for name in fields if name not in OF_THE_REQUEST and name != "traceback"]
    return [*first, *(name for name in OF_THE_REQUEST if name in fields)]


def _written(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return text if PLAIN_VALUE.fullmatch(text) or not isinstance(value, str) else json.dumps(text)


def _indented(traceback: str) -> list[str]:
    return [INDENT + _printable(line) for line in traceback.split("\n") if line]


def _printable(text: str) -> str:
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)
