"""Where an embedded server keeps its data and its socket, and as which user of the system it runs.

Every answer follows from the directory and its permissions alone, so it is the same before the server runs,
while it does, and in every process.
"""

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

SOCKET_NAME = ".s.PGSQL.5432"
# sockaddr_un holds 107 bytes on Linux, 103 on macOS.
SOCKET_PATH_MAX_BYTES = 100
# For root only, when the server's user could not reach the directory: below /root, in a private checkout.
SYSTEM_DIRECTORY = Path("/var/lib/authflow")
SHARED_TEMPORARY = Path("/tmp")  # noqa: S108 a name in it is used only after `make_private` checked its owner


class EmbeddedPostgresError(Exception):
    """Says to a person why there is no embedded PostgreSQL, and what to do about it."""


@dataclass(frozen=True)
class OwnerOfFiles:
    """The user of the system that the server runs as."""

    uid: int
    gid: int
    # PostgreSQL refuses to run as root, so root lends it the identity of `nobody`.
    borrowed: bool

    def can_reach(self, path: Path) -> bool:
        """Whether it may enter `path` and all above it; what is missing yet is made so that it may."""
        return all(self._may_enter(part.stat()) for part in (path, *path.parents) if part.exists())

    def _may_enter(self, status: os.stat_result) -> bool:
        if status.st_uid == self.uid:
            return bool(status.st_mode & stat.S_IXUSR)
        if status.st_gid == self.gid:
            return bool(status.st_mode & stat.S_IXGRP)
        return bool(status.st_mode & stat.S_IXOTH)


@dataclass(frozen=True)
class PostgresPlace:
    """`home` holds all that belongs to the server: its data, its log and the locks."""

    home: Path
    socket_directory: Path
    account: OwnerOfFiles

    @property
    def data(self) -> Path:
        return self.home / "data"


def server_account() -> OwnerOfFiles:
    if not hasattr(os, "geteuid"):  # Windows: there is no server to run, but `url` must not fail
        return OwnerOfFiles(uid=0, gid=0, borrowed=False)
    if os.geteuid() != 0:
        return OwnerOfFiles(uid=os.geteuid(), gid=os.getegid(), borrowed=False)
    from pwd import getpwnam

    nobody = getpwnam("nobody")
    return OwnerOfFiles(uid=nobody.pw_uid, gid=nobody.pw_gid, borrowed=True)


def place_of(directory: Path) -> PostgresPlace:
    """`directory` must be resolved. Changes nothing."""
    account = server_account()
    name = hashlib.sha256(os.fsencode(directory)).hexdigest()[:16]
    home = directory
    if account.borrowed and not (account.can_reach(home) and _holds_a_socket(home / "data")):
        home = SYSTEM_DIRECTORY / name
    # The data directory is 0700, which protects the socket in it as well.
    if _holds_a_socket(home / "data"):
        return PostgresPlace(home, home / "data", account)
    return PostgresPlace(home, SHARED_TEMPORARY / f"authflow-{account.uid}-{name}", account)


def _holds_a_socket(directory: Path) -> bool:
    """A comma separates hosts in a connection string, so no socket's path can have one."""
    path = os.fsencode(directory / SOCKET_NAME)
    return len(path) <= SOCKET_PATH_MAX_BYTES and b"," not in path


def make_reachable(directory: Path) -> None:
    """Make what is missing of a path, open to be entered; what is there already is left as it is."""
    missing = [part for part in (directory, *directory.parents) if not part.exists()]
    for part in reversed(missing):
        part.mkdir(exist_ok=True)
        part.chmod(0o755)  # whatever the umask


def make_private(directory: Path, account: OwnerOfFiles) -> None:
    """Make a directory for `account` alone. Raises EmbeddedPostgresError if it is anybody else's."""
    try:
        directory.mkdir(mode=0o700)
    except FileExistsError:
        check_private(directory, account)
        return
    if account.borrowed:
        os.chown(directory, account.uid, account.gid)


def check_private(directory: Path, account: OwnerOfFiles) -> None:
    """Raises EmbeddedPostgresError: others could read the data, or answer in the server's name."""
    status = directory.lstat()
    if not stat.S_ISDIR(status.st_mode):
        raise EmbeddedPostgresError(f"{directory} is in the way: remove it.")
    if status.st_uid != account.uid:
        raise EmbeddedPostgresError(
            f"{directory} belongs to another user of this machine (number {status.st_uid}): "
            "start as that user, or remove it to begin with an empty database."
        )
    if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise EmbeddedPostgresError(f"{directory} is open to other users of this machine: chmod 700 it.")
