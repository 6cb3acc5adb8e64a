"""schemathesis over the description of a running server, in a directory of its own."""

import os
import re
import subprocess
import sysconfig
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.hostile.people import Person
from tests.support.server import CHECKOUT

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
EXAMPLES = 100
# So that two runs are alike.
SEED = 20_26
PATIENCE = 540.0
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
SUMMARY = re.compile(r"^.*\bgenerated, .*$", re.MULTILINE)
# Of this environment, whether or not it is active.
SCHEMATHESIS = Path(sysconfig.get_path("scripts")) / "schemathesis"


@dataclass(frozen=True)
class Explored:
    """`summary` is its own line of figures; `said` all of it, where something broke."""

    summary: str
    said: str


def explore(url: str, person: Person, *further: str) -> Explored:
    login = {"HOSTILE_URL": url, "HOSTILE_EMAIL": person.email, "HOSTILE_PASSWORD": person.password}
    command = [str(SCHEMATHESIS), "--config-file", str(CONFIGURATION), "run", f"{url}/openapi.json"]
    options = ["--checks", "all", "--max-examples", str(EXAMPLES), "--seed", str(SEED), "--warnings", "off"]
    with tempfile.TemporaryDirectory() as directory:
        done = subprocess.run(
            [*command, *options, *further, "--phases", "examples,coverage,fuzzing,stateful"],
            cwd=directory,
            env={**os.environ, **login, "PYTHONPATH": str(CHECKOUT)},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    said = COLOUR.sub("", done.stdout + done.stderr)
    found = SUMMARY.findall(said)
    # Without a figure nothing was tried.
    return Explored(found[0].strip() if found else "nothing", said if done.returncode or not found else "")
