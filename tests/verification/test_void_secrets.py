"""A new password or a new email leaves nothing alive of what was mailed before (SECURITY BAR 29)."""

import pytest
from signing_up import users, verify
from tests.support.client import ADA, NEW_PASSWORD, PASSWORD
from tests.support.outbox import code_in, token_in

NEW = "countess@example.com"


@pytest.fixture
def ada(api):
    return api.signed_in()


@pytest.fixture
def mailed(api, verifying, ada, mailbox):
    """One of each: what resets the password, what proves the email, what changes it."""
    api.post("/forgot-password", {"email": ADA})
    reset = mailbox.newest()
    verification = {"registrationId": verifying.login().get_json()["registrationId"]}, mailbox.newest()
    asked = api.post("/change-email", {"newEmail": NEW, "password": PASSWORD}, headers=ada.headers)
    change = {"registrationId": asked.get_json()["registrationId"]}
    return reset, verification, (change, next(mail for mail in mailbox.received() if mail.to == NEW))


def by_reset(api, ada, mailed):
    return api.reset(token_in(mailed[0]))


def by_change_of_password(api, ada, mailed):
    content = {"currentPassword": PASSWORD, "newPassword": NEW_PASSWORD}
    return api.post("/change-password", content, headers=ada.headers)


def by_change_of_email(api, ada, mailed):
    registration, mail = mailed[2]
    return verify(api, **registration, otp=code_in(mail))


@pytest.mark.parametrize("event", [by_reset, by_change_of_password, by_change_of_email])
def test_nothing_that_was_mailed_before_works(api, ada, mailed, tables, event):
    reset, *verifications = mailed
    assert event(api, ada, mailed).status_code == 200
    before = users(tables)
    (email, _), *_ = before
    tries = [api.reset(token_in(reset))]
    tries += [
        api.post("/reset-password", {"email": address, "otp": code_in(reset), "password": PASSWORD})
        for address in (ADA, NEW)
    ]
    for registration, mail in verifications:
        halves = [{**registration, "otp": code_in(mail)}, {**registration, "token": token_in(mail)}]
        halves += [{"token": token_in(mail), "password": password} for password in (PASSWORD, NEW_PASSWORD)]
        tries += [verify(api, **half) for half in halves]
    assert [answer.status_code for answer in tries] == [400] * 11
    assert users(tables) == before
    password = PASSWORD if event is by_change_of_email else NEW_PASSWORD
    assert api.login(email, password).status_code == 200


def test_the_verification_of_the_account_works_as_long_as_nothing_happened(api, mailed):
    """The other two are what makes something happen above."""
    _, (registration, mail), _ = mailed
    assert verify(api, **registration, otp=code_in(mail)).status_code == 200
