"""kill -9, as a system short of memory does it: what was acknowledged before stays true."""

import http.client
import os
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from threading import Event

import psycopg
import pytest
from locks import count_waiting, locked_sessions
from tests.support.callers import PATIENCE, answer_of, callers_of, codes, log_in, me, refresh, register, session_of
from tests.support.client import ADA
from tests.support.server import Server, wait_until

SESSIONS = 6
REGISTRARS = 2
# As long as it may be: the callers must find a new server within it.
GRACE = 60
PAUSE = 0.02
PROGRESS = 30.0
GONE = (OSError, http.client.HTTPException)


@dataclass
class Work:
    """Callers who go on, whatever happens, and believe only what was acknowledged."""

    server: Server
    database_url: str
    over: Event = field(default_factory=Event)
    answers: "Counter[int | str]" = field(default_factory=Counter)
    registered: list[str] = field(default_factory=list)

    @contextmanager
    def going_on(self, tokens, name):
        """For the time of the block; gives the last refresh tokens that will have been acknowledged."""
        with ThreadPoolExecutor(len(tokens) + REGISTRARS) as threads:
            refreshing = [threads.submit(self.keep_refreshing, token) for token in tokens]
            registering = [threads.submit(self.keep_registering, f"{name}.{each}") for each in range(REGISTRARS)]
            try:
                yield refreshing
            finally:
                self.over.set()
        assert [each.result() for each in registering] == [None] * REGISTRARS

    def keep_refreshing(self, token):
        """The last refresh token that was acknowledged."""
        with psycopg.connect(self.database_url, autocommit=True) as rows:
            while not self.over.is_set():
                make_old(rows, token)
                token = self.refreshed(token) or token
        return token

    def refreshed(self, token):
        """Its successor. Rotated without an answer? The same token is good, as long as the grace lasts."""
        while not self.over.is_set():
            time.sleep(PAUSE)
            try:
                answer = self.ask(refresh(token))
            except GONE:
                self.answers["lost"] += 1
                continue
            self.answers[answer.code] += 1
            return answer.refresh
        return None

    def keep_registering(self, name):
        number = 0
        while not self.over.is_set():
            number += 1
            email = f"{name}.{number}@example.com"
            try:
                if self.ask(register(email)).status == http.HTTPStatus.CREATED:
                    self.registered.append(email)
            except GONE:
                time.sleep(PAUSE)

    def wait_for_progress(self):
        refreshed, registered = self.answers[200], len(self.registered)
        wait_until(
            lambda: self.answers[200] >= refreshed + 2 * SESSIONS and len(self.registered) > registered + 1,
            PROGRESS,
        )

    def ask(self, call):
        with closing(http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE)) as connection:
            return answer_of(connection, call)


def test_what_was_acknowledged_before_a_kill_9_holds_after_it(start, tables, database_url, few_rounds, report):
    answers, registered = Counter(), []
    for number in range(few_rounds):
        server = start(workers=2, REFRESH_GRACE=f"{GRACE}s")
        with callers_of(server, 2) as callers:
            callers.insist(register(ADA))
            unheard, *tokens = (callers.insist(log_in(ADA)).refresh for _ in range(1 + SESSIONS))
        work = Work(server, database_url)
        with work.going_on(tokens, f"bob.{number}") as refreshing:
            work.wait_for_progress()
            kill_all_workers_during(work, refresh(unheard), tables)
            # The master brings new ones.
            work.wait_for_progress()
            kill_the_master(server)
        # The database has rotated this one, and nobody was there to be told.
        wait_until(lambda token=unheard: generation_of(tables, token) == 1)
        tokens = [unheard, *(each.result() for each in refreshing)]
        with callers_of(start(workers=1, REFRESH_GRACE=f"{GRACE}s"), len(tokens)) as callers:
            refreshed = callers.at_once(refresh(token) for token in tokens)
            assert codes(refreshed) == {200: len(tokens)}
            assert codes(callers.at_once(me(answer.access) for answer in refreshed)) == {200: len(tokens)}
        answers += work.answers
        registered += work.registered
    assert answers.keys() <= {200, "lost"}
    assert set(registered) <= {email for (email,) in tables.execute("SELECT email FROM users")}
    report(
        f"kill -9 of all workers, then of the master, {few_rounds} times: rotations {dict(answers)}, "
        f"0 signed out; {len(registered)} registrations acknowledged, 0 lost"
    )


def kill_all_workers_during(work, rotation, tables):
    """They die while the rotation is under way in the database, which goes on with it."""
    session = session_of(rotation.content["refreshToken"])
    with ThreadPoolExecutor(1) as thread, locked_sessions(work.database_url, session):
        rotating = thread.submit(work.ask, rotation)
        wait_until(lambda: count_waiting(tables) == 1)
        for worker in work.server.workers:
            os.kill(worker, signal.SIGKILL)
    with pytest.raises(GONE):
        rotating.result()


def kill_the_master(server):
    server.process.kill()
    server.process.wait()
    # Nobody tells its workers; they find out, and leave the port to the next server.
    wait_until(lambda: not server.is_listening())


def generation_of(tables, token):
    sql = "SELECT generation FROM refresh_tokens WHERE id = %s"
    return tables.execute(sql, [session_of(token)]).fetchone()[0]


def make_old(rows, token):
    """So that it will be rotated, not answered with itself."""
    sql = "UPDATE refresh_tokens SET rotated_at = rotated_at - make_interval(secs => %s) WHERE id = %s"
    rows.execute(sql, [GRACE + 1, session_of(token)])
