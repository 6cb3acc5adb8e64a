"""What the service logs, as it writes it."""

import json
import logging
from collections.abc import Generator
from contextlib import contextmanager
from unittest.mock import patch

from authflow.log import LineHandler, silence_the_queue


class Log:
    """Instead of stderr."""

    def __init__(self) -> None:
        self.written: list[str] = []

    @property
    def text(self) -> str:
        return "".join(f"{line}\n" for line in self.written)

    @property
    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.text.split("\n")[:-1]]


@contextmanager
def collected_log() -> Generator[Log]:
    log, root, ours = Log(), logging.getLogger(), logging.getLogger("authflow")
    level = ours.level
    silence_the_queue()
    ours.setLevel(logging.DEBUG)
    try:
        with patch.object(root, "handlers", [LineHandler()]), patch("authflow.log.write", log.written.append):
            yield log
    finally:
        ours.setLevel(level)
