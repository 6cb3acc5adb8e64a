"""Copies of the checkout, from which a control takes a rule away."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.bar.rules import CHECKOUT


class DoesNotApplyError(Exception):
    """A control was written against lines that are no longer there."""


@contextmanager
def copy_with(control: Path) -> Generator[Path]:
    """A copy of what git knows of, or would take, changed by that patch.

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
        apply(control, copy)
        yield copy


def apply(control: Path, directory: Path, *options: str) -> None:
    """Raises: DoesNotApplyError."""
    # Outside of any repository, whatever stands above that directory.
    environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(directory.parent)}
    argv = ["git", "apply", *options, str(control)]
    done = subprocess.run(argv, cwd=directory, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DoesNotApplyError(done.stderr.strip())


def _files() -> list[str]:
    argv = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    return subprocess.run(argv, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout.split("\0")[:-1]
