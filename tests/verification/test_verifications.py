"""The mailed half of a verification: how often, how long and for whom it is good; what a new mail does to it."""

import pytest
from signing_up import CHOSEN, resend, seen, sign_up, users, verify, wrong
from tests.support.client import PASSWORD, Client
from tests.support.jobs import age_jobs
from tests.support.outbox import code_in, token_in
from tests.support.tables import age_limits, age_verifications

from authflow.domain.jobs import VerificationMail
from authflow.errors import DatabaseUnavailable
from authflow.services.verification_outcome import VerificationOutcome

DAY = 86_400
# Seconds after which a mailbox gets another mail in any case (`domain/mail_budgets.py`).
MAIL_AGAIN = 15 * 60 + 1


def test_five_wrong_tries_spend_the_code_and_not_the_link(verifying, pending):
    registration, mail = pending
    code = code_in(mail)
    answers = [verify(verifying, registrationId=registration, otp=wrong(code)).status_code for _ in range(5)]
    assert answers == [400] * 5
    assert verify(verifying, registrationId=registration, otp=code).status_code == 400
    assert verify(verifying, registrationId=registration, token=token_in(mail)).status_code == 200


@pytest.mark.parametrize("typed", ["{0} ", "{0:.4} {1}", "\u200b{0}", "{0:.4}-{1}"], ids=ascii)
def test_a_code_is_taken_as_people_type_it(verifying, pending, typed):
    registration, mail = pending
    code = code_in(mail)
    assert verify(verifying, registrationId=registration, otp=typed.format(code, code[4:])).status_code == 200


def test_what_cannot_be_a_code_costs_no_try(verifying, pending):
    registration, mail = pending
    for typed in ("", "1234567", "123456789", "hello", code_in(mail)[:7] + "x") * 4:
        assert verify(verifying, registrationId=registration, otp=typed).status_code == 400
    wide = code_in(mail).translate({ord("0") + digit: chr(0xFF10 + digit) for digit in range(10)})
    assert verify(verifying, registrationId=registration, otp=wide).status_code == 200


def test_a_right_code_in_a_busy_moment_costs_no_try(verifying, pending, monkeypatch):
    registration, mail = pending

    def refuse(*_):
        raise DatabaseUnavailable

    with monkeypatch.context() as busy:
        busy.setattr(VerificationOutcome, "complete", refuse)
        answers = [verify(verifying, registrationId=registration, otp=code_in(mail)).status_code for _ in range(6)]
    assert answers == [503] * 6
    assert verify(verifying, registrationId=registration, otp=code_in(mail)).status_code == 200


def test_ten_codes_a_day_whatever_is_resent(verifying, pending, mailbox, tables):
    registration, mail = pending
    for _ in range(2):
        for _ in range(5):
            verify(verifying, registrationId=registration, otp=wrong(code_in(mail)))
        age_limits(tables, MAIL_AGAIN)
        resend(verifying, registrationId=registration)
        earlier, mail = mail, mailbox.newest()
        assert mail != earlier
    assert verify(verifying, registrationId=registration, otp=code_in(mail)).status_code == 400
    assert verify(verifying, registrationId=registration, token=token_in(mail)).status_code == 200


def test_a_resent_mail_voids_the_earlier_one(verifying, pending, mailbox):
    registration, earlier = pending
    assert resend(verifying, registrationId=registration).status_code == 200
    later = mailbox.newest()
    assert later != earlier
    assert verify(verifying, registrationId=registration, otp=code_in(earlier)).status_code == 400
    assert verify(verifying, token=token_in(earlier), password=CHOSEN).status_code == 400
    assert verify(verifying, registrationId=registration, otp=code_in(later)).status_code == 200


def test_resending_answers_the_same_for_all_and_mails_a_mailbox_its_share(verifying, pending, mailbox):
    registration, _ = pending
    answers = [
        resend(verifying, registrationId=registration),
        resend(verifying, registrationId=registration),
        resend(verifying, registrationId="no such thing"),
        resend(verifying, registrationId="\ud800"),
        resend(verifying, email="stranger@example.com"),
    ]
    assert {(answer.status_code, answer.data) for answer in answers} == {(200, answers[0].data)}
    assert len(mailbox.received()) == 2


def test_a_code_lives_ten_minutes_and_a_sign_up_thirty(verifying, pending, tables):
    registration, mail = pending
    age_verifications(tables, 601)
    assert verify(verifying, registrationId=registration, otp=code_in(mail)).status_code == 400
    age_verifications(tables, 1_200)
    assert verify(verifying, registrationId=registration, token=token_in(mail)).status_code == 400


def test_all_that_is_no_live_verification_gets_one_answer(verifying, pending, mailbox, tables):
    registration, mail = pending
    garbage = ["", "x", "p1-" + "A" * 43, "r1-" + "A" * 43, "\0", "\ud800", "é"]
    answers = [verify(verifying, token=each) for each in garbage]
    answers += [verify(verifying, registrationId=each, otp="12345678") for each in garbage]
    answers += [
        verify(verifying, registrationId=registration, otp=each) for each in [*garbage[:3], wrong(code_in(mail))]
    ]
    proved = {"registrationId": sign_up(verifying, "grace@example.com"), "token": token_in(mailbox.newest())}
    assert verify(verifying, **proved).status_code == 200
    answers += [verify(verifying, **proved), verify(verifying, token=proved["token"], password=CHOSEN)]
    age_limits(tables, 300)
    age_verifications(tables, 1_801)
    answers += [verify(verifying, token=token_in(mail), password=CHOSEN)]
    assert {answer.status_code for answer in answers} == {400}
    assert [seen(answer) for answer in answers] == [seen(answers[0])] * len(answers)
    assert answers[0].get_json()["code"] == "verification_invalid"


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"otp": "12345678"},
        {"registrationId": "x"},
        {"registrationId": "x", "password": PASSWORD},
        {"registrationId": "x", "token": "x", "otp": "12345678"},
        {"token": ["x"]},
        {"token": None},
    ],
)
def test_other_forms_are_refused(verifying, content):
    assert verifying.post("/verify-email", content).status_code == 422


def test_a_worker_that_dies_after_the_mail_sends_the_same_and_revives_nothing(verifying, mailbox, services):
    registration = sign_up(verifying)
    job, asked_at = mailbox.waiting_job(VerificationMail)
    for _ in range(2):
        services.verification_mails.send_verification(job, asked_at)
    first, second = mailbox.mails
    assert first == second
    assert verify(verifying, registrationId=registration, otp=code_in(first)).status_code == 200
    assert services.verification_mails.send_verification(job, asked_at) is False
    assert verify(verifying, registrationId=registration, otp=code_in(first)).status_code == 400


def test_a_verification_is_of_the_address_that_it_was_mailed_to(verifying, api, mailbox, tables):
    api.register()
    registration, mail = verifying.login().get_json()["registrationId"], mailbox.newest()
    tables.execute("UPDATE users SET email = %(new)s, email_canonical = %(new)s", {"new": "countess@example.com"})
    for half in ({"otp": code_in(mail)}, {"token": token_in(mail)}):
        assert verify(verifying, registrationId=registration, **half).status_code == 400
    assert verify(verifying, token=token_in(mail), password=PASSWORD).status_code == 400
    assert users(tables) == [("countess@example.com", False)]


def test_a_mail_is_worth_sending_as_long_as_its_sign_up_lives(make_verifying, mailbox, tables):
    patient = Client(make_verifying(unverified_account_ttl=DAY))
    sign_up(patient)
    age_jobs(tables, DAY - 60)
    assert len(mailbox.received()) == 1
    sign_up(patient)
    age_jobs(tables, DAY + 1)
    assert len(mailbox.received()) == 1
