"""What a developer need not configure: signing keys made once and a PostgreSQL, both under `.authflow/`."""

import os
import secrets
from pathlib import Path

from authflow.local.embedded_postgres import EmbeddedPostgres

SECRETS = ("JWT_ACCESS_SECRET", "JWT_REFRESH_SECRET")


def embedded_directory(home: Path) -> Path:
    return home / "postgres"


def development_defaults(home: Path) -> dict[str, str]:
    """The variables that development starts with; `home` is the `.authflow` directory, made if missing."""
    home.mkdir(mode=0o755, exist_ok=True)
    return {
        "DATABASE_URL": EmbeddedPostgres(embedded_directory(home)).url(),
        "FRONTEND_URL": "http://localhost:5173",
        **{name: _kept_secret(home / name.lower()) for name in SECRETS},
    }


def _kept_secret(path: Path) -> str:
    """A key that stays the same from start to start, so that sessions outlive a restart."""
    try:
        # O_EXCL: of two processes that start at once one makes the key, the other reads it.
        made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(made, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
