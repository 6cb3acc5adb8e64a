"""Many callers with keys of their own, or with one, and answers that nobody read (CONTRACT, section 4)."""

import hashlib
import http.client
import json
from collections import Counter
from contextlib import ExitStack, closing

import jwt
from tests.support.callers import PATIENCE, callers_of, codes, log_in, me, refresh, register, session_of
from tests.support.client import ADA
from tests.support.server import wait_until
from tests.support.tables import age_sessions

CALLERS = 50
LOST = 10
KEY = "the-key-of-one-refresh"
OTHER_KEY = "a-key-that-nobody-used"
LONG_AFTER = 30 + 3_600


def row_of(tables, token):
    sql = "SELECT retry_key_hash, rotated_at, revoked_at FROM refresh_tokens WHERE id = %s"
    return tables.execute(sql, [session_of(token)]).fetchone()


def hash_with(token, key):
    secret = jwt.decode(token, options={"verify_signature": False})["secret"]
    return hashlib.sha256(f"{secret}{key}".encode()).digest()


def test_of_parallel_callers_with_keys_of_their_own_one_has_the_key(callers, tables, rounds, report):
    callers.insist(register(ADA))
    keys = [None, *(f"the-key-of-caller-{number}" for number in range(1, CALLERS))]
    tally, kept = Counter(), 0
    for _ in range(rounds):
        token = callers.insist(log_in(ADA)).refresh
        raced = callers.at_once([refresh(token, key) for key in keys])
        tally.update(codes(raced))
        assert codes(raced) == {200: CALLERS}
        assert len({answer.refresh for answer in raced}) == 1
        age_sessions(tables, LONG_AFTER)
        stored = row_of(tables, token)[0]
        (winner,) = [key for key in keys if (hash_with(token, key) if key else None) == stored]
        kept += winner is not None
        if winner is not None:
            assert callers.ask(refresh(token, winner)).status == 200
        assert callers.ask(refresh(token, OTHER_KEY)).code == "refresh_token_reused"
    report(f"{CALLERS} /refresh, each with a key, {rounds} races: {dict(tally)}; {kept} times one key was kept")


def test_a_key_that_all_share_works_without_a_grace(start, tables, rounds, report):
    tally, successors = Counter(), set()
    with callers_of(start(REFRESH_GRACE="0s"), CALLERS) as callers:
        callers.insist(register(ADA))
        for _ in range(rounds):
            token = callers.insist(log_in(ADA)).refresh
            for generation in range(2):
                raced = callers.at_once([refresh(token, f"{KEY}-{generation}")] * CALLERS)
                tally.update(codes(raced))
                assert codes(raced) == {200: CALLERS}
                (token,) = {answer.refresh for answer in raced}
                successors.add(token)
    assert len(successors) == 2 * rounds
    report(f"{CALLERS} /refresh with one key, no grace, {2 * rounds} races: {dict(tally)}, one successor each")


def test_without_a_grace_who_has_no_key_is_a_thief_beside_those_who_have(start, tables, rounds, report):
    tally = Counter()
    with callers_of(start(REFRESH_GRACE="0s"), CALLERS) as callers:
        callers.insist(register(ADA))
        for _ in range(rounds):
            token = callers.insist(log_in(ADA)).refresh
            raced = callers.at_once(refresh(token, KEY if number % 2 else None) for number in range(CALLERS))
            tally.update(codes(raced))
            answered = codes(raced)
            assert answered.keys() == {200, "refresh_token_reused", "session_revoked"}
            assert answered["refresh_token_reused"] == 1
            assert len({answer.refresh for answer in raced if answer.status == 200}) == 1
            assert row_of(tables, token)[2] is not None
    report(f"{CALLERS} /refresh, half of them with a key, no grace, {rounds} races: {dict(tally)}")


def test_lost_answers_sign_nobody_out(server, callers, tables, rounds, report):
    """Each caller has a session; the answers are never read, and long after they ask again."""
    callers.insist(register(ADA))
    lost = asked_again = 0
    for _ in range(rounds):
        tokens = [answer.refresh for answer in callers.at_once([log_in(ADA)] * 4) if answer.status == 200]
        for token in tokens:
            lose_answers(server, tables, token, LOST)
            lost += LOST
        age_sessions(tables, LONG_AFTER)
        for token in tokens:
            before = row_of(tables, token)
            raced = callers.at_once([refresh(token, KEY)] * CALLERS)
            asked_again += CALLERS
            assert codes(raced) == {200: CALLERS}
            (successor,) = {answer.refresh for answer in raced}
            assert row_of(tables, token) == before
            assert callers.ask(me(raced[0].access)).status == 200
            assert callers.ask(refresh(successor)).status == 200
    signed_out = tables.execute("SELECT count(*) FROM refresh_tokens WHERE revoked_at IS NOT NULL").fetchone()[0]
    assert signed_out == 0
    report(f"{lost} answers lost, {asked_again} asked again an hour later: {signed_out} signed out")


def lose_answers(server, tables, token, count):
    """So many ask at once and hang up without having read a byte, once the token was exchanged."""
    connections = [http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE) for _ in range(count)]
    headers = {"Content-Type": "application/json", "Idempotency-Key": KEY}
    with ExitStack() as open_ones:
        for connection in connections:
            open_ones.enter_context(closing(connection)).connect()
        for connection in connections:
            connection.request("POST", "/api/auth/refresh", json.dumps({"refreshToken": token}), headers)
        wait_until(lambda: row_of(tables, token)[0] is not None, PATIENCE)
