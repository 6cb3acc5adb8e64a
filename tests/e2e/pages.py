"""`make e2e`: the pages as built, in Chromium, before APIs of their own; `python -m tests.e2e.pages [test …]`.

Three of them: one makes an account at once, one asks to verify the email, one gives tokens that run out at once.
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
# The port of the pages of each, from where on its API looks for one, and what is set there.
WORLDS = {
    "OPEN": (4_173, 5_700, {}),
    "PROVING": (4_174, 5_750, {"REQUIRE_EMAIL_VERIFICATION": "true"}),
    "BRIEF": (4_175, 5_800, {"ACCESS_TOKEN_TTL": "1s", "REFRESH_GRACE": "0s"}),
}
# The limits stay as they are; each test comes from an address of its own instead.
SETTINGS = {"TRUSTED_PROXIES": "1", "BCRYPT_ROUNDS": "10"}
STOP_PATIENCE = 10.0


def main() -> int:
    environment = find_node().environment(os.environ)
    subprocess.run([BIN / "vite", "build", "app", "--logLevel", "warn"], cwd=FRONTEND, env=environment, check=True)
    directories: list[Path] = []
    with ExitStack() as worlds:
        for name, (page_port, api_port, settings) in WORLDS.items():
            directory, api = worlds.enter_context(_api(page_port, api_port, settings))
            directories.append(directory)
            worlds.enter_context(_pages(page_port, api, environment))
            environment |= {f"AUTHFLOW_API_{name}": api, f"AUTHFLOW_PAGES_{name}": f"http://localhost:{page_port}"}
        tests = [BIN / "playwright", "test", *sys.argv[1:]]
        status = subprocess.run(tests, cwd=FRONTEND, env=environment, check=False).returncode
        if status != 0:
            sys.stderr.writelines(map(warnings, directories))
        return status


@contextmanager
def _api(page_port: int, api_port: int, settings: dict[str, str]) -> Generator[tuple[Path, str]]:
    directory = Path(tempfile.mkdtemp(prefix="authflow-pages-")).resolve()
    # For root, whose database runs as another user.
    directory.chmod(0o755)
    try:
        with running(
            directory, api_port, {**SETTINGS, **settings, "FRONTEND_URL": f"http://localhost:{page_port}"}
        ) as url:
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
