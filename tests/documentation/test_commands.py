"""Every command that the documents show does what its name says: it is there, and takes what it is given."""

import argparse
import json
import re
from pathlib import Path

import pytest
import yaml
from tests.documentation.blocks import CHECKOUT, PAGES, blocks, commands
from tests.support.settings import SETTINGS

from authflow.commands.main import COMMANDS, main

MAKEFILE = (CHECKOUT / "Makefile").read_text()
# Several in one, as a list of what there is.
ALTERNATIVES = "|"
LEFT_OUT = "…"


def named(words):
    return " ".join(words)


def test_no_block_is_one_that_no_test_knows():
    assert blocks()
    assert [block.name for block in blocks() if block.kind is None] == []


@pytest.mark.parametrize("words", commands("make"), ids=named)
def test_make_has_that_target(words):
    targets = set(re.findall(r"^([a-z0-9]+):", MAKEFILE, re.MULTILINE))
    asked = [word for word in words[1:] if "=" not in word and word.isascii()]
    assert set(asked) <= targets


class ParsedError(Exception):
    """The command took its arguments, and would begin now."""


@pytest.fixture
def parsing(monkeypatch, tmp_path, database_url):
    """Commands that go no further than to read what they are given."""
    real = argparse.ArgumentParser.parse_args

    def parse(parser, arguments):
        real(parser, arguments)
        raise ParsedError

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", parse)
    monkeypatch.chdir(tmp_path)
    Path("users.csv").touch()
    for name, value in {**SETTINGS, "DATABASE_URL": database_url}.items():
        monkeypatch.setenv(name, value)


def is_taken(arguments):
    """Whether it would begin now, or has told what was asked for (`--help`, `--version`)."""
    try:
        return main(arguments) == 0
    except ParsedError:
        return True
    except SystemExit as ended:
        return ended.code == 0


@pytest.mark.parametrize("words", [each for each in commands("authflow") if len(each) > 1], ids=named)
def test_authflow_takes_that_command(parsing, words):
    if ALTERNATIVES in words:
        assert {word for word in words[1:] if word != ALTERNATIVES} <= set(COMMANDS)
    elif words[1] == "dev":
        # It takes no arguments, and reads none.
        assert words[2:] == []
    else:
        assert is_taken([word.replace(LEFT_OUT, "app.example.com") for word in words[1:]])


def test_the_list_of_rooms_names_every_command():
    (rooms,) = blocks("rooms")
    (shown,) = re.findall(r"`authflow ([^`]+ \| [^`]+)`", rooms.text)
    assert sorted(shown.split(" | ")) == sorted(COMMANDS)


def test_the_list_of_rooms_names_what_there_is():
    (rooms,) = blocks("rooms")
    top = re.findall(r"^([\w./]+) ", rooms.text, re.MULTILINE)
    inside = re.findall(r"^  ([\w.]+/?) ", rooms.text, re.MULTILINE)
    assert len(top) > 3
    assert len(inside) > 10
    for place in [*top, *(f"src/authflow/{name}" for name in inside)]:
        assert (CHECKOUT / place).exists(), place


def test_production_installs_and_starts_as_on_render_and_in_the_image():
    service = yaml.safe_load((CHECKOUT / "render.yaml").read_text())["services"][0]
    image = (CHECKOUT / "Dockerfile").read_text()
    installs = [named(words) for words in commands("pip")]
    assert service["buildCommand"].split(" && ") == installs[:2]
    assert all(line in image for line in installs)
    ours = [named(words) for words in commands("authflow")]
    assert service["startCommand"] in ours
    assert service["preDeployCommand"] in ours
    assert f"CMD {json.dumps(service['startCommand'].split())}" in image


@pytest.mark.parametrize("words", commands("docker"), ids=named)
def test_docker_builds_and_runs_what_the_dockerfile_says(parsing, words):
    port = re.findall(r"^EXPOSE (\d+)$", (CHECKOUT / "Dockerfile").read_text(), re.MULTILINE)
    if words[1] == "build":
        assert words == ["docker", "build", "-t", "authflow", "."]
        return
    parser = argparse.ArgumentParser()
    parser.add_argument("--rm", action="store_true")
    parser.add_argument("--env-file", required=True)
    parser.add_argument("-p", default=f"{port[0]}:{port[0]}")
    parser.add_argument("image", choices=["authflow"])
    parser.add_argument("command", nargs="*")
    asked, _ = parser.parse_known_args(words[2:])
    assert asked.p.rpartition(":")[2] == port[0]
    assert not asked.command or is_taken(asked.command[1:])


VARIABLE = re.compile(r"`([A-Z]+(?:_[A-Z]+)+|PORT)(?:=[^`]*)?`")


def test_every_variable_that_is_named_is_one():
    known = set(re.findall(r"^([A-Z_]+)=$", (CHECKOUT / ".env.example").read_text(), re.MULTILINE))
    known |= set(re.findall(r"^([A-Z_]+) \?=", MAKEFILE, re.MULTILINE))
    for page in PAGES:
        named_there = set(VARIABLE.findall(page.read_text()))
        assert named_there - known == set(), page.name
    assert "MAIL_TRANSPORT" in VARIABLE.findall(PAGES[0].read_text())


def test_links_between_the_documents_lead_somewhere():
    for page in PAGES:
        for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text()):
            assert (page.parent / link).exists(), (page.name, link)
