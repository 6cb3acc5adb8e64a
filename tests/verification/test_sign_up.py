"""A sign-up is no account until both halves of the verification are given (CONTRACT.md, section 3)."""

import pytest
from signing_up import CHOSEN, STRANGERS, resend, sign_up, users, verify
from tests.support.client import ADA, PASSWORD
from tests.support.outbox import code_in, token_in
from tests.support.tables import age_limits

from authflow.domain.device import Device
from authflow.domain.email_address import EmailAddress


def test_registering_makes_no_account_and_gives_no_token(verifying, tables):
    answer = verifying.register()
    assert answer.status_code == 202
    assert answer.get_json().keys() == {"success", "message", "registrationId"}
    assert users(tables) == []
    assert verifying.login().get_json()["code"] == "invalid_credentials"


@pytest.mark.parametrize("form", ["code", "link", "password"])
def test_both_halves_make_the_account_and_sign_in(verifying, pending, tables, form):
    registration, mail = pending
    halves = {
        "code": {"registrationId": registration, "otp": code_in(mail)},
        "link": {"registrationId": registration, "token": token_in(mail)},
        "password": {"token": token_in(mail), "password": CHOSEN},
    }
    answer = verify(verifying, **halves[form])
    assert answer.status_code == 200
    assert answer.get_json()["user"]["emailVerified"] is True
    assert verifying.me(answer.get_json()["accessToken"]).status_code == 200
    assert verifying.login(password=CHOSEN).status_code == 200
    assert users(tables) == [(ADA, True)]
    assert verify(verifying, **halves[form]).status_code == 400


def test_the_link_alone_asks_for_the_password(verifying, pending):
    _, mail = pending
    answer = verify(verifying, token=token_in(mail))
    assert (answer.status_code, answer.get_json()["code"]) == (409, "password_required")


def test_a_wrong_password_counts_as_a_failed_login(verifying, pending):
    _, mail = pending
    answers = [verify(verifying, token=token_in(mail), password=STRANGERS) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert answers[0].get_json()["code"] == "invalid_credentials"
    assert verifying.login().status_code == 429


@pytest.mark.parametrize("stranger_is_first", [True, False])
def test_a_strangers_password_never_opens_the_account(verifying, mailbox, stranger_is_first, tables):
    order = [STRANGERS, CHOSEN] if stranger_is_first else [CHOSEN, STRANGERS]
    registrations = {}
    for password in order:
        registrations[password] = sign_up(verifying, password=password)
    mails = dict(zip(order, mailbox.received(), strict=True))
    # Whatever the owner clicks, here the stranger's link: it is the owner's sign-up that comes of it, or none.
    half = {"password": CHOSEN} if stranger_is_first else {"registrationId": registrations[CHOSEN]}
    assert verify(verifying, token=token_in(mails[STRANGERS]), **half).status_code == 200
    # The stranger, who holds a registrationId and a password but no mail, is left with nothing.
    assert (
        verify(verifying, registrationId=registrations[STRANGERS], otp=code_in(mails[STRANGERS])).status_code
        == 400
    )
    assert verifying.login(password=STRANGERS).status_code == 401
    assert verifying.login(password=CHOSEN).status_code == 200
    assert tables.execute("SELECT count(*) FROM mailbox_proofs").fetchone() == (0,)


def test_a_scanner_that_opens_the_link_and_runs_its_page_finishes_nothing(verifying, pending, tables):
    _, mail = pending
    verification = {"token": token_in(mail), "password": CHOSEN}
    for method in ("GET", "HEAD", "OPTIONS") * 10:
        for address in ("/api/auth/verify-email", f"/api/auth/verify-email/{verification['token']}"):
            answer = verifying.request(method, address, query_string=verification, json=verification)
            assert answer.status_code in {204, 404, 405}
    assert verify(verifying, token=token_in(mail)).status_code == 409
    assert users(tables) == []
    assert verify(verifying, token=token_in(mail), password=CHOSEN).status_code == 200


def test_an_account_from_before_proves_itself_at_login(verifying, api, mailbox):
    api.register()
    refused = verifying.login()
    assert (refused.status_code, refused.get_json()["code"]) == (403, "email_not_verified")
    registration, mail = refused.get_json()["registrationId"], mailbox.newest()
    assert verify(verifying, registrationId=registration, otp=code_in(mail)).status_code == 200
    assert verifying.login().status_code == 200


def test_an_account_from_before_proves_itself_by_email_and_password(verifying, api, mailbox):
    api.register()
    assert resend(verifying, email=ADA).status_code == 200
    token = token_in(mailbox.newest())
    assert verify(verifying, token=token).status_code == 409
    assert verify(verifying, token=token, password=PASSWORD).status_code == 200
    assert resend(verifying, email=ADA).status_code == 200
    assert len(mailbox.received()) == 1


def test_a_proved_sign_up_takes_an_unproved_account_over(verifying, api, mailbox, tables):
    stranger = api.signed_in(ADA, STRANGERS)
    registration = sign_up(verifying)
    answer = verify(verifying, registrationId=registration, otp=code_in(mailbox.newest()))
    assert answer.status_code == 200
    assert api.me(stranger.access).get_json()["code"] == "session_revoked"
    assert verifying.login(password=STRANGERS).status_code == 401
    assert verifying.login(password=CHOSEN).status_code == 200
    assert users(tables) == [(ADA, True)]


def test_a_verification_for_an_account_that_is_proved_or_disabled_by_then_is_refused(
    verifying, api, mailbox, tables
):
    for change in ("email_verified = true", "disabled_at = clock_timestamp()"):
        registration = sign_up(verifying)
        mail = mailbox.newest()
        api.register()
        tables.execute(f"UPDATE users SET {change}")
        assert verify(verifying, registrationId=registration, otp=code_in(mail)).status_code == 400
        age_limits(tables, 3_600)
        tables.execute("DELETE FROM users")


def test_an_account_that_goes_while_its_verification_is_asked_leaves_nothing(services, api, tables):
    api.register()
    account = services.account.database.autocommit.users.find_by_email(EmailAddress.parse(ADA))
    tables.execute("DELETE FROM users")
    services.verification_requests.ask_of_account(account.user, Device(None, ""))
    assert tables.execute("SELECT count(*) FROM mailbox_proofs").fetchone() == (0,)
