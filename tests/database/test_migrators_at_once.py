"""Several instances that start at the same moment, and one that is killed in the middle."""

import multiprocessing
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier

import psycopg
import pytest
from tests.support.timed import at_most

from authflow.database.migration_files import Migration, MigrationError, parse_migration
from authflow.database.migrator import Migrator

PROCESSES = multiprocessing.get_context("spawn")
INSTANCES = 4
# Of this database only: other tests migrate theirs on the same server at the same time.
TERMINATE_LOCK_HOLDERS = """
    SELECT pg_terminate_backend(activity.pid) FROM pg_locks JOIN pg_stat_activity AS activity USING (pid)
    WHERE locktype = 'advisory' AND datname = current_database()
"""


def migration(version: str, up: str, option: str = "") -> Migration:
    return parse_migration(version, f"-- migrate:up {option}\n{up}\n")


def start_together(barrier: Barrier, results: "Queue[list[str] | str]", migrator: Migrator) -> None:
    barrier.wait(30)
    try:
        results.put(migrator.up())
    except (MigrationError, psycopg.Error) as error:
        results.put(str(error))


def run_at_once(migrator: Migrator) -> list[list[str] | str]:
    """What each of INSTANCES processes applied, or why it failed."""
    barrier: Barrier = PROCESSES.Barrier(INSTANCES)
    results: Queue[list[str] | str] = PROCESSES.Queue()
    started = [
        PROCESSES.Process(target=start_together, args=(barrier, results, migrator)) for _ in range(INSTANCES)
    ]
    for process in started:
        process.start()
    answers = [results.get(timeout=60) for _ in started]
    for process in started:
        process.join(10)
    return answers


def migrate(migrator: Migrator) -> None:
    migrator.up()


def count(url: str, query: str) -> int:
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute(query.encode()).fetchone()
    assert found
    return int(found[0])


def wait_until_it_sleeps(url: str) -> None:
    sleeping = (
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
    )
    until = time.monotonic() + 30
    while not count(url, sleeping):
        assert time.monotonic() < until, "the migration never began"
        time.sleep(0.05)


@pytest.mark.parametrize("repetition", range(2))
def test_of_many_that_start_at_once_one_applies_and_all_succeed(empty_database: str, repetition: int):
    steps = [
        migration("0001", "CREATE TABLE a (word text);"),
        migration("0002", "INSERT INTO a VALUES ('once'); SELECT pg_sleep(0.2);"),
        migration("0003", "INSERT INTO a VALUES ('once more');"),
    ]
    answers = run_at_once(Migrator(empty_database, steps))
    assert sorted(answers, key=len) == [[]] * (INSTANCES - 1) + [["0001", "0002", "0003"]]
    assert count(empty_database, "SELECT count(*) FROM a") == 2


def test_those_that_wait_do_not_hold_up_a_concurrent_index(empty_database: str):
    # CREATE INDEX CONCURRENTLY waits for all snapshots, so for a run that waits for the lock by a statement.
    steps = [
        migration("0001", "CREATE TABLE a (word text); SELECT pg_sleep(0.5);"),
        migration("0002", "CREATE INDEX CONCURRENTLY a_word ON a (word);", option="transaction:false"),
    ]
    answers = run_at_once(Migrator(empty_database, steps))
    assert sorted(answers, key=len) == [[]] * (INSTANCES - 1) + [["0001", "0002"]]


def test_of_two_that_both_believe_to_hold_the_lock_one_applies(empty_database: str):
    steps = [migration("0001", "CREATE TABLE a (); SELECT pg_sleep(1);")]
    with ThreadPoolExecutor() as threads:
        first = threads.submit(Migrator(empty_database, steps).up)
        wait_until_it_sleeps(empty_database)
        with psycopg.connect(empty_database, autocommit=True) as connection:
            connection.execute(TERMINATE_LOCK_HOLDERS)
        assert Migrator(empty_database, steps).up() == []
        # It says so, because what came after it may have met another run.
        assert isinstance(first.exception(), psycopg.OperationalError)
    assert count(empty_database, "SELECT count(*) FROM schema_migrations") == 1


def test_a_run_killed_in_the_middle_leaves_nothing_that_the_next_trips_over(empty_database: str):
    first = migration("0001", "CREATE TABLE a ();")
    endless = migration("0002", "CREATE TABLE b (); SELECT pg_sleep(300);")
    victim = PROCESSES.Process(target=migrate, args=(Migrator(empty_database, [first, endless]),))
    victim.start()
    wait_until_it_sleeps(empty_database)
    assert victim.pid
    os.kill(victim.pid, signal.SIGKILL)
    victim.join()
    assert count(empty_database, "SELECT count(*) FROM schema_migrations") == 1
    begin = time.monotonic()
    mended = migration("0002", "CREATE TABLE b ();")
    assert Migrator(empty_database, [first, mended]).up() == ["0002"]
    # The server notices within a second; without that the sleeper would keep its lock for five minutes.
    assert time.monotonic() - begin < at_most(5)
