"""Files that were edited after they were applied: a package's may be, of ours an operator decides."""

from dataclasses import replace
from pathlib import Path

import pytest

from authflow.commands import migrate
from authflow.config import load_config
from authflow.database.all_migrations import all_migrations, queue_migrations
from authflow.database.migration_files import MigrationError, parse_migration
from authflow.database.migrator import Migrator

OURS = parse_migration("0001_a", "-- migrate:up\nCREATE TABLE a ();")
EDITED = parse_migration("0001_a", "-- migrate:up\n-- a word more\nCREATE TABLE a ();")


def states(migrator: Migrator) -> set[str]:
    return {each.state for each in migrator.status()}


def test_a_file_that_the_job_library_edited_is_as_good_as_applied(empty_database: str):
    shipped = queue_migrations()
    Migrator(empty_database, shipped).up()
    edited = [replace(each, up=f"{each.up}\n-- a comment", checksum="another") for each in shipped]
    migrator = Migrator(empty_database, [*edited, OURS])
    assert migrator.up() == ["0001_a"]
    assert states(migrator) == {"applied"}


def test_of_ours_an_operator_accepts_the_new_text_by_name(empty_database: str):
    Migrator(empty_database, [OURS]).up()
    edited = Migrator(empty_database, [EDITED])
    with pytest.raises(MigrationError, match="--accept-changed"):
        edited.up()
    assert edited.up(accept=["0001_a"]) == []
    assert states(edited) == {"applied"}
    assert edited.up() == []


def test_only_what_was_applied_can_be_accepted(empty_database: str):
    with pytest.raises(MigrationError, match="0001_a is no migration that was applied"):
        Migrator(empty_database, [OURS]).up(accept=["0001_a"])


def test_the_command_takes_it(
    empty_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(tmp_path)
    config = load_config({"APP_ENV": "development", "DATABASE_URL": empty_database})
    known = list(all_migrations())
    Migrator(empty_database, [*known[:-1], replace(known[-1], checksum="another")]).up()
    assert migrate.run(config, []) == 1
    assert "--accept-changed" in capsys.readouterr().err
    assert migrate.run(config, ["up", "--accept-changed", known[-1].version]) == 0
    assert migrate.run(config, ["up"]) == 0
