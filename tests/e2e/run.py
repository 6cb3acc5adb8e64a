"""`make e2e`: the Postman collection, run on gunicorn, worker and PostgreSQL in a directory of their own."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from authflow.database.migrator import Migrator
from authflow.local.dev_port import free_port
from authflow.local.embedded_postgres import EmbeddedPostgres
from authflow.local.postgres_place import place_of

CHECKOUT = Path(__file__).parents[2]
POSTMAN = CHECKOUT / "postman"
NEWMAN = POSTMAN / "node_modules" / ".bin" / "newman"
# Written by npm when it has finished.
INSTALLED = POSTMAN / "node_modules" / ".package-lock.json"
# Not the usual ones: somebody may be running `make dev` beside this.
FIRST_PORT = 5_600
# Of our own environment the server is given no more than it needs to be found.
PASSED_ON = ("PATH", "PYTHONPATH", "HOME", "LANG")
# The collection waits for it once; seconds.
GRACE = 2
START_PATIENCE = 60.0
STOP_PATIENCE = 30.0
LOOK_AGAIN = 0.2


def main() -> int:
    _install_newman()
    directory = Path(tempfile.mkdtemp(prefix="authflow-e2e-")).resolve()
    # For root, whose database runs as another user.
    directory.chmod(0o755)
    try:
        with running(directory, FIRST_PORT, {"REFRESH_GRACE": f"{GRACE}s"}) as url:
            status = _newman(url)
        if status != 0:
            sys.stderr.write(warnings(directory))
        return status
    finally:
        remove(directory)


def _install_newman() -> None:
    if shutil.which("npm") is None:
        sys.exit("make e2e needs Node 18 or newer with npm; on Debian: apt-get install nodejs npm")
    lock = POSTMAN / "package-lock.json"
    if not INSTALLED.exists() or INSTALLED.stat().st_mtime < lock.stat().st_mtime:
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=POSTMAN, check=True)


@contextmanager
def running(directory: Path, first_port: int, settings: Mapping[str, str]) -> Generator[str]:
    """The address of a server, once it is ready; everything of it has ended after the block."""
    port = free_port(first_port)
    environment = {"APP_ENV": "development", **settings}
    passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    configuration = ["--config", str(CHECKOUT / "gunicorn.conf.py"), "--bind", f"127.0.0.1:{port}"]
    with (
        EmbeddedPostgres(directory / ".authflow" / "postgres").running() as database,
        (directory / "server.log").open("wb") as log,
    ):
        Migrator(database).up()
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *configuration, "authflow.web.wsgi:make_app()"],
            cwd=directory,
            env={**passed_on, **environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            # Not `localhost`, which may be ::1 for one program and 127.0.0.1 for another.
            yield _ready(f"http://127.0.0.1:{port}", process, directory)
        finally:
            process.terminate()
            process.wait(STOP_PATIENCE)


def _ready(url: str, process: "subprocess.Popen[bytes]", directory: Path) -> str:
    end = time.monotonic() + START_PATIENCE
    while process.poll() is None and time.monotonic() < end:
        if _is_ready(url):
            return url
        time.sleep(LOOK_AGAIN)
    sys.exit(f"the server is not ready:\n{(directory / 'server.log').read_text()}")


def _is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/ready", timeout=1) as answer:
            return answer.status == 200
    except OSError:
        return False


def _newman(url: str) -> int:
    variables = {"baseUrl": url, "graceSeconds": str(GRACE)}
    given = [word for name, value in variables.items() for word in ("--env-var", f"{name}={value}")]
    collection = ["authflow.postman_collection.json", "--environment", "local.postman_environment.json"]
    argv = [str(NEWMAN), "run", *collection, *given, "--timeout-request", "10000"]
    return subprocess.run(argv, cwd=POSTMAN, check=False).returncode


def warnings(directory: Path) -> str:
    """What the server said of itself: without its lines about each request."""
    lines = (directory / "server.log").read_text().splitlines(keepends=True)
    return "".join(line for line in lines if '"level":"info"' not in line)


def remove(directory: Path) -> None:
    postgres = directory / ".authflow" / "postgres"
    EmbeddedPostgres(postgres).stop()
    place = place_of(postgres)
    for path in (place.socket_directory, place.home, directory):
        shutil.rmtree(path, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
