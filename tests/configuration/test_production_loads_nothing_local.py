"""What is for development stays on the disk in production: no database is started there, no key is made."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support.server import CHECKOUT, STOP_PATIENCE, wait_until
from tests.support.settings import SETTINGS

# Of the web worker, and of the worker of jobs beside it.
LOADED_LAST = ("authflow.web.ops.openapi", "authflow.worker.unknown_jobs")


def test_neither_gunicorn_nor_a_worker_of_it_loads_what_is_for_development(database_url, tables, tmp_path: Path):
    said = tmp_path / "said"
    environment = {
        **SETTINGS,
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        "DATABASE_URL": database_url,
        "RUN_WORKER": "on",
        # Each process, and each that it starts, tells what it imports.
        "PYTHONPROFILEIMPORTTIME": "1",
    }
    with said.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "wsgi:app", "-b", "127.0.0.1:0"],
            cwd=CHECKOUT,
            env=environment,
            stdout=output,
            stderr=output,
        )
    try:
        wait_until(lambda: all(name in said.read_text() for name in LOADED_LAST), STOP_PATIENCE)
        wait_until(lambda: '"worker_started"' in said.read_text(), STOP_PATIENCE)
    finally:
        server.terminate()
        server.wait(STOP_PATIENCE)
    assert "authflow.local" not in said.read_text()
