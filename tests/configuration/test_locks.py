"""locks/*.txt: what an installation gets is what was looked at, to the byte (OWASP ASVS 15.1.1, 15.2.1)."""

import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
LOCKS = sorted((CHECKOUT / "locks").glob("*.txt"))
REQUIREMENT = re.compile(r"^([a-z0-9][a-z0-9.-]*)(?:\[[a-z,]+\])?==([0-9][^\s;]*)")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")
# Below these there are known ways in; nobody keeps the others any more.
AT_LEAST = {"pyjwt": (2, 12, 0), "flask": (2, 3, 2), "gunicorn": (22,), "werkzeug": (3, 0, 3), "jinja2": (3, 1, 6)}
UNKEPT = {"passlib", "python-jose", "flask-bcrypt", "flask-jwt-extended"}


def requirements_of(lock):
    """Each with all that follows it, up to the next."""
    text = "\n".join(line for line in lock.read_text().splitlines() if not line.lstrip().startswith("#"))
    return [each for each in re.split(r"\n(?=\S)", text) if each.strip()]


def version_of(text):
    return tuple(int(part) for part in re.findall(r"\d+", text))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_dependency_is_locked_by_its_hashes(lock):
    assert requirements_of(lock)
    for requirement in requirements_of(lock):
        assert REQUIREMENT.match(requirement), requirement
        assert HASH.search(requirement), requirement


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_what_is_locked_is_recent_enough_and_nothing_that_nobody_keeps(lock):
    locked = dict(REQUIREMENT.match(each).groups() for each in requirements_of(lock))
    assert not UNKEPT & locked.keys()
    assert {name for name, least in AT_LEAST.items() if version_of(locked[name]) < least} == set()


@pytest.mark.parametrize("file", ["Dockerfile", "render.yaml", "Makefile"])
def test_whatever_installs_insists_on_the_hashes(file):
    installs = [line for line in (CHECKOUT / file).read_text().splitlines() if "-r locks/" in line]
    assert installs
    assert all("--no-deps --require-hashes" in line for line in installs)
