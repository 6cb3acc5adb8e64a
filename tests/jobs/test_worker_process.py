"""The worker as a process: it ends in order, survives what happens to it, and loses no mail."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress

import psycopg
import pytest
from tests.conftest import fresh_database
from tests.support.jobs import add_mails, list_jobs, silence_workers
from tests.support.server import wait_until
from tests.support.timed import at_most
from tests.support.worker import UNHURRIED, is_running

from authflow.worker.schedule import SILENT_FOR

PARENT = """
import os, subprocess, sys, time
subprocess.Popen([sys.executable, "-m", "authflow", "worker", "--parent", str(os.getpid())])
time.sleep(60)
"""
# So many at once.
CONCURRENCY = 4
BY_THE_HANGING = at_most(5.0, less_than=20.0)


def arrived(smtp):
    return Counter(to for mail in smtp.mails for to in mail.to)


def begun(tables):
    return [job["id"] for job in list_jobs(tables) if job["status"] == "doing" and "mail" in job["task_name"]]


def listeners(tables):
    """Connections that wait to hear of new jobs."""
    asked = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"
    return tables.execute(asked).fetchall()


def left(tables):
    return [job for job in list_jobs(tables) if "mail" in job["task_name"]]


def test_it_sends_what_waits_and_what_comes(start, database, tables, smtp):
    emails = add_mails(tables, database, 3)
    worker = start()
    worker.wait_for("mail_sent", 3)
    began = time.monotonic()
    emails |= add_mails(tables, database, 1)
    wait_until(lambda: len(smtp.mails) == 4)
    assert time.monotonic() - began < at_most(1)
    worker.wait_for("mail_sent", 4)
    wait_until(lambda: not left(tables))
    assert arrived(smtp) == Counter(emails)


def test_asked_to_end_it_finishes_what_is_under_way_and_begins_nothing(start, database, tables, smtp):
    smtp.is_held = True
    add_mails(tables, database, CONCURRENCY + 2)
    worker = start(program=UNHURRIED)
    wait_until(lambda: smtp.begun == CONCURRENCY and listeners(tables))
    worker.process.terminate()
    # That is the first thing it does.
    wait_until(lambda: not listeners(tables))
    smtp.is_held = False
    assert worker.process.wait(60) == 0
    assert len(smtp.mails) == len(worker.events("mail_sent")) == CONCURRENCY
    assert [job["status"] for job in left(tables)] == ["todo", "todo"]
    assert worker.lines()[-1]["event"] == "worker_stopped"


def test_a_mail_server_that_hangs_does_not_keep_it_from_ending(start, database, queue, tables, smtp):
    smtp.hang_at = "DATA"
    emails = add_mails(tables, database, 1)
    worker = start()
    wait_until(lambda: begun(tables))
    began = time.monotonic()
    worker.process.send_signal(signal.SIGTERM)
    assert worker.process.wait(BY_THE_HANGING + 2) == 0
    assert time.monotonic() - began < BY_THE_HANGING
    assert worker.lines()[-1]["event"] == "worker_left_jobs_unfinished"
    smtp.hang_at = None
    silence_workers(tables)
    # As another worker does it by the clock.
    queue.retake_stalled(SILENT_FOR)
    start().wait_for("mail_sent")
    assert arrived(smtp) == Counter(emails)


def test_it_waits_for_a_database_and_goes_on(start, smtp, postgres_url, tmp_path):
    name = f"worker_{os.getpid()}"
    with (
        fresh_database(postgres_url, name) as url,
        psycopg.connect(postgres_url, autocommit=True) as server,
    ):
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        worker = start(DATABASE_URL=url)
        worker.wait_for("worker_waiting")
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        worker.wait_for("worker_started")
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        worker.wait_for("worker_waiting", 2)
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        began = time.monotonic()
        worker.wait_for("worker_started", 2)
        assert time.monotonic() - began < at_most(8)
        assert worker.stop() == 0
    # Beside these lines the driver may have its own about a connection that was cut.
    told = [line["event"] for line in worker.lines() if line["event"].startswith("worker_")]
    assert told == ["worker_waiting", "worker_started", "worker_waiting", "worker_started", "worker_stopped"]


FULL = """
    CREATE SEQUENCE full_disk;
    CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF nextval('full_disk') <= 2 THEN
            RAISE 'could not extend file' USING ERRCODE = 'disk_full';
        END IF;
        RETURN coalesce(NEW, OLD);
    END $$;
"""
ON_RETRY = """
    CREATE TRIGGER full_disk BEFORE UPDATE ON procrastinate_jobs FOR EACH ROW
    WHEN (OLD.status = 'doing' AND NEW.status = 'todo' AND NEW.task_name LIKE '%mail')
    EXECUTE FUNCTION full_disk();
"""
ON_SUCCESS = """
    CREATE TRIGGER full_disk BEFORE DELETE ON procrastinate_jobs FOR EACH ROW
    WHEN (OLD.task_name LIKE '%mail') EXECUTE FUNCTION full_disk();
"""
NO_LONGER = (
    "DROP TRIGGER IF EXISTS full_disk ON procrastinate_jobs; DROP FUNCTION full_disk; DROP SEQUENCE full_disk"
)


@pytest.mark.parametrize(("when", "rcpt"), [(ON_RETRY, "450 4.2.1 Later"), (ON_SUCCESS, None)])
def test_a_disk_that_is_full_for_a_moment_leaves_no_mail_behind(start, database, tables, smtp, when, rcpt):
    smtp.rcpt = rcpt
    tables.execute(FULL + when)
    try:
        emails = add_mails(tables, database, 1)
        worker = start()
        worker.wait_for("job_end_not_written")
        smtp.rcpt = None
        wait_until(lambda: not left(tables), 60)
        assert arrived(smtp).keys() == emails
        assert worker.stop() == 0
    finally:
        tables.execute(NO_LONGER)


def test_a_mail_of_another_release_waits_in_the_real_worker(start, database, tables, smtp):
    tables.execute(
        "INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('mail', 'send_mail_of_tomorrow')"
    )
    emails = add_mails(tables, database, 1)
    worker = start()
    (line,) = worker.wait_for("mail_not_sent")
    assert line["reason"] == "of another release: there is no such task in this one"
    worker.wait_for("mail_sent")
    assert arrived(smtp) == Counter(emails)
    assert worker.stop() == 0
    assert [(job["task_name"], job["status"]) for job in left(tables)] == [("send_mail_of_tomorrow", "todo")]


def test_it_waits_for_migrations(start, postgres_url):
    worker = start(DATABASE_URL=postgres_url)
    (line,) = worker.wait_for("worker_waiting")
    assert line["reason"].startswith("NotMigrated")
    assert worker.stop() == 0


def test_the_log_holds_no_email_whatever_becomes_of_a_mail(start, database, tables, smtp):
    smtp.rcpt = "450 4.2.1 I do not like"
    add_mails(tables, database, 3)
    worker = start(LOG_LEVEL="debug")

    def told_at_first():
        return [line for line in worker.events("mail_not_sent") if line["attempt"] == 1]

    wait_until(lambda: len(told_at_first()) == 3)
    told = told_at_first()
    assert {line["task"] for line in told} == {"send_password_changed_mail"}
    assert all(line["job_id"] and line["reason"] and 0.5 <= line["retry_in"] <= 1 for line in told)
    smtp.rcpt = "550 5.1.1 Never heard of"
    worker.wait_for("mail_given_up", 3)
    worker.stop()
    text = worker.log.read_text()
    assert "@" not in text
    assert "raceback" not in text
    assert {line["event"].partition("_")[0] for line in worker.lines()} == {"worker", "mail"}


# Which one of all moments of the schedule is the latest, and how many jobs there were up to now.
ADDED = """
    SELECT floor(extract(epoch FROM clock_timestamp()) / 10), (SELECT last_value FROM procrastinate_jobs_id_seq)
"""


def test_of_several_workers_one_does_what_is_due_by_the_clock(start, tables):
    for worker in [start() for _ in range(3)]:
        worker.wait_for("worker_started")
    time.sleep(1)
    began, added = tables.execute(ADDED).fetchone()
    workers = [start() for _ in range(2)]
    for worker in workers:
        worker.wait_for("worker_started")
    time.sleep(1)
    ended, later = tables.execute(ADDED).fetchone()
    # Five workers knew of the moments that passed meanwhile, and of the one before; each has two kinds of jobs.
    assert later - added <= 2 * (ended - began + 1)
    rows = tables.execute("SELECT task_name FROM procrastinate_periodic_defers ORDER BY task_name").fetchall()
    assert rows == [("retake_stalled",), ("sweep",)]


def test_it_ends_with_its_parent(environment, tmp_path, tables):
    log = tmp_path / "log"
    with log.open("ab") as output:
        parent = subprocess.Popen(
            [sys.executable, "-c", PARENT],
            env={**os.environ, **environment},
            stderr=output,
            start_new_session=True,
        )
    try:
        wait_until(lambda: "worker_started" in log.read_text(), 30)
        (worker,) = (json.loads(line)["process_id"] for line in log.read_text().splitlines())
        parent.kill()
        parent.wait()
        wait_until(lambda: not is_running(worker))
        assert "worker_stopped" in log.read_text()
    finally:
        # Its process group is the worker's too.
        with suppress(ProcessLookupError):
            os.killpg(parent.pid, signal.SIGKILL)
