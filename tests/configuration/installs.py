"""The installs as they are written down, wherever somebody runs one."""

import re
import subprocess
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
WRITTEN_IN = ("Makefile", "Dockerfile", "render.yaml", "README.md", ".ci/run")
PIP_INSTALL = re.compile(r"\bpip\b(?: --?[a-z-]+)* install ([^&|`\n]*)")
NPM_INSTALL = re.compile(r"\bnpm\b[\", ]+(\w+)")
LOCK = re.compile(r" ?-r (locks/[a-z0-9]+\.txt)")


def pip_installs_in(file):
    """What follows each `pip install`."""
    return [words.strip() for words in PIP_INSTALL.findall(text_of(file))]


def text_of(file):
    if file == "Makefile":
        return recipes()
    # YAML folds a long line.
    return re.sub(r"\n\s*&&", " &&", (CHECKOUT / file).read_text())


def recipes():
    """Every command of the targets that install, with its variables filled in."""
    asked = ["make", "--dry-run", "--always-make", "--no-print-directory", ".venv/e2e", "lock"]
    # Without what a `make test` around this hands down.
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin"}
    return subprocess.run(
        asked, cwd=CHECKOUT, env=environment, check=True, capture_output=True, text=True, timeout=60
    ).stdout


def flags_of(install):
    """Without what is installed."""
    return LOCK.sub("", install).split()
