"""Installs take what is locked and nothing else, in any year: whatever the index has by then, with an old pip."""

import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml
from tests.configuration.installs import CHECKOUT, LOCK, NPM_INSTALL, WRITTEN_IN, flags_of, pip_installs_in

# As Debian brings it for new environments; there may be none.
OF_DEBIAN = [["/usr/bin/python3", f"{wheel}/pip"] for wheel in Path("/usr/share/python-wheels").glob("pip-*.whl")]
# Python's own, which made this environment, and that one: Debian 12 has 23.0.1.
PIPS = [[sys.executable, "-m", "pip"], *OF_DEBIAN]
# An install that hangs is a failure; seconds.
PATIENCE = 120
# In how many ways we ask for it: in one, which `test_whatever_installs_takes_what_is_locked_and_no_more` holds.
WAYS = sorted(
    {
        " ".join(flags_of(install))
        for file in WRITTEN_IN
        for install in pip_installs_in(file)
        if LOCK.search(install)
    }
)


def make_wheel(index, name, version, *metadata):
    """Written by hand; its SHA-256."""
    file, info = index / f"{name}-{version}-py3-none-any.whl", f"{name}-{version}.dist-info"
    told = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *metadata, ""]
    contents = {
        f"{name}.py": f"version = '{version}'\n",
        f"{info}/METADATA": "\n".join(told),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},,\n" for path in [*contents, f"{info}/RECORD"])
    with zipfile.ZipFile(file, "w") as wheel:
        for path, text in {**contents, f"{info}/RECORD": record}.items():
            wheel.writestr(path, text)
    return hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.fixture
def index(tmp_path):
    """A plugin that asks for an extra, and of what it asks for a newer release than the lock has."""
    index = tmp_path / "index"
    index.mkdir()
    extra = "Provides-Extra: toml"
    pins = {
        "measure": make_wheel(index, "measure", "1.0", extra),
        "plugin": make_wheel(index, "plugin", "1.0", "Requires-Dist: measure[toml]"),
    }
    (tmp_path / "lock.txt").write_text("".join(f"{name}==1.0 --hash=sha256:{pin}\n" for name, pin in pins.items()))
    make_wheel(index, "measure", "2.0", extra)
    return index


@pytest.mark.parametrize("flags", WAYS)
@pytest.mark.parametrize("pip", PIPS, ids=lambda words: Path(words[-1]).parent.name or "own")
def test_a_lock_is_installed_also_when_there_are_newer_releases(index, tmp_path, pip, flags):
    from_here = ["--no-index", "--find-links", str(index), "--target", str(tmp_path / "site")]
    asked = [*pip, "--isolated", "install", *flags.split(), *from_here, "-r", str(tmp_path / "lock.txt")]
    environment = {"PATH": os.environ["PATH"], "PIP_CONFIG_FILE": os.devnull, "HOME": str(tmp_path)}
    ended = subprocess.run(asked, env=environment, check=False, capture_output=True, text=True, timeout=PATIENCE)
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "site" / "measure.py").read_text() == "version = '1.0'\n"


@pytest.mark.parametrize("file", WRITTEN_IN)
def test_whatever_installs_takes_what_is_locked_and_no_more(file):
    """Also no build of ours, which would fetch what it is built with from the index, unlocked."""
    for install in pip_installs_in(file):
        wanted = (
            "--no-deps --require-hashes -r locks/" if LOCK.search(install) else "--no-deps --no-build-isolation "
        )
        assert install.startswith(wanted), install


@pytest.mark.parametrize("file", ["Makefile", "Dockerfile", "render.yaml", "README.md"])
def test_what_builds_the_package_is_locked_and_installed_before_it(file):
    installs = pip_installs_in(file)
    builds = [number for number, install in enumerate(installs) if not LOCK.search(install)]
    assert len(builds) == 1
    assert any("locks/build.txt" in install for install in installs[: builds[0]])


def test_github_runs_what_ci_runs():
    (job,) = yaml.safe_load((CHECKOUT / ".github" / "workflows" / "ci.yml").read_text())["jobs"].values()
    assert [step["run"] for step in job["steps"] if "run" in step] == ["bash .ci/run"]


def test_what_comes_from_npm_is_locked_too():
    assert (CHECKOUT / "postman" / "package-lock.json").exists()
    texts = [path.read_text() for path in [*(CHECKOUT / "tests").rglob("*.py"), CHECKOUT / "Makefile"]]
    asked = {word for text in texts for word in NPM_INSTALL.findall(text)}
    assert "ci" in asked
    assert not asked & {"install", "i", "add", "exec"}
