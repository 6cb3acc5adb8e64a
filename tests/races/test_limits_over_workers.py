"""Limits are counted before the work and by all workers together (CONTRACT, section 6)."""

from collections import Counter

from tests.support.callers import callers_of, codes, log_in, register
from tests.support.client import ADA
from tests.support.tables import age_limits

LIMIT = 10
CALLERS = 40
WINDOW = 5 * 60


def test_of_parallel_wrong_logins_exactly_the_limit_is_evaluated(start, tables, rounds, report):
    tally = Counter()
    one, other = (start(workers=2, RATE_LIMITS="on") for _ in range(2))
    with callers_of(one, CALLERS // 2) as callers, callers_of(other, CALLERS // 2) as others:
        callers.insist(register(ADA))
        for number in range(rounds):
            email = "nobody@example.com" if number % 2 else ADA
            guesses = [log_in(email, f"wrong password {each}") for each in range(CALLERS)]
            elsewhere = others.begin(guesses[: CALLERS // 2])
            raced = callers.at_once(guesses[CALLERS // 2 :]) + elsewhere.result()
            tally.update(codes(raced))
            refused = [answer for answer in raced if answer.status == 429]
            assert len(refused) == CALLERS - LIMIT
            # One second more: some read the clock before the first, and are counted after it.
            assert all(1 <= int(answer.headers["Retry-After"]) <= WINDOW + 1 for answer in refused)
            # The others came as far as the hash; on a busy machine not all of them got one.
            assert set(codes(raced)) <= {"rate_limited", "invalid_credentials", "unavailable"}
            # The next round is in the next window.
            age_limits(tables, WINDOW)
        evaluated = [line for server in (one, other) for line in server.events("login_failed")]
        assert tally["invalid_credentials"] == len(evaluated) > 0
        assert callers.insist(log_in(ADA)).status == 200
    report(
        f"{CALLERS} parallel wrong logins, 4 workers in 2 instances, {rounds} races, {LIMIT} looked at in each: "
        f"answers {dict(tally)}"
    )
