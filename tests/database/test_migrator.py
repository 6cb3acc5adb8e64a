"""Migrations against a real server: once each, in order, all or nothing, whoever dies or runs beside."""

from dataclasses import replace
from typing import Any

import psycopg
import pytest

from authflow.database.migration_files import Migration, MigrationError, own_migrations, parse_migration
from authflow.database.migrator import Migrator


def migration(version: str, up: str, down: str = "") -> Migration:
    return parse_migration(version, f"-- migrate:up\n{up}\n-- migrate:down\n{down}\n")


def table(version: str) -> Migration:
    """Makes and drops the table that has the migration's name."""
    return migration(version, f'CREATE TABLE "{version}" ();', f'DROP TABLE "{version}";')


def fetch(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(query.encode()).fetchall()


def tables(url: str) -> list[str]:
    found = fetch(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    return [name for (name,) in found if name != "schema_migrations"]


def states(migrator: Migrator) -> dict[str, str]:
    return {each.version: each.state for each in migrator.status()}


def test_our_own_migrations_go_up_down_and_up_again(empty_database: str):
    ours = Migrator(empty_database)
    versions = [each.version for each in ours.migrations]
    assert ours.up() == versions
    made = tables(empty_database)
    assert "users" in made
    assert ours.up() == []
    steps_back = [known.version for known in own_migrations()][::-1]
    assert ours.down(len(steps_back)) == steps_back
    assert all(name.startswith("procrastinate_") for name in tables(empty_database))
    assert ours.up() == steps_back[::-1]
    assert tables(empty_database) == made


def test_the_queues_own_migrations_know_no_way_back(empty_database: str):
    migrator = Migrator(empty_database)
    migrator.up()
    with pytest.raises(MigrationError, match=r"procrastinate/.* cannot be taken back"):
        migrator.down(len(migrator.migrations))
    assert "users" in tables(empty_database)


def test_files_are_applied_in_order(empty_database: str):
    steps = [
        migration("1", "CREATE TABLE a (word text);"),
        migration("2", "INSERT INTO a VALUES ('two');"),
        migration("3", "UPDATE a SET word = word || ', three';"),
    ]
    assert Migrator(empty_database, steps).up() == ["1", "2", "3"]
    assert fetch(empty_database, "SELECT word FROM a") == [("two, three",)]


def test_down_takes_back_the_latest_steps_only(empty_database: str):
    migrator = Migrator(empty_database, [table("a"), table("b"), table("c")])
    migrator.up()
    assert migrator.down(2) == ["c", "b"]
    assert tables(empty_database) == ["a"]
    assert migrator.down() == ["a"]
    assert migrator.down() == []


@pytest.mark.parametrize("steps", [0, -1])
def test_down_of_no_steps_takes_nothing_back(empty_database: str, steps: int):
    migrator = Migrator(empty_database, [table("a"), table("b")])
    migrator.up()
    assert migrator.down(steps) == []


def test_down_refuses_before_it_begins_what_has_no_way_back(empty_database: str):
    migrator = Migrator(empty_database, [migration("a", "CREATE TABLE a ();"), table("b")])
    migrator.up()
    with pytest.raises(MigrationError, match="a cannot be taken back"):
        migrator.down(2)
    assert tables(empty_database) == ["a", "b"]


def test_an_edited_file_is_refused_by_name_and_nothing_is_applied(empty_database: str):
    first, second = table("0001_first"), table("0002_second")
    Migrator(empty_database, [first]).up()
    edited = Migrator(empty_database, [replace(first, checksum="another"), second])
    with pytest.raises(MigrationError, match="0001_first"):
        edited.up()
    with pytest.raises(MigrationError, match="0001_first"):
        edited.down()
    assert tables(empty_database) == ["0001_first"]


def test_status_tells_applied_pending_changed_and_missing(empty_database: str):
    a, b, c, d = (table(name) for name in "abcd")
    assert states(Migrator(empty_database, [a])) == {"a": "pending"}
    assert fetch(empty_database, "SELECT to_regclass('schema_migrations')") == [(None,)]
    Migrator(empty_database, [a, b, d]).up()
    now = Migrator(empty_database, [a, replace(b, checksum="another"), c])
    assert states(now) == {"a": "applied", "b": "changed", "c": "pending", "d": "missing"}


def test_an_older_release_leaves_alone_what_it_does_not_know(empty_database: str):
    Migrator(empty_database, [table("a"), table("b")]).up()
    older = Migrator(empty_database, [table("a")])
    assert older.up() == []
    with pytest.raises(MigrationError, match="b cannot be taken back"):
        older.down()
    assert tables(empty_database) == ["a", "b"]


def test_a_pending_file_older_than_an_applied_one_is_applied(empty_database: str):
    a, b, c = table("a"), table("b"), table("c")
    Migrator(empty_database, [a, c]).up()
    merged = Migrator(empty_database, [a, b, c])
    assert merged.up() == ["b"]
    assert merged.down(2) == ["b", "c"]


def test_a_failing_file_leaves_the_earlier_ones_and_nothing_of_itself(empty_database: str):
    broken = migration("0002_broken", "CREATE TABLE half (); SELECT 1 / 0;")
    migrator = Migrator(empty_database, [table("0001_a"), broken, table("0003_c")])
    with pytest.raises(MigrationError, match="0002_broken failed: division by zero"):
        migrator.up()
    assert tables(empty_database) == ["0001_a"]
    assert states(migrator) == {"0001_a": "applied", "0002_broken": "pending", "0003_c": "pending"}


def test_a_failing_way_down_keeps_the_migration_applied(empty_database: str):
    migrator = Migrator(empty_database, [migration("a", "CREATE TABLE a ();", "DROP TABLE a; SELECT 1 / 0;")])
    migrator.up()
    with pytest.raises(MigrationError, match="a failed"):
        migrator.down()
    assert states(migrator) == {"a": "applied"}
    assert tables(empty_database) == ["a"]


def test_sql_arrives_as_it_is_written(empty_database: str):
    text = """
        -- a comment with 100% of a 'quote; and %(name)s
        CREATE TABLE a (word text CHECK (word LIKE '%s%%'));  /* $1 ; */
        CREATE FUNCTION shout(word text) RETURNS text LANGUAGE plpgsql AS $$
        BEGIN
            -- a ; and a % inside
            RETURN format('%s!', $1);
        END $$;
        INSERT INTO a VALUES (shout('so sé 100 %'));
    """
    Migrator(empty_database, [migration("a", text)]).up()
    assert fetch(empty_database, "SELECT word FROM a") == [("so sé 100 %!",)]


def test_a_setting_of_one_file_does_not_reach_the_next(empty_database: str):
    dumped = migration("a", "SELECT pg_catalog.set_config('search_path', '', false);")
    Migrator(empty_database, [dumped, table("b")]).up()
    assert tables(empty_database) == ["b"]


def test_current_means_that_every_known_migration_is_applied(empty_database: str):
    one, two = Migrator(empty_database, [table("a")]), Migrator(empty_database, [table("a"), table("b")])
    with psycopg.connect(empty_database, autocommit=True) as connection:
        assert not one.is_current(connection)
        one.up()
        assert one.is_current(connection)
        assert not two.is_current(connection)
        two.up()
        assert two.is_current(connection)
        assert one.is_current(connection)
