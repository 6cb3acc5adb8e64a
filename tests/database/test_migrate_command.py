"""`authflow migrate` as an operator sees it: what it says, and how it fails."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from authflow.commands import migrate
from authflow.config import Config, load_config
from authflow.database.all_migrations import all_migrations

VERSIONS = [known.version for known in all_migrations()]
PASSWORD = "swordfish"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The defaults of development, made where the command is given, do not belong in the checkout."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def config(empty_database: str) -> Config:
    return config_for(empty_database)


def config_for(address: str) -> Config:
    return load_config({"APP_ENV": "development", "DATABASE_URL": address})


def test_up_is_what_it_does_unasked(config: Config, capsys: pytest.CaptureFixture[str]):
    assert migrate.run(config, []) == 0
    assert capsys.readouterr().out.splitlines() == [f"applied {version}" for version in VERSIONS]
    assert migrate.run(config, ["up"]) == 0
    assert capsys.readouterr().out == "nothing to apply\n"


def test_down_takes_back_one_step_or_as_many_as_asked(config: Config, capsys: pytest.CaptureFixture[str]):
    migrate.run(config, ["up"])
    capsys.readouterr()
    assert migrate.run(config, ["down"]) == 0
    assert migrate.run(config, ["down", "2"]) == 0
    latest = VERSIONS[::-1][:3]
    assert capsys.readouterr().out.splitlines() == [f"took back {version}" for version in latest]


def test_status_lists_every_migration(config: Config, capsys: pytest.CaptureFixture[str]):
    assert migrate.run(config, ["status"]) == 0
    assert capsys.readouterr().out.splitlines() == [f"pending   {version}" for version in VERSIONS]


@pytest.mark.parametrize("arguments", [["sideways"], ["down", "0"], ["down", "-1"], ["down", "x"], ["up", "2"]])
def test_what_it_does_not_understand_is_a_usage_error(config: Config, arguments: list[str]):
    with pytest.raises(SystemExit) as left:
        migrate.run(config, arguments)
    assert left.value.code == 2


def test_an_unreachable_database_is_one_line_without_the_password(capsys: pytest.CaptureFixture[str]):
    assert migrate.run(config_for(f"postgresql://ada:{PASSWORD}@127.0.0.1:1/authflow"), ["up"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("authflow migrate: the database cannot be reached: ")
    assert said.err.count("\n") == 1
    assert PASSWORD not in said.err


def test_a_database_that_is_not_there_is_named(empty_database: str, capsys: pytest.CaptureFixture[str]):
    nowhere = urlsplit(empty_database)._replace(path="/nowhere").geturl()
    assert migrate.run(config_for(nowhere), ["status"]) == 1
    assert '"nowhere" does not exist' in capsys.readouterr().err
