"""Who pressed the button twice has two mails and one `registrationId`: either mail will do (CONTRACT.md, 3)."""

import pytest
from signing_up import CHOSEN, STRANGERS, resend, sign_up, users, verify, wrong
from tests.support.client import ADA, PASSWORD, Client
from tests.support.outbox import code_in, token_in
from tests.support.tables import age_limits, age_verifications

from authflow.crypto.password_hash import PasswordHash
from authflow.mail.sender import MailNotSent

OTHER = "another password of the owner's"


@pytest.fixture
def unlimited(make_verifying, tables):
    """Where many sign up at once."""
    return Client(make_verifying(rate_limits=False))


def sign_up_times(api, mailbox, times, email=ADA):
    """`registrationId`s and mails, in the order in which they were asked for."""
    registrations = []
    for _ in range(times):
        registrations.append(sign_up(api, email))
        mailbox.received()
        # The mailbox has had nothing for an hour.
        age_limits(mailbox.tables, 3_600)
    return registrations, [mail for mail in mailbox.received() if mail.to == email][-times:]


@pytest.mark.parametrize("form", ["otp", "token"])
@pytest.mark.parametrize(("kept", "opened"), [(0, 1), (1, 0), (1, 1)])
def test_either_mail_proves_either_sign_up(verifying, mailbox, tables, form, kept, opened):
    registrations, mails = sign_up_times(verifying, mailbox, 2)
    mailed = {"otp": code_in, "token": token_in}[form](mails[opened])
    answer = verify(verifying, registrationId=registrations[kept], **{form: mailed})
    assert answer.status_code == 200
    assert users(tables) == [(ADA, True)]
    assert tables.execute("SELECT count(*) FROM mailbox_proofs").fetchone() == (0,)
    assert verify(verifying, registrationId=registrations[1 - kept], **{form: mailed}).status_code == 400


def test_the_account_is_that_of_the_sign_up_and_not_of_the_mail(verifying, mailbox):
    theirs = sign_up(verifying, password=CHOSEN, name="Ada")
    sign_up(verifying, password=STRANGERS, name="Eve")
    answer = verify(verifying, registrationId=theirs, otp=code_in(mailbox.newest()))
    assert answer.get_json()["user"]["username"] == "Ada"
    assert verifying.login(password=CHOSEN).status_code == 200
    assert verifying.login(password=STRANGERS).status_code == 401


def test_the_newest_five_mails_and_always_ones_own(unlimited, mailbox, tables):
    registrations, mails = sign_up_times(unlimited, mailbox, 6)
    assert verify(unlimited, registrationId=registrations[5], otp=code_in(mails[0])).status_code == 400
    assert verify(unlimited, registrationId=registrations[5], token=token_in(mails[0])).status_code == 400
    assert verify(unlimited, registrationId=registrations[0], token=token_in(mails[0])).status_code == 200
    registrations, mails = sign_up_times(unlimited, mailbox, 6, "grace@example.com")
    assert verify(unlimited, registrationId=registrations[5], token=token_in(mails[1])).status_code == 200


def test_a_mail_that_never_left_proves_no_other_sign_up(verifying, mailbox, tables):
    registrations, mails = sign_up_times(verifying, mailbox, 2)
    tables.execute("UPDATE mailbox_proofs SET sent_at = NULL")
    for mailed in ({"otp": code_in(mails[0])}, {"token": token_in(mails[0])}):
        assert verify(verifying, registrationId=registrations[1], **mailed).status_code == 400
    assert verify(verifying, registrationId=registrations[1], otp=code_in(mails[1])).status_code == 200


def test_a_mail_counts_as_sent_once_it_was_handed_over(verifying, mailbox, tables, outbox):
    sign_up(verifying)
    outbox.refusal = MailNotSent("an outage")
    mailbox.received()
    assert tables.execute("SELECT sent_at FROM mailbox_proofs").fetchall() == [(None,)]
    outbox.refusal = None
    tables.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL")
    assert len(mailbox.received()) == 1
    assert tables.execute("SELECT sent_at IS NULL FROM mailbox_proofs").fetchall() == [(False,)]


def test_a_mail_to_another_address_proves_nothing_here(verifying, mailbox):
    registration = sign_up(verifying)
    sign_up(verifying, "grace@example.com")
    for mailed in ({"otp": code_in(mailbox.newest())}, {"token": token_in(mailbox.newest())}):
        assert verify(verifying, registrationId=registration, **mailed).status_code == 400


def test_an_account_and_a_change_of_email_take_only_their_own_mail(verifying, api, mailbox, tables):
    ada = api.signed_in()
    account = verifying.login().get_json()["registrationId"]
    account_mail = mailbox.newest()
    waiting, mail = sign_up(verifying), mailbox.newest()
    tables.execute("DELETE FROM limit_counters")
    for mailed in ({"otp": code_in(mail)}, {"token": token_in(mail)}):
        assert verify(verifying, registrationId=account, **mailed).status_code == 400
    for mailed in ({"otp": code_in(account_mail)}, {"token": token_in(account_mail)}):
        assert verify(verifying, registrationId=waiting, **mailed).status_code == 400
    content = {"newEmail": "new@example.com", "password": PASSWORD}
    change = api.post("/change-email", content, headers=ada.headers).get_json()["registrationId"]
    sign_up(verifying, "new@example.com")
    mails = [each for each in mailbox.received() if each.to == "new@example.com"]
    assert len(mails) == 2
    (theirs,) = [each for each in mails if "new email" not in each.subject]
    for mailed in ({"otp": code_in(theirs)}, {"token": token_in(theirs)}):
        assert verify(verifying, registrationId=change, **mailed).status_code == 400


def test_a_strangers_guesses_spend_no_code_of_the_owner(verifying, mailbox):
    registration, mail = sign_up(verifying), mailbox.newest()
    strangers = sign_up(verifying, password=STRANGERS)
    for _ in range(5):
        assert verify(verifying, registrationId=strangers, otp=wrong(code_in(mail))).status_code == 400
    assert verify(verifying, registrationId=strangers, otp=code_in(mail)).status_code == 400
    assert verify(verifying, registrationId=registration, otp=code_in(mail)).status_code == 200


def test_a_code_that_is_spent_is_so_for_every_sign_up(verifying, mailbox):
    registrations, mails = sign_up_times(verifying, mailbox, 2)
    for _ in range(5):
        verify(verifying, registrationId=registrations[0], otp=wrong(code_in(mails[0])))
    assert verify(verifying, registrationId=registrations[1], otp=code_in(mails[0])).status_code == 400
    assert verify(verifying, registrationId=registrations[1], otp=code_in(mails[1])).status_code == 200


def test_a_later_mail_proves_a_sign_up_whose_own_code_is_dead(verifying, mailbox, tables):
    registration = sign_up(verifying)
    mailbox.received()
    age_verifications(tables, 601)
    sign_up(verifying)
    assert verify(verifying, registrationId=registration, otp=code_in(mailbox.newest())).status_code == 200


def test_the_password_is_that_of_the_mail_or_of_the_newest_sign_up(verifying, mailbox, tables):
    for password in (CHOSEN, STRANGERS, OTHER):
        sign_up(verifying, password=password)
    first, *_ = mailbox.received()
    # Of the one in between, and of none: two verifications, and each counts.
    assert verify(verifying, token=token_in(first), password=STRANGERS).status_code == 401
    assert verify(verifying, token=token_in(first), password=OTHER).status_code == 200
    assert verifying.login(password=OTHER).status_code == 200
    sign_up(verifying, "grace@example.com", CHOSEN)
    mail = mailbox.newest()
    sign_up(verifying, "grace@example.com", OTHER)
    assert verify(verifying, token=token_in(mail), password=CHOSEN).status_code == 200
    assert verifying.login("grace@example.com", CHOSEN).status_code == 200


def test_at_most_two_passwords_are_looked_at_and_each_counts(verifying, mailbox, monkeypatch):
    for password in (CHOSEN, STRANGERS, OTHER):
        sign_up(verifying, password=password)
    first, *_ = mailbox.received()
    looked_at = []
    match = PasswordHash.match

    def counted(self, password, stored, **more):
        looked_at.append(stored)
        return match(self, password, stored, **more)

    monkeypatch.setattr(PasswordHash, "match", counted)
    answers = [verify(verifying, token=token_in(first), password="wrong").status_code for _ in range(6)]
    assert answers == [401] * 5 + [429]
    assert len(looked_at) == 10
    assert len(set(looked_at)) == 2


def test_the_second_of_two_equal_requests_is_told_to_log_in(verifying, pending):
    """React's StrictMode sends an effect's request twice."""
    registration, mail = pending
    verification = {"registrationId": registration, "token": token_in(mail)}
    first, second = verify(verifying, **verification), verify(verifying, **verification)
    assert (first.status_code, second.status_code) == (200, 400)
    assert "used already" in second.get_json()["message"]
    assert "log in" in second.get_json()["message"]
    # What the first one began goes on.
    assert verifying.me(first.get_json()["accessToken"]).status_code == 200


def test_another_sign_up_voids_nothing_and_a_resend_only_its_own_mail(verifying, mailbox, tables):
    registrations, mails = sign_up_times(verifying, mailbox, 2)
    age_limits(tables, 3_600)
    resend(verifying, registrationId=registrations[0])
    renewed = mailbox.newest()
    assert verify(verifying, registrationId=registrations[1], otp=code_in(mails[0])).status_code == 400
    assert verify(verifying, registrationId=registrations[1], token=token_in(mails[0])).status_code == 400
    assert verify(verifying, registrationId=registrations[0], otp=code_in(mails[1])).status_code == 200
    assert renewed.text != mails[0].text
