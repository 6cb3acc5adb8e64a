"""Jobs that another release queued, older or newer: none is lost, crashes the worker or is tried for ever."""

import asyncio

import psycopg
import pytest
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool
from tests.support.jobs import age_jobs, list_jobs, make_due

from authflow.domain.jobs import DAY, VerificationMail
from authflow.worker.app import make_worker_app
from authflow.worker.schedule import QUEUE
from authflow.worker.unknown_jobs import add_unknown

CHANGED = {"mail_id": "mail-7", "ip": "192.0.2.1", "user_agent": "Firefox", "user_id": 7}


def put(tables: psycopg.Connection, task: str, queue: str = "mail", **arguments: object) -> None:
    tables.execute(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES (%s, %s, %s)",
        [queue, task, Jsonb(arguments)],
    )


@pytest.fixture
def attempt_all(queue, handler, database_url, tables):
    """As the worker's command does it, with the jobs that it does not know."""

    async def work_off():
        app = make_worker_app(queue, {**handler.table, VerificationMail: handler})
        add_unknown(app, queue)
        async with AsyncConnectionPool(database_url, min_size=1, open=False) as pool, app.open_async(pool):
            await app.run_worker_async(
                wait=False, install_signal_handlers=False, listen_notify=False, delete_jobs="successful"
            )

    return lambda: asyncio.run(work_off())


def test_what_a_newer_release_added_to_a_job_is_passed_over(tables, attempt_all, handler):
    put(tables, "send_password_changed_mail", **CHANGED, language="sv", context="newer")
    attempt_all()
    assert list_jobs(tables) == []
    assert [job.user_id for job, _ in handler.done] == [7]


def test_a_verification_that_an_earlier_release_queued_without_a_life_is_mailed(tables, attempt_all, handler):
    put(tables, "send_proof_mail", mail_id="m", registration_hash="00", nonce="00", ip=None, user_agent="")
    attempt_all()
    assert list_jobs(tables) == []
    assert len(handler.done) == 1


def test_what_an_older_release_did_not_say_of_a_mail_has_a_default(tables, attempt_all, handler):
    put(tables, "send_password_changed_mail", user_id=7)
    attempt_all()
    ((job, _),) = handler.done
    assert (job.user_id, job.ip, job.user_agent) == (7, None, "")
    assert job.mail_id.startswith("job-")


@pytest.mark.parametrize(
    ("task", "arguments", "reason"),
    [
        ("send_mail_of_tomorrow", CHANGED, "of another release: there is no such task in this one"),
        ("send_proof_mail", CHANGED, "missing 2 required keyword-only arguments: 'registration_hash' and 'nonce'"),
    ],
)
def test_what_cannot_be_read_waits_for_a_worker_that_can_and_is_a_dead_letter_after_a_day(
    tables, attempt_all, handler, log, task, arguments, reason
):
    put(tables, task, **arguments)
    put(tables, "send_password_changed_mail", **CHANGED)
    attempt_all()
    assert len(handler.done) == 1, "it holds up no other"
    (job,) = list_jobs(tables)
    assert (job["status"], job["attempts"], job["args"]) == ("todo", 1, arguments)
    told = [line for line in log.lines if line["event"] == "mail_not_sent"]
    assert [(line["task"], line["level"]) for line in told] == [(task, "warning")]
    assert reason in told[0]["reason"]
    age_jobs(tables, DAY + 1)
    make_due(tables)
    attempt_all()
    assert [job["status"] for job in list_jobs(tables)] == ["failed"]
    assert [line["reason"] for line in log.lines if line["event"] == "mail_given_up"] == [f"older than {DAY} s"]


def test_the_release_that_can_read_it_sends_what_another_put_back(tables, attempt_all, attempt, handler):
    tables.execute("DELETE FROM procrastinate_jobs")
    put(tables, "send_reset_mail_of_tomorrow", **CHANGED)
    attempt_all()
    tables.execute("UPDATE procrastinate_jobs SET task_name = 'send_password_changed_mail'")
    make_due(tables)
    attempt()
    assert [job.user_id for job, _ in handler.done] == [7]


def test_a_chore_of_another_release_goes_without_a_trace(tables, attempt_all, log):
    put(tables, "tidy_of_tomorrow", queue=QUEUE, timestamp=1)
    attempt_all()
    assert list_jobs(tables) == []
    assert log.lines == []
