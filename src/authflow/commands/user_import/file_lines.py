"""The lines of a file of users, one at a time, however long the file or a line of it is."""

from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from authflow.domain.user_import import COLUMNS

# A user takes less than 1 KiB.
MAX_BYTES = 16 * 1024
MAX_NAME_CHARACTERS = 32


class UnusableFile(ValueError):
    """Says, for people, why nothing of a file can be imported."""


class UnreadableLine(ValueError):
    """Says, for people, why a line is no record; never with anything that stands in it."""


@dataclass(frozen=True)
class Line:
    """More than one line of the file, up to `last`, where a quote goes on; `content` is None if it is too long."""

    number: int
    last: int
    content: bytes | None

    @property
    def is_blank(self) -> bool:
        return self.content is not None and not self.content.strip()

    @property
    def extent(self) -> str:
        """For a refusal: which other lines go with it."""
        return (
            f" Because of a quote, lines {self.number} to {self.last} are one." if self.last > self.number else ""
        )

    def text(self) -> str:
        """Raises UnreadableLine."""
        if self.content is None:
            raise UnreadableLine(f"It is longer than {MAX_BYTES} bytes, or a quote in it is never closed.")
        try:
            return self.content.decode()
        except UnicodeDecodeError:
            raise UnreadableLine("It is not UTF-8.") from None


def lines_of(file: BinaryIO, may_quote: bool) -> Iterator[Line]:
    """Those that are not blank.

    A line end between quotes ends nothing, not even in what is too long to be kept: otherwise a name with a
    line end in it could bring a user of its own choice, of any email, with it.
    """
    return (line for line in _pieced_together(file, may_quote) if not line.is_blank)


def _pieced_together(file: BinaryIO, may_quote: bool) -> Iterator[Line]:
    number, first, is_quoted = 1, 1, False
    content: bytes | None = b""
    for piece in _pieces(file):
        content = _joined(content, piece)
        is_quoted ^= may_quote and piece.count(b'"') % 2 == 1
        if piece.endswith(b"\n"):
            number += 1
            if not is_quoted:
                yield Line(first, number - 1, content)
                first, content = number, b""
    is_ended = content is not None and content.endswith(b"\n")
    yield Line(first, number - is_ended, content)


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    if first := file.readline(MAX_BYTES).removeprefix(BOM_UTF8):
        yield first
    while piece := file.readline(MAX_BYTES):
        yield piece


def _joined(content: bytes | None, piece: bytes) -> bytes | None:
    return None if content is None or len(content) + len(piece) > MAX_BYTES else content + piece


def folded(name: str) -> str:
    """As columns are compared: spreadsheets and other databases write Email or EMAIL."""
    return name.strip().lower()


def refuse_unknown(names: list[str]) -> None:
    """Raises UnusableFile: what we do not know may be what its owner relies on."""
    unknown = [_shown(place, name) for place, name in enumerate(names, 1) if folded(name) not in COLUMNS]
    if unknown:
        raise UnusableFile(f"unknown: {', '.join(unknown)}; known: {', '.join(COLUMNS)}")


def _shown(place: int, name: str) -> str:
    # A file without a header would show a person's email and hash.
    is_name = name.isascii() and name.isidentifier() and len(name) <= MAX_NAME_CHARACTERS
    return f"column {place} ({name})" if is_name else f"column {place}"
