"""kill -9 of the worker at any moment of its work: every mail leaves, nearly always once."""

import time
from collections import Counter

import pytest
from tests.support.jobs import add_mails, list_jobs, silence_workers
from tests.support.server import wait_until
from tests.support.settings import ENVIRONMENT
from tests.support.smtp_server import running_smtp
from tests.support.worker import running_worker

from authflow.database.pool import Pool
from authflow.database.transaction import Database

KILLS_PER_ROUND = 2
MANY = 20
MAILS_PER_KILL = 5
# Seconds that the mail server takes: longer than the rest of an attempt.
DELAY = 0.03
# Moments at which it is killed, from its first mail on, and the seconds between them.
MOMENTS, STEP = 40, 0.005
# A worker retakes what was left behind every 10 s.
LAST_MAILS = 60


@pytest.fixture
def database(database_url):
    pool = Pool(database_url, size=2)
    yield Database(pool)
    pool.close()


def test_no_mail_is_lost_whenever_the_worker_is_killed(database, database_url, tables, tmp_path, rounds, report):
    kills, emails, caught = KILLS_PER_ROUND * rounds, set(), []
    with running_smtp() as smtp:
        smtp.delay = DELAY
        environment = {**ENVIRONMENT, "DATABASE_URL": database_url, "SMTP_URL": f"smtp://127.0.0.1:{smtp.port}"}
        for number in range(kills):
            with running_worker(environment, tmp_path / f"{number}.log") as worker:
                worker.wait_for("worker_started")
                earlier = len(smtp.mails)
                emails |= add_mails(tables, database, MAILS_PER_KILL)
                # A worker's first mail takes longest: most would be killed before there is anything to lose.
                wait_until(lambda earlier=earlier: len(smtp.mails) > earlier)
                # Every moment of an attempt has its turn.
                time.sleep(STEP * (number * 7 % MOMENTS))
            caught.append(len(begun_by_the_last(tables)))
            silence_workers(tables)
        with running_worker(environment, tmp_path / "last.log"):
            wait_until(lambda: not [job for job in list_jobs(tables) if "mail" in job["task_name"]], LAST_MAILS)
        sent = Counter(to for mail in smtp.mails for to in mail.to)
    # Else nothing was proved.
    assert any(caught)
    assert set(sent) == emails
    copies = sum(sent.values()) - len(emails)
    # Only what was under way can leave twice, and few of many kills hit the moment before it is written down.
    assert copies <= sum(caught)
    assert kills < MANY or copies <= kills
    report(
        f"{kills} kill -9 of the worker, {kills - caught.count(0)} of them in the middle of a mail: "
        f"{len(emails)} mails added, {len(sent)} delivered, {copies} copies more"
    )


def begun_by_the_last(tables):
    """The mails that were under way in the worker that was started last."""
    return tables.execute(
        """
        SELECT id FROM procrastinate_jobs
        WHERE status = 'doing' AND queue_name = 'mail' AND worker_id = (SELECT max(id) FROM procrastinate_workers)
        """
    ).fetchall()
