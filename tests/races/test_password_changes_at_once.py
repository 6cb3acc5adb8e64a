"""A password is changed while others log in with the old one, or change it too (CONTRACT, section 4)."""

from collections import Counter
from dataclasses import replace

from locks import count_waiting, locked_sessions, locked_user
from tests.support.callers import (
    callers_of,
    change_password,
    codes,
    heard,
    log_in,
    me,
    refresh,
    register,
    session_of,
)
from tests.support.server import wait_until
from tests.support.settings import RACED_WORKERS as WORKERS

# A change takes two hashes and a login one: some of these end before it, some after.
LOGINS = 8
SPARE = 20
APART = 0.02
OLD, NEW, OTHER = "seven grey herons", "eight grey herons", "nine grey herons"


def email_of(number):
    return f"ada{number}@example.com"


def test_no_session_of_the_old_password_survives_its_change(callers, rounds, report):
    changes, tally = Counter(), Counter()
    for number in range(rounds + SPARE):
        # On a busy machine a change may wait for its hash in vain.
        if number >= rounds and changes[200]:
            break
        email = email_of(number)
        callers.insist(register(email, OLD))
        asking = callers.insist(log_in(email, OLD))
        logins = [replace(log_in(email, OLD), after=each * APART) for each in range(LOGINS)]
        raced = callers.at_once([change_password(asking.access, OLD, NEW), *logins])
        changed, entered = raced[0], heard(raced[1:])
        changes.update(codes([changed]))
        tally.update(codes(entered))
        assert set(codes(entered)) <= {200, "invalid_credentials"}
        if changed.status == 200:
            made = [answer for answer in entered if answer.status == 200]
            tokens = [call for session in made for call in (me(session.access), refresh(session.refresh))]
            assert set(codes(callers.at_once(tokens))) <= {"session_revoked"}
            assert callers.ask(me(asking.access)).status == 200
            assert callers.insist(log_in(email, NEW)).status == 200
    assert set(changes) <= {200, "unavailable"}
    assert changes[200]
    report(
        f"{LOGINS} /login with the old password against /change-password, {WORKERS} workers, {rounds} races: "
        f"0 live afterwards, changes {dict(changes)}, logins {dict(tally)}"
    )


def test_a_login_waits_for_a_change_of_the_password_that_is_under_way(
    server, tables, database_url, rounds, report
):
    """The change is held up between its two statements, where a login that did not wait would slip through."""
    changes, logins = Counter(), Counter()
    with callers_of(server, 4) as callers, callers_of(server, 2) as entering:
        for number in range(rounds):
            email = email_of(number)
            callers.insist(register(email, OLD))
            asking, bystander = (callers.insist(log_in(email, OLD)) for _ in range(2))
            with locked_sessions(database_url, session_of(bystander.refresh)):
                changing = callers.begin([change_password(asking.access, OLD, NEW)])
                wait_until(lambda done=changing.done: done() or count_waiting(tables) == 1)
                entered = entering.begin([log_in(email, OLD)] * 2)
                wait_until(lambda done=entered.done: done() or count_waiting(tables) == 3)
            changes.update(codes(changing.result()))
            logins.update(codes(entered.result()))
            if changing.result()[0].status == 200:
                made = [answer for answer in entered.result() if answer.status == 200]
                assert set(codes(callers.at_once(me(session.access) for session in made))) <= {"session_revoked"}
    # On a very busy machine a change gives up before it is let go; what logs in then, rightly does.
    assert set(changes) <= {200, "unavailable"}
    assert changes[200]
    report(
        f"2 /login with the old password during a held /change-password, {WORKERS} workers, {rounds} races: "
        f"0 live afterwards, changes {dict(changes)}, logins {dict(logins)}"
    )


def test_of_two_changes_at_once_one_is_made_and_its_password_counts(server, tables, database_url, rounds, report):
    """Both are let go together, after each has seen the old password."""
    tally = Counter()
    with callers_of(server, 4) as callers, callers_of(server, 2) as changing:
        for number in range(rounds):
            email = email_of(number)
            callers.insist(register(email, OLD))
            sessions = [callers.insist(log_in(email, OLD)) for _ in range(2)]
            calls = [
                change_password(each.access, OLD, new) for each, new in zip(sessions, (NEW, OTHER), strict=True)
            ]
            with locked_user(database_url, email):
                changes = changing.begin(calls)
                wait_until(lambda done=changes.done: done() or count_waiting(tables) == 2)
            tally.update(codes(changes.result()))
            # On a very busy machine one of them gives up before it is let go.
            if len(heard(changes.result())) == 2:
                assert_one_counts(changes.result(), sessions, email, callers)
    assert tally[200]
    report(f"2 held /change-password at once, {WORKERS} workers, {rounds} races: answers {dict(tally)}")


def assert_one_counts(changes, sessions, email, callers):
    assert sorted(answer.status for answer in changes) == [200, 401]
    won, lost = sorted(range(2), key=lambda each: changes[each].status)
    passwords = [(NEW, OTHER)[won], (NEW, OTHER)[lost], OLD]
    tried = [callers.insist(log_in(email, password)) for password in passwords]
    assert [answer.status for answer in tried] == [200, 401, 401]
    kept = callers.at_once(me(session.access) for session in (sessions[won], sessions[lost]))
    assert [answer.code for answer in kept] == [200, "session_revoked"]
