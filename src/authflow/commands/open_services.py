"""The services, for the time of one command."""

from collections.abc import Generator
from contextlib import closing, contextmanager

from authflow.bootstrap import Services, build_services
from authflow.config import Config
from authflow.database.pool import Pool
from authflow.local.running_database import running_database


@contextmanager
def open_services(config: Config) -> Generator[Services]:
    """The development server runs for as long; any other is somebody else's. Raises EmbeddedPostgresError."""
    with running_database(config.embedded_database), closing(Pool(config.database_url, size=1)) as pool:
        yield build_services(config, pool)
