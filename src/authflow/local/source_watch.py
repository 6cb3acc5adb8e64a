"""Notices that a source file was saved, by asking all of them for their times."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SUFFIXES = (".py", ".sql")


@dataclass
class SourceWatch:
    """Compares what is there with what was; a root is a directory of sources or a single file."""

    roots: tuple[Path, ...]
    _seen: dict[Path, int] = field(init=False)

    def __post_init__(self) -> None:
        self._seen = self._look()

    def changed(self) -> Path | None:
        """A file that was written, added or removed since the last call."""
        before, self._seen = self._seen, self._look()
        return min((path for path, _ in before.items() ^ self._seen.items()), default=None)

    def _look(self) -> dict[Path, int]:
        seen: dict[Path, int] = {}
        for path in self._sources():
            try:
                seen[path] = path.stat().st_mtime_ns
            except FileNotFoundError:  # some editors remove a file before they write it again
                continue
        return seen

    def _sources(self) -> Iterator[Path]:
        for root in self.roots:
            if not root.is_dir():
                yield root
            for directory, _, names in os.walk(root):
                yield from (Path(directory, name) for name in names if name.endswith(SUFFIXES))
