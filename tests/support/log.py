"""What the service logs, as it writes it."""

import io
import json
import logging
from collections.abc import Generator
from contextlib import contextmanager

from authflow.log import JsonLine, silence_the_queue


class Log(logging.StreamHandler):
    """Writes as the service does, and counts what it was told to write."""

    def __init__(self) -> None:
        super().__init__(io.StringIO())
        self.setFormatter(JsonLine())
        self.events = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.events += 1
        super().emit(record)

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.text.split("\n")[:-1]]


@contextmanager
def collected_log() -> Generator[Log]:
    handler, root, ours = Log(), logging.getLogger(), logging.getLogger("authflow")
    level = ours.level
    silence_the_queue()
    ours.setLevel(logging.DEBUG)
    root.addHandler(handler)
    try:
        yield handler
    finally:
        root.removeHandler(handler)
        ours.setLevel(level)
