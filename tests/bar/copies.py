"""Copies of the checkout, from which a control takes a rule away."""

import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.bar.rules import CHECKOUT, Control


class DoesNotApplyError(Exception):
    """A control was written against lines that are no longer there."""


@contextmanager
def copy_with(control: Control) -> Generator[Path]:
    """A copy of what git knows of, or would take, changed by that control.

    Raises:
        DoesNotApplyError: it has to be written anew.
    """
    with tempfile.TemporaryDirectory(prefix="authflow-bar-") as directory:
        copy = Path(directory)
        for name in _files():
            if (CHECKOUT / name).is_file():
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(CHECKOUT / name, copy / name)
        # The tests' PostgreSQL is the same for all.
        (copy / ".authflow").symlink_to(CHECKOUT / ".authflow")
        for path, text in changed(control, copy).items():
            path.write_text(text)
        yield copy


def changed(control: Control, directory: Path) -> dict[Path, str]:
    """The files of that directory that it changes, as they are then. Raises: DoesNotApplyError."""
    texts: dict[Path, str] = {}
    for change in control.changes:
        path = directory / change.file
        text = texts.get(path) or (path.read_text() if path.is_file() else "")
        if (times := text.count(change.old)) != 1:
            raise DoesNotApplyError(f"{change.file} has {times} times: {change.old.strip()}")
        texts[path] = text.replace(change.old, change.new)
    return texts


def _files() -> list[str]:
    argv = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    return subprocess.run(argv, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout.split("\0")[:-1]
