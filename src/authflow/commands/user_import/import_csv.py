"""Users in a CSV file (RFC 4180): a header, then a record a line."""

import csv
from collections.abc import Iterator
from typing import BinaryIO

from authflow.commands.user_import.file_lines import (
    Line,
    UnreadableLine,
    UnusableFile,
    folded,
    lines_of,
    refuse_unknown,
)
from authflow.domain.user_import import REQUIRED, Record, Refusal

# Of spreadsheets, and of `psql` without FORMAT csv.
OTHER_SEPARATORS = frozenset(";\t|")


def read_csv(file: BinaryIO) -> Iterator[Record | Refusal]:
    """Reads the header at once. Raises UnusableFile."""
    lines = lines_of(file, may_quote=True)
    header = _header(next(lines, None))
    return (_read(line, header) for line in lines)


def _header(line: Line | None) -> list[str]:
    if line is None:
        raise UnusableFile("the file is empty")
    try:
        written = _cells(line)
    except UnreadableLine as error:
        raise UnusableFile(f"its first line must name the columns: {error}") from None
    if len(written) == 1 and OTHER_SEPARATORS & {*written[0]}:
        raise UnusableFile("its columns must be separated by commas")
    refuse_unknown(written)
    names = [folded(name) for name in written]
    if missing := [name for name in REQUIRED if name not in names]:
        raise UnusableFile(f"its first line does not name the column {', '.join(missing)}")
    if len(set(names)) < len(names):
        raise UnusableFile("its first line names a column twice")
    return names


def _read(line: Line, header: list[str]) -> Record | Refusal:
    try:
        cells = _cells(line)
    except UnreadableLine as error:
        return Refusal(line.number, f"{error}{line.extent}")
    if len(cells) != len(header):
        return Refusal(line.number, f"It has {len(cells)} fields, and the first line {len(header)}.{line.extent}")
    return Record(line.number, {name: cell for name, cell in zip(header, cells, strict=True) if cell})


def _cells(line: Line) -> list[str]:
    """Raises UnreadableLine."""
    text = line.text()
    try:
        # As a single line: whatever would make two records of it is an error.
        return next(csv.reader([text], strict=True))
    except csv.Error:
        raise UnreadableLine("It is not CSV: look for a quote that stands alone.") from None
