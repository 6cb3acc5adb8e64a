"""The front end of a checkout, which `authflow dev` serves beside the API, new on every save."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from authflow.local.child import Child
from authflow.local.dev_port import is_answered
from authflow.local.node import Node, NodeMissing, find_node

DIRECTORY = Path(__file__).parents[3] / "frontend"
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class NoFrontEnd(Exception):
    """Says why there is none to be served here."""


@dataclass(frozen=True)
class FrontEnd:
    """Where its files are, and the port of `localhost` that FRONTEND_URL names."""

    directory: Path
    port: int
    node: Node

    @property
    def is_installed(self) -> bool:
        mark, lock = self._mark, self.directory / "package-lock.json"
        return mark.exists() and mark.stat().st_mtime >= lock.stat().st_mtime

    def install(self) -> None:
        """What it is built of, without a script of theirs being run. Raises NoFrontEnd."""
        command = [*self.node.npm, "ci", "--ignore-scripts", "--loglevel=error", "--no-audit", "--no-fund"]
        ended = subprocess.run(
            command, cwd=self.directory, env=self.node.environment(os.environ), check=False, stdout=sys.stderr
        )
        if ended.returncode:
            raise NoFrontEnd("npm could not install what it needs")
        self._mark.touch()

    def served_for(self, api: str) -> Child:
        """By Vite, which ends when its standard input does."""
        return Child(
            name="front end",
            argv=(str(self.node.binary), "scripts/dev.ts", str(self.port)),
            environment={**self.node.environment(os.environ), "AUTHFLOW_API": api},
            directory=self.directory,
        )

    def answers(self) -> bool:
        return is_answered(self.port)

    @property
    def _mark(self) -> Path:
        return self.directory / "node_modules" / ".installed"


def find_front_end(url: str, directory: Path = DIRECTORY) -> FrontEnd | None:
    """That of this checkout; None without one, or where FRONTEND_URL says that another one is used.

    Raises:
        NoFrontEnd: its port is taken, or there is no Node.js.
    """
    parts = urlsplit(url)
    if not (directory / "package-lock.json").exists() or parts.hostname not in LOOPBACK or parts.scheme != "http":
        return None
    port = parts.port or 80
    if is_answered(port):
        raise NoFrontEnd(f"something answers at {url} already; FRONTEND_URL can name another port")
    try:
        return FrontEnd(directory, port, find_node())
    except NodeMissing as error:
        raise NoFrontEnd(str(error)) from None
