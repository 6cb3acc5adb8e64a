"""What a migration is, and how it is read from a file in dbmate's format (github.com/amacneil/dbmate).

    -- migrate:up
    CREATE TABLE …;
    -- migrate:down
    DROP TABLE …;

A marker may end in `transaction:false`, for what PostgreSQL refuses in a transaction (CREATE INDEX
CONCURRENTLY). It counts for both sections, and each then holds a single statement, which must bear being run
again: killed at the wrong moment, it has worked and is not recorded. (An index that was left half made is
invalid, and IF NOT EXISTS is content with it: let a file before drop it with IF EXISTS.) Settings are made with
SET LOCAL: behind a transaction pooler, what SET makes meets the next who is given that connection.
"""

import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

# Any word after the colon: a misspelt `down` must not become a part of `up` that drops what was just made.
MARKER = re.compile(r"^--[ \t]*migrate:(\S*)[ \t]*(.*?)[ \t]*$", re.MULTILINE)
OPTIONS = {"", "transaction:true", "transaction:false"}
COMMENT = re.compile(r"--.*")
PACKAGE = Path(__file__).parents[1]


class MigrationError(Exception):
    """Why the database was not migrated, in one line that names the migration."""


@dataclass(frozen=True)
class Migration:
    """One step of the schema; an empty `down` means that there is no way back."""

    version: str
    up: str
    down: str
    checksum: str
    transactional: bool = True
    # What a package ships it may edit in a later release; we see that it is applied, and not more.
    is_ours: bool = True


def own_migrations() -> tuple[Migration, ...]:
    """Those of authflow itself. Raises MigrationError."""
    # A wheel carries them inside the package; in a checkout they stand at the top, where people look.
    packed = PACKAGE / "migrations"
    return read_migrations(packed if packed.is_dir() else PACKAGE.parents[1] / "migrations")


def read_migrations(directory: Path) -> tuple[Migration, ...]:
    """Every `.sql` file of the directory, in the order of their names. Raises MigrationError."""
    paths = sorted(directory.glob("*.sql"))
    if not paths:
        raise MigrationError(f"there are no migrations in {directory}")
    # Text mode turns CRLF into LF: a checkout on Windows has the same checksums.
    return tuple(parse_migration(path.stem, path.read_text(encoding="utf-8")) for path in paths)


def parse_migration(version: str, text: str) -> Migration:
    """The migration written in a file's text. Raises MigrationError."""
    before, *parts = MARKER.split(text)
    words, options, sections = parts[0::3], parts[1::3], parts[2::3]
    if words not in (["up"], ["up", "down"]):
        raise MigrationError(f"{version} must hold one '-- migrate:up', then at most one '-- migrate:down'")
    if not _is_blank(before):
        raise MigrationError(f"{version} has SQL before '-- migrate:up', which would never run")
    if not OPTIONS.issuperset(options):
        raise MigrationError(f"{version} has an unknown option: only transaction:false is understood")
    up, down = [*sections, ""][:2]
    return Migration(
        version=version,
        up=up,
        down="" if _is_blank(down) else down,
        checksum=sha256(text.encode()).hexdigest(),
        transactional="transaction:false" not in options,
    )


def _is_blank(sql: str) -> bool:
    return not COMMENT.sub("", sql).strip()
