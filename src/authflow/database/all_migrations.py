"""The whole schema: the job queue's own, from the files that procrastinate ships, and then ours."""

from hashlib import sha256
from importlib.resources import files

from authflow.database.migration_files import Migration, own_migrations

QUEUE_FILES = files("procrastinate").joinpath("sql", "migrations")


def all_migrations() -> tuple[Migration, ...]:
    """Raises MigrationError."""
    # The queue first: its files know no way back, and `authflow migrate down` begins with the latest.
    return (*queue_migrations(), *own_migrations())


def queue_migrations() -> tuple[Migration, ...]:
    """Every file is a step of its own; together, in one transaction, they fail."""
    names = sorted(file.name for file in QUEUE_FILES.iterdir() if file.name.endswith(".sql"))
    return tuple(_queue_migration(name) for name in names)


def _queue_migration(name: str) -> Migration:
    # Not in dbmate's format: the whole text is the way up.
    text = QUEUE_FILES.joinpath(name).read_text(encoding="utf-8")
    return Migration(
        version=f"procrastinate/{name.removesuffix('.sql')}",
        up=text,
        down="",
        checksum=sha256(text.encode()).hexdigest(),
        is_ours=False,
    )
