"""One email registered by many at once: the database says who is first, and nobody else may be."""

from collections import Counter

import pytest
from locks import count_waiting, locked_users
from tests.support.callers import callers_of, codes, heard, register
from tests.support.server import wait_until
from tests.support.settings import RACED_WORKERS as WORKERS

CALLERS = 10
# So few that all have their hashes before the first gives up waiting for the table.
HELD_CALLERS = 4


def spelled(email, number):
    """The same address with other letters in upper case."""
    return "".join(char.upper() if number >> place & 1 else char for place, char in enumerate(email))


def calls(email, count):
    return [register(spelled(email, number)) for number in range(count)]


def assert_one_is_made(raced, email, tables):
    answers = heard(raced)
    assert codes(answers) == Counter({201: 1, "email_taken": len(answers) - 1})
    assert {answer.status for answer in answers} <= {201, 409}
    (made,) = (answer.content["user"]["email"] for answer in answers if answer.status == 201)
    sql = "SELECT email FROM users WHERE email_canonical = %s"
    assert tables.execute(sql, [email]).fetchall() == [(made,)]


@pytest.fixture(autouse=True)
def _no_email_is_logged(server):
    """The driver's own words for a second row would quote it: Key (email_canonical)=(…) already exists."""
    yield
    assert "lovelace" not in server.log.read_text().lower()


def test_of_parallel_registrations_of_one_email_one_is_made(callers, tables, rounds, report):
    tally = Counter()
    for number in range(rounds):
        email = f"lovelace{number}@example.com"
        raced = callers.at_once(calls(email, CALLERS))
        tally.update(codes(raced))
        assert_one_is_made(raced, email, tables)
    report(f"{CALLERS} parallel /register of one email, {WORKERS} workers, {rounds} races: answers {dict(tally)}")


def test_of_registrations_that_reach_the_table_at_once_one_is_made(server, tables, database_url, rounds, report):
    tally = Counter()
    with callers_of(server, HELD_CALLERS) as callers:
        for number in range(rounds):
            email = f"lovelace{number}@example.com"
            with locked_users(database_url):
                registering = callers.begin(calls(email, HELD_CALLERS))
                wait_until(lambda done=registering.done: done() or count_waiting(tables) == HELD_CALLERS)
            tally.update(codes(registering.result()))
            # On a very busy machine they give up before they are let go.
            if heard(registering.result()):
                assert_one_is_made(registering.result(), email, tables)
    assert tally[201]
    report(f"{HELD_CALLERS} held /register of one email, {WORKERS} workers, {rounds} races: answers {dict(tally)}")
