"""`make e2e`: the pages as built, in Chromium, before APIs of their own; `python -m tests.e2e.pages [test …]`.

Two of them, as a sign-up ends in two ways: one makes the account at once, the other asks to verify the email.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.e2e.run import CHECKOUT, remove, running, warnings

from authflow.local.node import find_node

FRONTEND = CHECKOUT / "frontend"
BIN = FRONTEND / "node_modules" / ".bin"
# What each asks for, the port of its pages, and from where on its API looks for one.
WORLDS = (("false", 4_173, 5_700), ("true", 4_174, 5_750))
# The limits stay as they are; each test comes from an address of its own instead.
SETTINGS = {"TRUSTED_PROXIES": "1", "BCRYPT_ROUNDS": "10"}
STOP_PATIENCE = 10.0


def main() -> int:
    environment = find_node().environment(os.environ)
    subprocess.run([BIN / "vite", "build", "app", "--logLevel", "warn"], cwd=FRONTEND, env=environment, check=True)
    directories: list[Path] = []
    with ExitStack() as worlds:
        for proves, page_port, api_port in WORLDS:
            name = "PROVING" if proves == "true" else "OPEN"
            directory, api = worlds.enter_context(_api(proves, page_port, api_port))
            directories.append(directory)
            worlds.enter_context(_pages(page_port, api, environment))
            environment |= {f"AUTHFLOW_API_{name}": api, f"AUTHFLOW_PAGES_{name}": f"http://localhost:{page_port}"}
        tests = [BIN / "playwright", "test", *sys.argv[1:]]
        status = subprocess.run(tests, cwd=FRONTEND, env=environment, check=False).returncode
        if status != 0:
            sys.stderr.writelines(map(warnings, directories))
        return status


@contextmanager
def _api(proves: str, page_port: int, api_port: int) -> Generator[tuple[Path, str]]:
    directory = Path(tempfile.mkdtemp(prefix="authflow-pages-")).resolve()
    # For root, whose database runs as another user.
    directory.chmod(0o755)
    settings = {"REQUIRE_EMAIL_VERIFICATION": proves, "FRONTEND_URL": f"http://localhost:{page_port}"}
    try:
        with running(directory, api_port, {**SETTINGS, **settings}) as url:
            yield directory, url
    finally:
        remove(directory)


@contextmanager
def _pages(port: int, api: str, environment: dict[str, str]) -> Generator[None]:
    argv = ["node", "scripts/serve.ts", str(port), api]
    serve = subprocess.Popen(argv, cwd=FRONTEND, env=environment, stdout=subprocess.PIPE)
    assert serve.stdout
    try:
        # It says its address once it listens; nothing, where the port is taken.
        if not serve.stdout.readline():
            sys.exit(f"nothing serves the pages at port {port}")
        yield
    finally:
        serve.terminate()
        serve.wait(STOP_PATIENCE)
        serve.stdout.close()


if __name__ == "__main__":
    sys.exit(main())
