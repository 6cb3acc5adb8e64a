"""Looking for what must not be there: every table as text, and every form that a secret could be written in."""

import base64
import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from psycopg import Connection, sql

DEBIAN = Path("/usr/lib/postgresql")
# Where PostgreSQL keeps samples of all columns.
STATISTICS = "pg_catalog.pg_statistic"


def forms_of(secret: str) -> list[bytes]:
    """As text, and as columns of bytes are written: the text itself, or what it says in base64."""
    forms = [secret.encode(), secret.encode().hex().encode()]
    if len(secret) == 43 and " " not in secret:
        forms.append(base64.urlsafe_b64decode(f"{secret}=").hex().encode())
    return forms


def hashed_forms_of(secret: str) -> list[bytes]:
    """Its SHA-256: raw, in hexadecimal digits as text and as columns of bytes have them, in base64."""
    digest = hashlib.sha256(secret.encode()).digest()
    encoded = [base64.b64encode(digest), base64.urlsafe_b64encode(digest)]
    return [digest, digest.hex().encode(), digest.hex().upper().encode(), *(text.rstrip(b"=") for text in encoded)]


def found_in(text: bytes, secrets: set[str]) -> list[str]:
    """Those of the secrets that stand there, in whatever form, hashed ones included."""
    return [
        secret for secret in secrets if any(form in text for form in forms_of(secret) + hashed_forms_of(secret))
    ]


def dump_of(tables: Connection) -> bytes:
    return b"".join(tables_of(tables).values())


def tables_of(tables: Connection) -> dict[str, bytes]:
    """Every row of every table that there is, the catalogue and its statistics included."""
    names = tables.execute("SELECT schemaname, tablename FROM pg_catalog.pg_tables").fetchall()
    return {".".join(name): _copy_of(tables, name) for name in names}


def pg_dump_of(tables: Connection, database_url: str) -> bytes:
    """What operators keep as a backup; nothing where no `pg_dump` fits this server."""
    for program in _pg_dumps(tables):
        # An older one than the server refuses.
        done = subprocess.run([program, f"--dbname={database_url}"], capture_output=True, check=False)
        if done.returncode == 0:
            return done.stdout
    return b""


def _copy_of(tables: Connection, name: tuple[str, str]) -> bytes:
    copy_out = sql.SQL("COPY (SELECT * FROM {}) TO STDOUT").format(sql.Identifier(*name))
    with tables.cursor().copy(copy_out) as copy:
        return b"".join(copy)


def _pg_dumps(tables: Connection) -> Iterator[Path]:
    """The server's own first."""
    (directory,) = tables.execute("SELECT setting FROM pg_config WHERE name = 'BINDIR'").fetchone() or ("",)
    on_path = shutil.which("pg_dump")
    candidates = [Path(directory) / "pg_dump", *([Path(on_path)] if on_path else [])]
    yield from (path for path in [*candidates, *sorted(DEBIAN.glob("*/bin/pg_dump"))] if path.exists())
