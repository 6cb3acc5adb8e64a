"""Many callers present one refresh token at once: tabs, retries, thieves (CONTRACT, section 4)."""

from collections import Counter

import psycopg
from tests.support.callers import callers_of, codes, log_in, me, refresh, register, session_of
from tests.support.client import ADA
from tests.support.settings import RACED_WORKERS as WORKERS
from tests.support.tables import age_sessions

GRACE = 30
CALLERS = 50


def test_all_parallel_refreshes_get_one_successor_and_nobody_is_signed_out(callers, tables, rounds, report):
    callers.insist(register(ADA))
    successors, tally = set(), Counter()
    for _ in range(rounds):
        token = callers.insist(log_in(ADA)).refresh
        # The first generation rotates at once, a later one when it is no longer young.
        for _generation in range(2):
            raced = callers.at_once([refresh(token)] * CALLERS)
            tally.update(codes(raced))
            assert codes(raced) == {200: CALLERS}
            (successor,) = {answer.refresh for answer in raced}
            assert successor != token
            successors.add(successor)
            token = successor
            age_sessions(tables, GRACE + 1)
    assert codes(callers.at_once(me(answer.access) for answer in raced)) == {200: CALLERS}
    assert len(successors) == 2 * rounds
    signed_out = tables.execute("SELECT count(*) FROM refresh_tokens WHERE revoked_at IS NOT NULL").fetchone()[0]
    assert signed_out == 0
    report(
        f"{CALLERS} parallel /refresh, {WORKERS} workers, {2 * rounds} races: {len(successors)} successors, "
        f"{signed_out} signed out, answers {dict(tally)}"
    )


def test_without_a_grace_one_parallel_refresh_wins_and_the_session_dies(start, tables, rounds, report):
    tally = Counter()
    with callers_of(start(REFRESH_GRACE="0s"), CALLERS) as callers:
        callers.insist(register(ADA))
        for number in range(rounds):
            first = session = callers.insist(log_in(ADA))
            if number % 2:
                session = callers.ask(refresh(first.refresh))
            raced = callers.at_once([refresh(session.refresh)] * CALLERS)
            tally.update(codes(raced))
            assert codes(raced) == {200: 1, "refresh_token_reused": 1, "session_revoked": CALLERS - 2}
            winner = next(answer for answer in raced if answer.status == 200)
            afterwards = (refresh(winner.refresh), me(winner.access), me(first.access), refresh(session.refresh))
            assert codes(callers.at_once(afterwards)) == {"session_revoked": len(afterwards)}
        # A loser may have read the clock before the winner did, and come after it.
        parent = callers.insist(log_in(ADA)).refresh
        callers.ask(refresh(parent))
        age_sessions(tables, -1)
        assert callers.ask(refresh(parent)).code == "refresh_token_reused"
    report(
        f"{CALLERS} parallel /refresh without a grace, {WORKERS} workers, {rounds} races: answers {dict(tally)}"
    )


def test_a_replayed_grandparent_ends_its_session_for_all_to_see(
    server, callers, tables, database_url, rounds, report
):
    tally, all_ended = Counter(), set()
    callers.insist(register(ADA))
    other = callers.insist(log_in(ADA))
    for _ in range(rounds):
        grandparent = callers.insist(log_in(ADA)).refresh
        parent = callers.ask(refresh(grandparent)).refresh
        age_sessions(tables, GRACE + 1)
        current = callers.ask(refresh(parent))
        raced = callers.at_once([refresh(grandparent)] * CALLERS)
        tally.update(codes(raced))
        # One of them reveals the theft; the others come to a session that has ended.
        assert codes(raced) == {"refresh_token_reused": 1, "session_revoked": CALLERS - 1}
        assert {answer.status for answer in raced} == {401}
        ended = session_of(grandparent)
        with psycopg.connect(database_url) as connection:
            sql = "SELECT id::text, reused FROM refresh_tokens WHERE revoked_at IS NOT NULL AND id = %s"
            assert connection.execute(sql, [ended]).fetchall() == [(ended, True)]
        assert codes(callers.at_once([refresh(current.refresh), me(current.access)])) == {"session_revoked": 2}
        all_ended.add(ended)
    # One line for each theft, not for each replay.
    told = [line["session_id"] for line in server.events("refresh_reuse") if line["session_id"] in all_ended]
    assert sorted(told) == sorted(all_ended)
    assert codes(callers.at_once([me(other.access), refresh(other.refresh)])) == {200: 2}
    report(
        f"{CALLERS} parallel replays of a grandparent, {WORKERS} workers, {rounds} races: answers {dict(tally)}"
    )
