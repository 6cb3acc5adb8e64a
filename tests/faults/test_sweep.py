"""Unproved sign-ups, under load and with two workers: each is gone soon after its time, and one worker sweeps."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime
from threading import Event

import psycopg

from tests.support.callers import callers_of, register
from tests.support.server import wait_until
from tests.support.settings import SETTINGS
from tests.support.worker import running_worker

# Seconds.
LIFE = 20
EVERY = 10
MORE_AT_MOST = 15
LOAD = 60
LOOK_AGAIN = 0.25
CALLERS = 4


def test_every_unproved_sign_up_goes_in_time(database, start, tmp_path, report):
    settings = {
        **SETTINGS,
        "DATABASE_URL": database.url(),
        "REQUIRE_EMAIL_VERIFICATION": "true",
        "UNVERIFIED_ACCOUNT_TTL": f"{LIFE}s",
    }
    server, over, oldest, most = start(database.url(), **settings), Event(), 0.0, 0
    with ExitStack() as running:
        workers = [running.enter_context(running_worker(settings, tmp_path / f"{n}.log")) for n in range(2)]
        for worker in workers:
            worker.wait_for("worker_started")
        tables = running.enter_context(psycopg.connect(database.url(), autocommit=True))
        callers = [running.enter_context(callers_of(server, 1)) for _ in range(CALLERS)]
        threads = running.enter_context(ThreadPoolExecutor(CALLERS))
        signing_up = [threads.submit(sign_up_until, over, each, n) for n, each in enumerate(callers)]
        end = time.monotonic() + LOAD
        while time.monotonic() < end:
            rows, age = verifications(tables)
            oldest, most = max(oldest, age), max(most, rows)
            time.sleep(LOOK_AGAIN)
        over.set()
        answers = sum((each.result() for each in signing_up), Counter())
        at_the_end, _ = verifications(tables)
        wait_until(lambda: verifications(tables)[0] == 0, LIFE + MORE_AT_MOST)
        swept = [line for worker in workers for line in worker.events("swept")]
    assert answers.keys() <= {202, "unavailable"}
    assert answers[202] > most
    assert oldest < LIFE + MORE_AT_MOST
    sweeps = Counter(int(datetime.fromisoformat(line["time"]).timestamp() // EVERY) for line in swept)
    assert set(sweeps.values()) == {1}
    report(
        f"{answers[202]} unproved sign-ups of {LIFE} s in {LOAD} s, two workers: never more than {most} rows, "
        f"{at_the_end} when the load ended, 0 later; the oldest ever seen {oldest:.0f} s; {len(swept)} sweeps, "
        f"at each moment one"
    )


def sign_up_until(over, callers, number):
    answers, count = Counter(), 0
    while not over.is_set():
        count += 1
        answers[callers.ask(register(f"new.{number}.{count}@example.com")).code] += 1
    return answers


def verifications(tables):
    """How many there are, and the seconds since the first of them was asked for."""
    sql = (
        "SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0) FROM mailbox_proofs"
    )
    rows, age = tables.execute(sql).fetchone()
    return rows, float(age)
