"""Asked for again, nothing that works is taken away but by who holds the `registrationId`: no dead ends."""

import pytest
from signing_up import CHOSEN, STRANGERS, resend, sign_up, users, verify, wrong
from tests.support.client import ADA, PASSWORD
from tests.support.outbox import CODE, code_in, token_in
from tests.support.tables import age_limits, age_verifications

HALF_AN_HOUR = 1_800


def mail_again(api, mailbox, tables, **content):
    """The mail that comes of it, with no limit in the way."""
    before = len(mailbox.received())
    age_limits(tables, 86_400)
    assert resend(api, **content).status_code == 200
    (mail,) = mailbox.received()[before:]
    return mail


def test_a_waiting_sign_up_gets_its_mail_by_email_alone(verifying, pending, mailbox, tables):
    _, first = pending
    again = mail_again(verifying, mailbox, tables, email=ADA)
    # The same link and code: nothing that was mailed, and no browser, is left behind.
    assert (token_in(again), code_in(again)) == (token_in(first), code_in(first))
    assert verify(verifying, token=token_in(again), password=CHOSEN).status_code == 200
    assert users(tables) == [(ADA, True)]


def test_the_newest_sign_up_is_the_one_that_is_mailed(verifying, mailbox, tables):
    for password in (STRANGERS, CHOSEN):
        sign_up(verifying, password=password)
    _, newest = mailbox.received()
    assert token_in(mail_again(verifying, mailbox, tables, email=ADA)) == token_in(newest)


@pytest.mark.parametrize("dead", ["spent", "late"])
def test_a_new_code_comes_only_for_one_that_is_dead(verifying, pending, mailbox, tables, dead):
    registration, first = pending
    if dead == "late":
        age_verifications(tables, 601)
    for _ in range(5 if dead == "spent" else 0):
        verify(verifying, registrationId=registration, otp=wrong(code_in(first)))
    again = mail_again(verifying, mailbox, tables, email=ADA)
    assert token_in(again) == token_in(first)
    assert code_in(again) != code_in(first)
    assert verify(verifying, registrationId=registration, otp=code_in(first)).status_code == 400
    assert verify(verifying, registrationId=registration, otp=code_in(again)).status_code == 200


def test_a_mail_for_a_proved_account_asked_by_email_is_none(verifying, pending, mailbox, tables):
    registration, mail = pending
    sign_up(verifying, password=STRANGERS)
    assert verify(verifying, registrationId=registration, otp=code_in(mail)).status_code == 200
    mailbox.received()
    before = len(mailbox.mails)
    age_limits(tables, 86_400)
    assert resend(verifying, email=ADA).status_code == 200
    assert len(mailbox.received()) == before


def test_asking_again_renews_a_sign_up_to_two_hours_from_its_start(verifying, pending, mailbox, tables):
    registration, mail = pending
    for _ in range(4):
        age_verifications(tables, HALF_AN_HOUR - 60)
        mail = mail_again(verifying, mailbox, tables, registrationId=registration)
        age_verifications(tables, 0)
    # 1 h 56 min old: the last mail says how long it still is.
    age_verifications(tables, 60)
    assert verify(verifying, token=token_in(mail)).status_code == 409
    age_verifications(tables, 240)
    assert verify(verifying, registrationId=registration, token=token_in(mail)).status_code == 400
    before = len(mailbox.received())
    age_limits(tables, 86_400)
    resend(verifying, registrationId=registration)
    assert len(mailbox.received()) == before


def test_a_renewed_sign_up_is_not_swept(verifying, pending, mailbox, tables, services):
    registration, _ = pending
    age_verifications(tables, HALF_AN_HOUR - 60)
    mail = mail_again(verifying, mailbox, tables, registrationId=registration)
    age_verifications(tables, 120)
    assert services.sweeping.sweep().proofs == 0
    assert verify(verifying, registrationId=registration, token=token_in(mail)).status_code == 200


def test_a_login_of_an_unproved_account_voids_nothing(verifying, api, mailbox, tables):
    api.register()
    registrations, mails = [], []
    for _ in range(3):
        registrations.append(verifying.login().get_json()["registrationId"])
        mails.append(mailbox.newest())
    assert len(set(registrations)) == 3
    assert {token_in(mail) for mail in mails} == {token_in(mails[0])}
    assert {code_in(mail) for mail in mails} == {code_in(mails[0])}
    assert verify(verifying, registrationId=registrations[0], otp=code_in(mails[2])).status_code == 200


@pytest.mark.parametrize("number", range(6))
def test_the_newest_five_registration_ids_are_good(verifying, api, mailbox, tables, number):
    api.register()
    registrations = [verifying.login().get_json()["registrationId"] for _ in range(6)]
    mail = mailbox.newest()
    answer = verify(verifying, registrationId=registrations[number], token=token_in(mail))
    assert answer.status_code == (400 if number == 0 else 200)


def test_a_login_gives_a_new_code_only_for_one_that_is_dead(verifying, api, mailbox, tables):
    api.register()
    registration = verifying.login().get_json()["registrationId"]
    first = mailbox.newest()
    for _ in range(5):
        verify(verifying, registrationId=registration, otp=wrong(code_in(first)))
    later = verifying.login().get_json()["registrationId"]
    again = mailbox.newest()
    assert token_in(again) == token_in(first)
    assert code_in(again) != code_in(first)
    for known in (registration, later):
        assert verify(verifying, registrationId=known, otp=code_in(first)).status_code == 400
    assert verify(verifying, registrationId=registration, otp=code_in(again)).status_code == 200


def test_an_account_whose_link_has_died_gets_another(verifying, api, mailbox, tables):
    api.register()
    first_registration, first = verifying.login().get_json()["registrationId"], mailbox.newest()
    age_verifications(tables, HALF_AN_HOUR + 1)
    assert verify(verifying, registrationId=first_registration, token=token_in(first)).status_code == 400
    again = mail_again(verifying, mailbox, tables, email=ADA)
    assert token_in(again) != token_in(first)
    assert verify(verifying, token=token_in(again), password=PASSWORD).status_code == 200


def test_a_mail_that_leaves_late_offers_no_dead_code(verifying, mailbox, tables):
    sign_up(verifying)
    age_verifications(tables, 601)
    mail = mailbox.newest()
    assert CODE.findall(mail.text) == []
    assert "code" not in mail.text.lower()
    assert not [words for words in ("enter this code", "The code works", "link and code") if words in mail.html]
    assert "If that was you, open this page to confirm your address:" in mail.text
    assert verify(verifying, token=token_in(mail), password=CHOSEN).status_code == 200


def test_a_mail_that_leaves_too_late_offers_nothing_and_is_none(verifying, mailbox, tables):
    sign_up(verifying)
    age_verifications(tables, HALF_AN_HOUR + 1)
    assert mailbox.received() == []


def test_a_refused_login_tells_all_what_they_can_do(verifying, api, pending):
    texts = {verifying.login(email, "wrong").get_json()["message"] for email in (ADA, "nobody@example.com")}
    assert texts == {"Wrong email or password, or not confirmed yet: look at your mails, or register again."}
    assert "not confirmed" not in api.login("nobody@example.com").get_json()["message"]


def test_a_verification_that_an_operator_made_needless_is_refused(verifying, api, mailbox, tables):
    api.register()
    registration, mail = verifying.login().get_json()["registrationId"], mailbox.newest()
    tables.execute("UPDATE users SET email_verified = true")
    assert verify(verifying, registrationId=registration, otp=code_in(mail)).status_code == 400
    age_limits(tables, 86_400)
    assert resend(verifying, registrationId=registration).status_code == 200
    assert len(mailbox.received()) == 1
