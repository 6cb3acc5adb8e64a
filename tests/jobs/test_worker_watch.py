"""That no worker lives is said in the log, as no other line would say it."""

import time

import pytest
from tests.support.jobs import changed
from tests.support.server import wait_until

from authflow.services.worker_watch import SAY_AGAIN_AFTER, WorkerWatch


@pytest.fixture
def watch(queue, tables) -> WorkerWatch:
    return WorkerWatch(queue)


def silences(log):
    return [(line["silent_for"], line["jobs_waiting"]) for line in log.lines if line["event"] == "worker_silent"]


def test_where_no_worker_was_ever_seen_it_is_said_with_what_waits(watch, database, log):
    database.autocommit.jobs.add(changed())
    watch.look()
    assert silences(log) == [(None, 1)]


def test_a_worker_that_is_silent_for_a_minute_is_said_and_one_that_lives_is_not(watch, tables, log):
    tables.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    watch.look()
    assert log.lines == []
    tables.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '61 seconds'")
    watch.look()
    assert silences(log) == [(61, 0)]


def test_requests_make_it_look_once_a_minute_and_while_none_lives_once_in_ten(watch, log):
    watch.look_now_and_then()
    assert silences(log) == []
    watch._next_look = 0
    for _ in range(3):
        watch.look_now_and_then()
    wait_until(lambda: watch._next_look > time.monotonic() + SAY_AGAIN_AFTER / 2)
    assert len(silences(log)) == 1


def test_a_database_that_is_away_is_no_silence(watch, monkeypatch, log):
    monkeypatch.setattr(type(watch.queue), "find_silence", lambda _queue: 1 / 0)
    watch.look()
    assert [line["event"] for line in log.lines] == ["worker_not_looked_for"]
