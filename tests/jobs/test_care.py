"""The queue is looked after: stalled jobs are retaken, dead letters are shown and tried again."""

from dataclasses import replace

import pytest
from tests.support.jobs import age_jobs, changed, list_jobs

from authflow.commands import jobs, sweep
from authflow.config import Config
from authflow.mail.sender import MailNotSent

SILENT_FOR = 15


@pytest.fixture
def give_up(database, attempt, handler):
    """Makes dead letters of so many jobs."""

    def make(count):
        handler.error = MailNotSent("refused", is_final=True)
        for user in range(count):
            database.autocommit.jobs.add(changed(user))
        attempt()
        handler.error = None

    return make


def begin(tables, silent_for):
    """As a worker that took every job, and gave its last sign of life so long ago."""
    (worker,) = tables.execute(
        """
        INSERT INTO procrastinate_workers (last_heartbeat)
        VALUES (clock_timestamp() - make_interval(secs => %s)) RETURNING id
        """,
        [silent_for],
    ).fetchone()
    tables.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", [worker])


def test_what_a_silent_worker_had_under_way_is_retaken(database, queue, tables, attempt, handler, log):
    database.autocommit.jobs.add(changed())
    begin(tables, silent_for=SILENT_FOR + 1)
    queue.retake_stalled(SILENT_FOR)
    (line,) = log.lines
    assert (line["event"], line["task"]) == ("job_retaken", "send_password_changed_mail")
    attempt()
    assert len(handler.done) == 1
    assert list_jobs(tables) == []


def test_what_a_worker_that_is_gone_had_under_way_is_retaken(database, queue, tables):
    database.autocommit.jobs.add(changed())
    begin(tables, silent_for=0)
    tables.execute("DELETE FROM procrastinate_workers")
    queue.retake_stalled(SILENT_FOR)
    assert [(job["status"], job["attempts"]) for job in list_jobs(tables)] == [("todo", 1)]


def test_a_living_worker_keeps_its_jobs(database, queue, tables, log):
    database.autocommit.jobs.add(changed())
    begin(tables, silent_for=SILENT_FOR - 5)
    queue.retake_stalled(SILENT_FOR)
    assert [job["status"] for job in list_jobs(tables)] == ["doing"]
    assert log.lines == []


def test_dead_letters_can_be_tried_again_all_or_one(give_up, queue, tables, attempt, handler):
    give_up(3)
    first, *others = (letter.id for letter in reversed(queue.list_dead_letters()))
    assert queue.retry_dead_letters(first) == 1
    assert [letter.id for letter in queue.list_dead_letters()] == others[::-1]
    assert queue.retry_dead_letters(10**9) == 0
    assert queue.retry_dead_letters() == 2
    attempt()
    assert len(handler.done) == 3
    assert list_jobs(tables) == []


def test_a_retry_does_not_make_a_request_younger(give_up, queue, tables, attempt, handler):
    give_up(1)
    age_jobs(tables, changed().lives_for + 1)
    assert queue.retry_dead_letters() == 1
    attempt()
    assert handler.done == []
    assert len(queue.list_dead_letters()) == 1


def test_the_command_shows_what_waits_and_what_was_given_up(config, give_up, database, tables, capsys):
    assert jobs.run(config, []) == 0
    assert capsys.readouterr().out == "no jobs\n"
    give_up(1)
    age_jobs(tables, 3_700)
    database.autocommit.jobs.add(changed())
    assert jobs.run(config, []) == 0
    todo, failed, _, _, _, letter = capsys.readouterr().out.splitlines()
    assert todo.split()[:2] == ["todo", "1"]
    assert failed.split()[:2] == ["failed", "1"]
    assert "1:01:4" in failed
    assert letter.split()[1:3] == ["send_password_changed_mail", "1"]


def test_the_command_tries_again(config, give_up, tables, capsys):
    give_up(2)
    (one, _) = list_jobs(tables)
    assert jobs.run(config, ["retry", str(one["id"])]) == 0
    assert jobs.run(config, ["retry"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["1", "1"]
    assert [job["status"] for job in list_jobs(tables)] == ["todo", "todo"]


@pytest.mark.parametrize("command", [jobs, sweep])
def test_a_database_that_is_away_is_one_line(config: Config, command, capsys):
    nowhere = replace(config, database_url="postgresql://ada:swordfish@127.0.0.1:1/authflow")
    assert command.run(nowhere, []) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "swordfish" not in said.err
