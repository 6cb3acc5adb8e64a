"""The services, for the time of one command."""

from collections.abc import Generator
from contextlib import closing, contextmanager

import psycopg

from authflow.bootstrap import Services, build_services
from authflow.commands.running_database import running_database
from authflow.config import Config
from authflow.database.pool import Pool
from authflow.errors import DatabaseUnavailable


class DatabaseAway(Exception):
    """Tells an operator, without the driver's message: that may hold a piece of the password, or of a user."""

    def __str__(self) -> str:
        return "the database cannot be reached, or is not up to date: `authflow migrate status` says why"


@contextmanager
def open_services(config: Config) -> Generator[Services]:
    """The development server runs for as long; any other is somebody else's.

    Raises NoLocalDatabase; DatabaseAway, also of what fails while they are used.
    """
    try:
        own = Pool(config.database_url, size=1, pooled=config.transaction_pooler)
        with running_database(config.embedded_database), closing(own) as pool:
            yield build_services(config, pool)
    except (DatabaseUnavailable, psycopg.Error):
        raise DatabaseAway from None
