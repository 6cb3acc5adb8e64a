"""Users in a file of JSON Lines: an object a line."""

import json
from collections.abc import Iterator
from itertools import chain
from typing import Any, BinaryIO

from authflow.commands.user_import.file_lines import (
    Line,
    UnreadableLine,
    UnusableFile,
    folded,
    lines_of,
    refuse_unknown,
)
from authflow.domain.user_import import COLUMNS, Record, Refusal


def read_jsonl(file: BinaryIO) -> Iterator[Record | Refusal]:
    """Reads the first object at once: what is unknown in it is unknown in all. Raises UnusableFile."""
    lines = lines_of(file, may_quote=False)
    first = next(lines, None)
    if first is None:
        raise UnusableFile("the file is empty")
    _refuse_unknown_of(first)
    return (_read(line) for line in chain([first], lines))


def _refuse_unknown_of(first: Line) -> None:
    try:
        names = list(_object(first))
    except UnreadableLine:
        return
    refuse_unknown(names)


def _read(line: Line) -> Record | Refusal:
    try:
        return Record(line.number, _fields(_object(line)))
    except UnreadableLine as error:
        return Refusal(line.number, str(error))


def _fields(content: dict[str, Any]) -> dict[str, str]:
    """Raises UnreadableLine."""
    if not content.keys() <= set(COLUMNS):
        raise UnreadableLine("It has a field that is unknown.")
    return {name: _text(name, value) for name, value in content.items() if value not in (None, "")}


def _object(line: Line) -> dict[str, Any]:
    """Raises UnreadableLine."""
    text = line.text()
    try:
        content = json.loads(text, object_pairs_hook=_without_duplicates)
    except (ValueError, RecursionError):
        raise UnreadableLine("It is not a JSON object, or names a field twice.") from None
    if not isinstance(content, dict):
        raise UnreadableLine("It is not a JSON object.")
    return content


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = {folded(name): value for name, value in pairs}
    if len(content) != len(pairs):
        raise ValueError
    return content


def _text(name: str, value: object) -> str:
    """Raises UnreadableLine."""
    if name == "verified" and isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        raise UnreadableLine(f"{name}: It must be a text.")
    return value
