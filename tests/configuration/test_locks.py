"""locks/*.txt: what an installation gets is what was looked at, to the byte (OWASP ASVS 15.1.1, 15.2.1)."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CHECKOUT = Path(__file__).parents[2]
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
LOCKS = sorted((CHECKOUT / "locks").glob("*.txt"))
OF_THE_SERVICE = [lock for lock in LOCKS if lock.stem not in {"build", "lock"}]
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")
EXACT = re.compile(r"==[0-9][^*,]*")
# Below these there are known ways in; nobody keeps the others any more.
AT_LEAST = {"pyjwt": (2, 12, 0), "flask": (2, 3, 2), "gunicorn": (22,), "werkzeug": (3, 0, 3), "jinja2": (3, 1, 6)}
UNKEPT = {"passlib", "python-jose", "flask-bcrypt", "flask-jwt-extended"}
# What `make lock` resolves each of them from.
ASKED_FOR = {
    "build": PROJECT["build-system"]["requires"],
    "lock": ["uv"],
    "run": ["authflow"],
    "local": ["authflow[local]"],
    "develop": ["authflow[develop]"],
    "e2e": ["authflow[e2e]"],
}


def requirements_of(lock):
    """Each with all that follows it, up to the next."""
    text = "\n".join(line for line in lock.read_text().splitlines() if not line.lstrip().startswith("#"))
    return [each for each in re.split(r"\n(?=\S)", text) if each.strip()]


def locked_in(lock):
    """Name and version of each, for any machine."""
    parsed = [Requirement(text.partition("\\")[0].strip()) for text in requirements_of(lock)]
    return {each.name: each for each in parsed}


def needed_by(lock):
    """The names of all that what was asked for needs on this machine, by what is installed here."""
    waiting = [Requirement(text) for text in ASKED_FOR[lock.stem]]
    seen = set()
    while waiting:
        wanted = waiting.pop()
        for extra in {"", *wanted.extras} - {extra for name, extra in seen if name == wanted.name}:
            seen.add((wanted.name, extra))
            waiting += [each for each in asked_by(wanted.name) if applies(each, extra)]
    return {canonicalize_name(name) for name, _ in seen} - {"authflow"}


def asked_by(name):
    return [Requirement(text) for text in distribution(name).requires or []] if is_installed(name) else []


def is_installed(name):
    try:
        return bool(distribution(name))
    except PackageNotFoundError:
        return False


def applies(requirement, extra=""):
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra})


def version_of(text):
    return tuple(int(part) for part in re.findall(r"\d+", text))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_dependency_is_locked_by_its_hashes(lock):
    assert requirements_of(lock)
    for name, requirement in locked_in(lock).items():
        assert EXACT.fullmatch(str(requirement.specifier)), name
    for text in requirements_of(lock):
        assert HASH.search(text), text


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_holds_all_that_is_needed_and_nothing_else(lock):
    """It is installed without looking at what depends on what."""
    locked, needed = {name for name, each in locked_in(lock).items() if applies(each)}, needed_by(lock)
    assert needed <= locked
    # What only `make e2e` installs cannot be asked what it needs before.
    assert needed == locked or not all(map(is_installed, needed))


def test_all_locks_agree():
    """They are installed into one environment, one after the other."""
    versions = {(name, str(each.specifier)) for lock in LOCKS for name, each in locked_in(lock).items()}
    assert len(versions) == len({name for name, _ in versions})


@pytest.mark.parametrize("lock", OF_THE_SERVICE, ids=lambda lock: lock.stem)
def test_what_is_locked_is_recent_enough_and_nothing_that_nobody_keeps(lock):
    locked = {name: str(requirement.specifier) for name, requirement in locked_in(lock).items()}
    assert not UNKEPT & locked.keys()
    assert {name for name, least in AT_LEAST.items() if version_of(locked[name]) < least} == set()
