"""Attempts at a mail: again after a failure, not for ever, and a line of the log for each."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.support.jobs import age_jobs, changed, list_jobs, make_due

from authflow.errors import DatabaseUnavailable
from authflow.mail.sender import MailNotSent
from authflow.worker.retry import LONGEST_ASKED_FOR, seconds_until_retry

REASON = "the other side answered 500"


def test_a_mail_that_was_sent_is_one_line_and_no_job_any_more(database, tables, attempt, log):
    database.autocommit.jobs.add(changed())
    attempt()
    assert list_jobs(tables) == []
    (line,) = log.lines
    assert (line["event"], line["task"], line["attempt"]) == ("mail_sent", "send_password_changed_mail", 1)
    assert line["job_id"]


def test_nobody_to_write_to_is_said(database, tables, attempt, handler, log):
    handler.answer = False
    database.autocommit.jobs.add(changed())
    attempt()
    assert list_jobs(tables) == []
    assert [line["event"] for line in log.lines] == ["mail_not_needed"]


def test_a_mail_that_was_not_sent_waits_and_is_tried_again(database, tables, attempt, handler, log):
    handler.error = MailNotSent(REASON)
    database.autocommit.jobs.add(changed())
    began = datetime.now(UTC)
    attempt()
    (job,) = list_jobs(tables)
    assert (job["status"], job["attempts"]) == ("todo", 1)
    assert began < job["scheduled_at"] < datetime.now(UTC) + timedelta(seconds=1)
    # On a busy machine it could be due by now.
    tables.execute("UPDATE procrastinate_jobs SET scheduled_at = scheduled_at + interval '1 hour'")
    attempt()
    assert handler.tries == 1
    handler.error = None
    make_due(tables)
    attempt()
    assert list_jobs(tables) == []
    told = [(line["event"], line["level"], line["attempt"], line.get("reason")) for line in log.lines]
    assert told == [("mail_not_sent", "warning", 1, REASON), ("mail_sent", "info", 2, None)]
    assert 0.5 <= log.lines[0]["retry_in"] <= 1


@pytest.mark.parametrize(
    ("earlier", "least", "most"), [(0, 0.5, 1), (1, 1, 2), (4, 8, 16), (5, 15, 30), (9, 15, 30), (9_999, 15, 30)]
)
def test_the_back_off_grows_up_to_half_a_minute_and_scatters(earlier, least, most):
    waits = [seconds_until_retry(MailNotSent(REASON), earlier) for _ in range(50)]
    assert least <= min(waits) < max(waits) <= most


def test_the_other_side_may_ask_for_patience_within_reason():
    assert seconds_until_retry(MailNotSent(REASON, retry_after=120), 0) == 120
    assert seconds_until_retry(MailNotSent(REASON, retry_after=10**9), 0) == LONGEST_ASKED_FOR
    assert seconds_until_retry(MailNotSent(REASON, retry_after=1), 9) >= 15


def test_a_final_refusal_is_a_dead_letter_at_once(database, tables, attempt, handler, log):
    handler.error = MailNotSent(REASON, is_final=True)
    database.autocommit.jobs.add(changed())
    attempt()
    (job,) = list_jobs(tables)
    assert (job["status"], job["attempts"]) == ("failed", 1)
    assert [(line["event"], line["reason"]) for line in log.lines] == [("mail_given_up", REASON)]


def test_what_is_too_old_is_given_up_without_an_attempt(database, tables, attempt, handler, log):
    database.autocommit.jobs.add(changed())
    age_jobs(tables, changed().lives_for - 10)
    handler.error = MailNotSent(REASON)
    attempt()
    assert handler.tries == 1
    age_jobs(tables, 11)
    make_due(tables)
    attempt()
    assert handler.tries == 1
    assert [job["status"] for job in list_jobs(tables)] == ["failed"]
    assert [line["event"] for line in log.lines] == ["mail_not_sent", "mail_given_up"]
    assert log.lines[1]["reason"] == "older than 86400 s"


def test_a_database_that_is_short_for_a_moment_is_a_reason_to_try_again(database, tables, attempt, handler, log):
    handler.error = DatabaseUnavailable("OperationalError")
    database.autocommit.jobs.add(changed())
    attempt()
    assert [job["status"] for job in list_jobs(tables)] == ["todo"]
    assert [line["reason"] for line in log.lines] == ["DatabaseUnavailable"]


def test_of_a_defect_the_log_says_where_but_not_what_it_held(database, tables, attempt, handler, log):
    handler.error = ValueError("ada@example.com is broken")
    database.autocommit.jobs.add(changed())
    attempt()
    assert [job["status"] for job in list_jobs(tables)] == ["todo"]
    (line,) = log.lines
    assert line["reason"].startswith("ValueError in conftest.py:")
    assert "traceback" not in line
    assert "ada@" not in log.text


def test_one_that_fails_holds_up_no_other(database, tables, attempt, handler):
    for user in range(5):
        database.autocommit.jobs.add(changed(user))
    real = handler.__class__.__call__

    def picky(self, job, asked_at):
        if job.user_id == 2:
            raise MailNotSent(REASON)
        return real(self, job, asked_at)

    handler.__class__ = type("Picky", (handler.__class__,), {"__call__": picky})
    attempt()
    assert [job["args"]["user_id"] for job in list_jobs(tables)] == [2]
