"""One mailed secret, many who use it at once: it works once, and what it ends stays ended (CONTRACT, 3)."""

from collections import Counter
from dataclasses import replace

import pytest
from tests.support.callers import Call, callers_of, codes, heard, log_in, me, refresh, register, winner_of
from tests.support.outbox import code_in, token_in
from tests.support.settings import RACED_WORKERS as WORKERS

OLD, NEW = "seven grey herons", "eight grey herons"
# Each hashes a password.
PARALLEL = 24
GUESSES = 100
LOGINS = 8
APART = 0.02


def email_of(number):
    return f"ada{number}@example.com"


def forgot(email):
    return Call("POST", "/api/auth/forgot-password", {"email": email})


def reset(verification, password):
    return Call("POST", "/api/auth/reset-password", {**verification, "password": password})


def mailed(callers, mailbox, email):
    """An account, and the mail that it asked for."""
    callers.insist(register(email, OLD))
    callers.insist(forgot(email))
    return mailbox.newest()


@pytest.mark.parametrize("by", ["link", "code"])
def test_of_many_resets_by_one_secret_one_is_made(callers, mailbox, rounds, report, by):
    tally = Counter()
    for number in range(rounds):
        email = email_of(number)
        mail = mailed(callers, mailbox, email)
        verification = {"token": token_in(mail)} if by == "link" else {"email": email, "otp": code_in(mail)}
        passwords = [f"{number} herons and {each}" for each in range(PARALLEL)]
        answers = callers.at_once([reset(verification, password) for password in passwords])
        tally.update(codes(answers))
        assert codes(answers)[200] == 1
        winner = passwords[winner_of(answers)]
        assert callers.insist(log_in(email, winner)).status == 200
        assert callers.insist(log_in(email, passwords[0] if winner != passwords[0] else OLD)).status == 401
    assert set(tally) <= {200, "reset_token_invalid", "unavailable"}
    report(f"{PARALLEL} /reset-password with one {by}, {WORKERS} workers, {rounds} races: {dict(tally)}")


def test_of_many_guesses_at_a_code_five_are_looked_at(server, mailbox, rounds, report):
    looked_at = []
    with callers_of(server, GUESSES) as callers:
        for number in range(rounds):
            email = email_of(number)
            right = int(code_in(mailed(callers, mailbox, email)))
            before = len(server.events("reset_code_wrong"))
            guesses = [f"{(right + each) % 10**8:08}" for each in range(1, GUESSES + 1)]
            answers = callers.at_once([reset({"email": email, "otp": guess}, NEW) for guess in guesses])
            assert set(codes(answers)) <= {"reset_token_invalid", "unavailable"}
            looked_at.append(len(server.events("reset_code_wrong")) - before)
    assert set(looked_at) == {5}
    report(
        f"{GUESSES} wrong codes at once, {WORKERS} workers, {rounds} races: {sum(looked_at)} looked at, 5 in each"
    )


def test_no_session_of_the_old_password_survives_a_reset(callers, mailbox, rounds, report):
    tally = Counter()
    for number in range(rounds):
        email = email_of(number)
        mail = mailed(callers, mailbox, email)
        logins = [replace(log_in(email, OLD), after=each * APART) for each in range(LOGINS)]
        raced = callers.at_once([reset({"token": token_in(mail)}, NEW), *logins])
        entered = heard(raced[1:])
        tally.update(codes(entered))
        assert set(codes(entered)) <= {200, "invalid_credentials"}
        if raced[0].status == 200:
            made = [answer for answer in entered if answer.status == 200]
            tokens = [call for session in made for call in (me(session.access), refresh(session.refresh))]
            assert set(codes(callers.at_once(tokens))) <= {"session_revoked"}
    report(
        f"{LOGINS} old-password /login against a reset, {WORKERS} workers, {rounds} races: 0 live, {dict(tally)}"
    )
