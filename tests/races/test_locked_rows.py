"""Somebody else holds the rows that a request needs: it is told so within 3 s, and others go on."""

from locks import locked_sessions
from tests.support.callers import HEALTH, SOON, callers_of, codes, log_in, me, refresh, register, session_of
from tests.support.client import ADA
from tests.support.server import SHIPPED

CALLERS = 30
SESSIONS = 4


def assert_refused_soon(answers):
    assert codes(answers) == {"unavailable": len(answers)}
    assert all(answer.status == 503 and int(answer.headers["Retry-After"]) >= 1 for answer in answers)
    assert max(answer.seconds for answer in answers) < SOON


def test_a_refresh_whose_row_is_locked_is_refused_soon_and_works_again_at_once(
    start, tables, database_url, report
):
    with callers_of(start(application=SHIPPED), 4) as callers:
        callers.insist(register(ADA))
        session = callers.insist(log_in(ADA))
        with locked_sessions(database_url, session_of(session.refresh)):
            refused = callers.ask(refresh(session.refresh))
            assert_refused_soon([refused])
            # Reading waits for no lock.
            assert callers.ask(me(session.access)).status == 200
        assert callers.ask(refresh(session.refresh)).status == 200
    report(f"/refresh of a locked row: {refused.status} after {refused.seconds:.2f} s")


def test_an_exhausted_pool_is_told_soon_leaves_health_alone_and_recovers_at_once(start, database_url, report):
    server = start(workers=1, application=SHIPPED, DB_POOL_SIZE="2")
    with callers_of(server, CALLERS) as callers, callers_of(server, 1) as others:
        others.insist(register(ADA))
        sessions = [others.insist(log_in(ADA)) for _ in range(SESSIONS)]
        with locked_sessions(database_url, *(session_of(session.refresh) for session in sessions)):
            blocked = callers.begin(refresh(sessions[each % SESSIONS].refresh) for each in range(CALLERS))
            alive = others.ask_during(blocked, HEALTH)
        refused = blocked.result()
        assert_refused_soon(refused)
        assert codes(alive) == {200: len(alive)}
        assert max(answer.seconds for answer in alive) < SOON
        recovered = callers.at_once(call for each in sessions for call in (me(each.access), refresh(each.refresh)))
        assert codes(recovered) == {200: 2 * SESSIONS}
    report(
        f"{CALLERS} /refresh on a blocked pool of 2: {dict(codes(refused))}, slowest "
        f"{max(answer.seconds for answer in refused):.2f} s; /health meanwhile {dict(codes(alive))}; "
        f"after the release {dict(codes(recovered))}"
    )
