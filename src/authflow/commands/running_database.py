"""The database of a command that needs one: in development it may have to be started first."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path


class NoLocalDatabase(Exception):
    """Says, for people, why the development server cannot be started."""


@contextmanager
def running_database(embedded: Path | None) -> Generator[None]:
    """The development server runs for the time of the block; any other is somebody else's.

    Raises NoLocalDatabase.
    """
    if embedded is None:
        yield
        return
    # Here, as production loads nothing that is for development.
    from authflow.local.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresError

    try:
        # Also a server that a killed `authflow dev` left behind is stopped at the end of this.
        with EmbeddedPostgres(embedded).running():
            yield
    except EmbeddedPostgresError as error:
        raise NoLocalDatabase(str(error)) from None
