"""`/change-email`: nothing changes until the new address is proved; then everything from before has ended."""

import pytest
from changing import NEW, change, mail_to
from tests.support.client import ADA, PASSWORD
from tests.support.outbox import code_in, token_in

from authflow.domain.jobs import EmailChangeAskedMail


@pytest.fixture
def ada(api):
    return api.signed_in()


def test_the_new_address_is_asked_and_the_old_one_told(api, ada, mailbox):
    answer = change(api, ada)
    assert (answer.status_code, answer.get_json().keys()) == (202, {"success", "message", "registrationId"})
    assert sorted(mail.to for mail in mailbox.received()) == [ADA, NEW]
    assert "verify-email" not in mail_to(mailbox, ADA).text
    assert api.me(ada.access).get_json()["user"]["email"] == ADA


@pytest.mark.parametrize("form", ["code", "link", "password"])
def test_the_verification_changes_it_and_ends_every_other_session(api, ada, mailbox, form):
    phone = api.signed_in()
    registration = change(api, ada).get_json()["registrationId"]
    mail = mail_to(mailbox, NEW)
    halves = {
        "code": {"registrationId": registration, "otp": code_in(mail)},
        "link": {"registrationId": registration, "token": token_in(mail)},
        "password": {"token": token_in(mail), "password": PASSWORD},
    }
    answer = api.post("/verify-email", halves[form])
    assert answer.get_json()["user"]["email"] == NEW
    assert answer.get_json()["user"]["emailVerified"] is True
    for device in (ada, phone):
        assert api.me(device.access).get_json()["code"] == "session_revoked"
    assert api.me(answer.get_json()["accessToken"]).status_code == 200
    assert api.login().status_code == 401
    assert api.login(NEW).status_code == 200
    assert [mail.to for mail in mailbox.received()][-1] == ADA


def test_it_takes_the_password(api, ada, mailbox):
    answer = change(api, ada, password="wrong")
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, ["password"])
    assert mailbox.received() == []


def test_a_taken_address_is_answered_alike_and_its_owner_told(api, ada, mailbox):
    api.register(NEW)
    taken, free = change(api, ada), change(api, ada, "free@example.com")
    assert taken.status_code == free.status_code == 202
    assert taken.get_json()["message"] == free.get_json()["message"]
    mailbox.received()
    assert all("verify-email" not in mail.text for mail in mailbox.mails if mail.to == NEW)


def test_an_address_taken_meanwhile_is_refused(api, ada, mailbox):
    registration = change(api, ada).get_json()["registrationId"]
    code = code_in(mail_to(mailbox, NEW))
    api.register(NEW)
    answer = api.post("/verify-email", {"registrationId": registration, "otp": code})
    assert (answer.status_code, answer.get_json()["code"]) == (400, "verification_invalid")
    assert api.me(ada.access).get_json()["user"]["email"] == ADA


def test_a_second_change_voids_the_first(api, ada, mailbox):
    first = change(api, ada).get_json()["registrationId"]
    code = code_in(mail_to(mailbox, NEW))
    change(api, ada, "third@example.com")
    assert api.post("/verify-email", {"registrationId": first, "otp": code}).status_code == 400


@pytest.mark.parametrize("event", ["change-password", "reset"])
def test_a_new_password_voids_it(api, ada, mailbox, event):
    registration = change(api, ada).get_json()["registrationId"]
    code = code_in(mail_to(mailbox, NEW))
    if event == "change-password":
        content = {"currentPassword": PASSWORD, "newPassword": "another horse, another battery"}
        assert api.post("/change-password", content, headers=ada.headers).status_code == 200
    else:
        api.post("/forgot-password", {"email": ADA})
        assert api.reset(token_in(mail_to(mailbox, ADA))).status_code == 200
    assert api.post("/verify-email", {"registrationId": registration, "otp": code}).status_code == 400


def test_the_change_voids_a_pending_reset(api, ada, mailbox):
    api.post("/forgot-password", {"email": ADA})
    reset = token_in(mail_to(mailbox, ADA))
    registration = change(api, ada).get_json()["registrationId"]
    code = code_in(mail_to(mailbox, NEW))
    assert api.post("/verify-email", {"registrationId": registration, "otp": code}).status_code == 200
    assert api.reset(reset).status_code == 400


def test_five_changes_an_hour(api, ada):
    assert [change(api, ada).status_code for _ in range(6)] == [202] * 5 + [429]


def test_the_notice_goes_to_the_old_address_however_late(api, ada, mailbox, outbox, services):
    """A mail server that puts the notice off must not leave it to whoever has the account by then."""
    registration = change(api, ada).get_json()["registrationId"]
    job, asked_at = mailbox.waiting_job(EmailChangeAskedMail)
    code = code_in(mail_to(mailbox, NEW))
    outbox.mails.clear()
    assert api.post("/verify-email", {"registrationId": registration, "otp": code}).status_code == 200
    services.verification_mails.send_email_change_asked(job, asked_at)
    assert [mail.to for mail in mailbox.mails] == [ADA]
    # A reset, which the notice offers in time, would be mailed to the new address by now.
    assert "forgot-password" not in mailbox.mails[0].text


def test_a_wrong_password_beside_the_link_counts_as_a_failed_login_of_the_account(api, ada, mailbox):
    change(api, ada)
    token = token_in(mail_to(mailbox, NEW))
    tries = [api.post("/verify-email", {"token": token, "password": "wrong"}).status_code for _ in range(11)]
    assert tries == [401] * 10 + [429]
    assert api.login().status_code == 429
