"""A logout that meets refreshes of its own session: whatever the order, the session is dead afterwards."""

from collections import Counter

from tests.support.callers import codes, log_in, log_out, me, refresh, register
from tests.support.client import ADA
from tests.support.settings import RACED_WORKERS as WORKERS

REFRESHES = 9


def test_no_refresh_survives_a_logout_at_the_same_time(callers, tables, rounds, report):
    tally, races = Counter(), 2 * rounds
    callers.insist(register(ADA))
    for number in range(races):
        session = callers.insist(log_in(ADA))
        calls = [refresh(session.refresh)] * REFRESHES
        # Now among the first to be sent, now among the last.
        calls.insert(number % (REFRESHES + 1), log_out(session.access))
        raced = callers.at_once(calls)
        logged_out = raced.pop(number % (REFRESHES + 1))
        assert logged_out.status == 200
        tally.update(codes(raced))
        assert set(codes(raced)) <= {200, "session_revoked"}
        pairs = [session, *(answer for answer in raced if answer.status == 200)]
        tokens = [call for pair in pairs for call in (me(pair.access), refresh(pair.refresh))]
        assert codes(callers.at_once(tokens)) == {"session_revoked": len(tokens)}
        live = tables.execute("SELECT count(*) FROM refresh_tokens WHERE revoked_at IS NULL").fetchone()[0]
        assert live == 0
    report(
        f"{REFRESHES} /refresh against /logout, {WORKERS} workers, {races} races: 0 live, refreshes {dict(tally)}"
    )
