"""Many who prove one sign-up at once, or two sign-ups of one email: one account, one winner."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

from tests.support.callers import Call, callers_of, codes, log_in, register, winner_of
from tests.support.outbox import code_in, token_in
from tests.support.settings import RACED_WORKERS as WORKERS

PARALLEL = 50
LOGINS = 8
PASSWORDS = ("seven grey herons", "eight grey herons")


def verify(verification):
    return Call("POST", "/api/auth/verify-email", verification)


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
    report(f"{PARALLEL} /verify-email of one sign-up, {WORKERS} workers, {rounds} races: {dict(tally)}")


def test_of_two_sign_ups_of_one_email_one_becomes_the_account(start, mailbox, tables, rounds, report):
    tally = Counter()
    with callers_of(start(REQUIRE_EMAIL_VERIFICATION="true"), PARALLEL) as callers:
        for number in range(rounds):
            email = f"ada{number}@example.com"
            verifications = []
            for password in PASSWORDS:
                registration = callers.insist(register(email, password)).content["registrationId"]
                verifications.append({"registrationId": registration, "otp": code_in(mailbox.newest())})
            answers = callers.at_once([verify(verification) for verification in verifications * 2])
            tally.update(codes(answers))
            assert codes(answers)[200] == 1
            winner = winner_of(answers) % 2
            entered = [callers.insist(log_in(email, password)).status for password in PASSWORDS]
            assert entered == ([200, 401] if winner == 0 else [401, 200])
    assert set(tally) <= {200, "verification_invalid", "unavailable"}
    assert tables.execute("SELECT count(*) FROM users").fetchone() == (rounds,)
    report(f"/verify-email of two sign-ups of one email, {WORKERS} workers, {rounds} races: {dict(tally)}")


def test_of_two_sign_ups_and_two_mails_of_one_email_any_pair_makes_the_one_account(
    start, mailbox, tables, rounds, report
):
    tally = Counter()
    with callers_of(start(REQUIRE_EMAIL_VERIFICATION="true"), PARALLEL) as callers:
        for number in range(rounds):
            email = f"ada{number}@example.com"
            registrations = [callers.insist(register(email)).content["registrationId"] for _ in range(2)]
            mails = mailbox.received()[-2:]
            verifications = [
                {"registrationId": registration, **mailed}
                for registration in registrations
                for mail in mails
                for mailed in ({"token": token_in(mail)}, {"otp": code_in(mail)})
            ]
            answers = callers.at_once([verify(verification) for verification in verifications])
            tally.update(codes(answers))
            assert codes(answers)[200] == 1
            assert tables.execute("SELECT count(*) FROM mailbox_proofs").fetchone() == (0,)
    assert set(tally) <= {200, "verification_invalid", "unavailable"}
    assert tables.execute("SELECT count(*) FROM users").fetchone() == (rounds,)
    assert tables.execute("SELECT count(*) FROM refresh_tokens").fetchone() == (rounds,)
    report(f"/verify-email of two sign-ups by two mails, {WORKERS} workers, {rounds} races: {dict(tally)}")


def test_a_mail_asked_for_again_while_the_sign_up_is_proved_revives_nothing(
    start, mailbox, services, tables, rounds, report
):
    proved = 0
    with (
        callers_of(start(REQUIRE_EMAIL_VERIFICATION="true"), PARALLEL) as callers,
        ThreadPoolExecutor() as threads,
    ):
        for number in range(rounds):
            email = f"ada{number}@example.com"
            registration = callers.insist(register(email)).content["registrationId"]
            first = mailbox.newest()
            again = Call("POST", "/api/auth/resend-verification", {"registrationId": registration})
            assert callers.insist(again).status == 200
            working = threads.submit(mailbox.received)
            answer = callers.ask(verify({"registrationId": registration, "token": token_in(first)}))
            newest = working.result()[-1]
            if answer.status == 200:
                proved += 1
                assert tables.execute("SELECT count(*) FROM mailbox_proofs").fetchone() == (0,)
            else:
                assert newest.text != first.text
                assert (
                    callers.insist(verify({"registrationId": registration, "token": token_in(newest)})).status
                    == 200
                )
    assert tables.execute("SELECT count(*) FROM users").fetchone() == (rounds,)
    report(f"/verify-email against the worker's new mail, {rounds} races: {proved} proved by the first mail")


def test_of_many_logins_of_an_unproved_account_the_newest_five_can_prove_it(
    start, mailbox, tables, rounds, report
):
    with callers_of(start(REQUIRE_EMAIL_VERIFICATION="true"), PARALLEL) as callers:
        for number in range(rounds):
            email = f"ada{number}@example.com"
            registration = callers.insist(register(email)).content["registrationId"]
            verification = {"registrationId": registration, "token": token_in(mailbox.newest())}
            assert callers.insist(verify(verification)).status == 200
            tables.execute("UPDATE users SET email_verified = false")
            answers = callers.at_once([log_in(email)] * LOGINS)
            held = {answer.content["registrationId"] for answer in answers if answer.status == 403}
            assert codes(answers).keys() <= {"email_not_verified", "unavailable"}
            sql = "SELECT registration_hash || earlier_registrations FROM mailbox_proofs"
            ((kept,),) = tables.execute(sql).fetchall()
            assert len(set(kept)) == min(5, len(held))
            tokens = {token_in(mail) for mail in mailbox.received() if mail.to == email} - {verification["token"]}
            assert len(tokens) == 1
            good = [each for each in held if sha256(each.encode()).digest() in kept]
            assert len(good) == len(kept)
            answers = callers.at_once([verify({"registrationId": each, "token": min(tokens)}) for each in good])
            assert codes(answers)[200] == 1
    report(f"{LOGINS} logins of an unproved account, {WORKERS} workers, {rounds} races: one link, five ids")


def test_of_many_guesses_by_two_sign_ups_five_each_are_looked_at(start, mailbox, tables, rounds, report):
    with callers_of(start(REQUIRE_EMAIL_VERIFICATION="true"), PARALLEL) as callers:
        for number in range(rounds):
            email = f"ada{number}@example.com"
            registrations = [callers.insist(register(email)).content["registrationId"] for _ in range(2)]
            codes_mailed = {code_in(mail) for mail in mailbox.received()[-2:]}
            wrong = [code for code in map("{:08}".format, range(PARALLEL + 2)) if code not in codes_mailed]
            guesses = [
                verify({"registrationId": registrations[place % 2], "otp": wrong[place]})
                for place in range(PARALLEL)
            ]
            assert 200 not in codes(callers.at_once(guesses))
            sql = "SELECT tries FROM mailbox_proofs WHERE email = %s"
            assert tables.execute(sql, [email]).fetchall() == [(5,), (5,)]
            for registration in registrations:
                for code in codes_mailed:
                    verification = verify({"registrationId": registration, "otp": code})
                    assert callers.insist(verification).code == "verification_invalid"
    report(f"{PARALLEL} wrong codes for two sign-ups, {WORKERS} workers, {rounds} races: five each were looked at")
