"""What is asked: gunicorn as it is shipped, with its worker, on a PostgreSQL whose log is for this alone."""

import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from authflow.local.embedded_postgres import EmbeddedPostgres
from authflow.local.postgres_launch import LOG
from authflow.local.postgres_place import place_of
from tests.conftest import fresh_database
from tests.support.server import Server, running_server
from tests.support.settings import ENVIRONMENT
from tests.support.smtp_server import SmtpServer, running_smtp

SETTINGS = {
    **ENVIRONMENT,
    "APP_ENV": "production",
    # The cheapest hash that production takes.
    "BCRYPT_ROUNDS": "10",
    # Else nearly all would be answered 429.
    "RATE_LIMITS": "off",
    # What callers say of themselves is read too.
    "TRUSTED_PROXIES": "1",
    "METRICS_TOKEN": "metrics-5Hx8qT2vN7kB4wZ9rC1mD6sF3gJ0",
}
# One process, so that a hash may use both cores; what many do to each other is for `tests/races`.
PROCESSES = 1


@dataclass(frozen=True)
class House:
    """`mails` is where its worker delivers."""

    server: Server
    mails: SmtpServer
    postgres_log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"


@contextmanager
def open_house(**settings: str) -> Generator[House]:
    """For the time of the block; nothing of it is left."""
    directory = Path(tempfile.mkdtemp(prefix="authflow-hostile-")).resolve()
    # For root, whose database runs as another user.
    directory.chmod(0o755)
    postgres = EmbeddedPostgres(directory / "postgres")
    place = place_of(postgres.directory)
    try:
        with (
            postgres.running() as postgres_url,
            fresh_database(postgres_url, "hostile") as database_url,
            running_smtp() as mails,
        ):
            reached = {"DATABASE_URL": database_url, "SMTP_URL": f"smtp://127.0.0.1:{mails.port}"}
            with running_server({**SETTINGS, **reached, **settings}, directory / "log", PROCESSES) as server:
                yield House(server, mails, place.home / LOG)
    finally:
        for path in (place.socket_directory, place.home, directory):
            shutil.rmtree(path, ignore_errors=True)
