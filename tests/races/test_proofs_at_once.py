"""Many who prove one sign-up at once, or two sign-ups of one email: one account, one winner."""

from collections import Counter

from tests.support.callers import Call, callers_of, codes, log_in, register, winner_of
from tests.support.outbox import code_in, token_in

PARALLEL = 50
PASSWORDS = ("seven grey herons", "eight grey herons")


def verify(proof):
    return Call("POST", "/api/auth/verify-email", proof)


def test_one_sign_up_is_proved_once(start, mailbox, tables, rounds, report):
    tally = Counter()
    with callers_of(start(REQUIRE_EMAIL_VERIFICATION="true"), PARALLEL) as callers:
        for number in range(rounds):
            email = f"ada{number}@example.com"
            registration = callers.insist(register(email)).content["registrationId"]
            token = token_in(mailbox.newest())
            answers = callers.at_once([verify({"registrationId": registration, "token": token})] * PARALLEL)
            tally.update(codes(answers))
            assert codes(answers)[200] == 1
    assert set(tally) <= {200, "verification_invalid", "unavailable"}
    assert tables.execute("SELECT count(*) FROM users").fetchone() == (rounds,)
    assert tables.execute("SELECT count(*) FROM refresh_tokens").fetchone() == (rounds,)
    report(f"{PARALLEL} /verify-email of one sign-up, 4 workers, {rounds} races: {dict(tally)}")


def test_of_two_sign_ups_of_one_email_one_becomes_the_account(start, mailbox, tables, rounds, report):
    tally = Counter()
    with callers_of(start(REQUIRE_EMAIL_VERIFICATION="true"), PARALLEL) as callers:
        for number in range(rounds):
            email = f"ada{number}@example.com"
            proofs = []
            for password in PASSWORDS:
                registration = callers.insist(register(email, password)).content["registrationId"]
                proofs.append({"registrationId": registration, "otp": code_in(mailbox.newest())})
            answers = callers.at_once([verify(proof) for proof in proofs * 2])
            tally.update(codes(answers))
            assert codes(answers)[200] == 1
            winner = winner_of(answers) % 2
            entered = [callers.insist(log_in(email, password)).status for password in PASSWORDS]
            assert entered == ([200, 401] if winner == 0 else [401, 200])
    assert set(tally) <= {200, "verification_invalid", "unavailable"}
    assert tables.execute("SELECT count(*) FROM users").fetchone() == (rounds,)
    report(f"/verify-email of two sign-ups of one email, 4 workers, {rounds} races: {dict(tally)}")
