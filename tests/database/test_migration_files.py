"""How a migration's file is read, and what is refused instead of being guessed."""

from pathlib import Path

import pytest

from authflow.database.migration_files import MigrationError, own_migrations, parse_migration, read_migrations


def test_a_file_has_a_way_up_and_a_way_down():
    read = parse_migration("0001_a", "-- migrate:up\nCREATE TABLE a ();\n-- migrate:down\nDROP TABLE a;\n")
    assert (read.up.strip(), read.down.strip()) == ("CREATE TABLE a ();", "DROP TABLE a;")
    assert read.transactional


@pytest.mark.parametrize("end", ["", "-- migrate:down\n", "-- migrate:down\n-- there is none\n"])
def test_a_file_without_a_statement_down_has_no_way_back(end: str):
    assert parse_migration("0001_a", "-- migrate:up\nSELECT 1;\n" + end).down == ""


@pytest.mark.parametrize("marker", ["-- migrate:up transaction:false", "--migrate:up  transaction:false  "])
def test_a_file_may_ask_for_no_transaction(marker: str):
    assert not parse_migration("0001_a", f"-- of its own\n\n{marker}\nSELECT 1;\n").transactional


@pytest.mark.parametrize(
    "text",
    [
        "",
        "CREATE TABLE a ();",
        "-- migrate:down\nDROP TABLE a;\n-- migrate:up\nCREATE TABLE a ();",
        "-- migrate:up\nCREATE TABLE a ();\n-- migrate:dwon\nDROP TABLE a;",
        "-- migrate:up\nSELECT 1;\n-- migrate:up\nSELECT 2;",
        "DROP TABLE b;\n-- migrate:up\nSELECT 1;",
        "-- migrate:up transaction:flase\nSELECT 1;",
    ],
)
def test_a_file_that_is_not_understood_is_refused_by_name(text: str):
    with pytest.raises(MigrationError, match="0007_odd"):
        parse_migration("0007_odd", text)


def test_a_checkout_with_windows_line_ends_has_the_same_checksum(tmp_path: Path):
    checksums: set[str] = set()
    for end in (b"\n", b"\r\n"):
        (tmp_path / "0001_a.sql").write_bytes(b"-- migrate:up" + end + b"SELECT 1;" + end)
        checksums.update(migration.checksum for migration in read_migrations(tmp_path))
    assert len(checksums) == 1


def test_files_come_in_the_order_of_their_names(tmp_path: Path):
    for name in ("0010_c.sql", "0002_b.sql", "0001_a.sql", "notes.txt"):
        (tmp_path / name).write_text("-- migrate:up\nSELECT 1;\n")
    assert [migration.version for migration in read_migrations(tmp_path)] == ["0001_a", "0002_b", "0010_c"]


def test_a_directory_without_migrations_is_a_fault(tmp_path: Path):
    with pytest.raises(MigrationError, match="no migrations"):
        read_migrations(tmp_path)


def test_every_migration_of_ours_has_a_way_back():
    assert [migration.version for migration in own_migrations() if not migration.down] == []
