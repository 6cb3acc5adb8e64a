"""A logout is heard by every worker at once, and by every worker that starts later."""

from tests.support.callers import callers_of, codes, log_in, log_out, me, register
from tests.support.client import ADA
from tests.support.settings import RACED_WORKERS as WORKERS

CALLERS = 50


def test_after_a_logout_no_worker_takes_the_access_token_not_even_after_a_restart(callers, start, report):
    callers.insist(register(ADA))
    session = callers.insist(log_in(ADA))
    calls = [me(session.access)] * CALLERS
    # Every worker has seen the token, and may remember it.
    assert codes(callers.at_once(calls)) == {200: CALLERS}
    assert callers.ask(log_out(session.access)).status == 200
    before = codes(callers.at_once(calls) + callers.at_once(calls))
    with callers_of(start(workers=2), CALLERS) as later:
        after = codes(later.at_once(calls) + later.at_once(calls))
    assert before == after == {"session_revoked": 2 * CALLERS}
    report(f"/me after /logout, {WORKERS} workers: {dict(before)}; of a server that started later: {dict(after)}")
