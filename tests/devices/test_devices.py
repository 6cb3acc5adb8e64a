"""One's own devices: seen, and signed out one by one."""

import pytest
from tests.support.client import ADA, FIREFOX, NEW_PASSWORD, PASSWORD
from tests.support.outbox import token_in

from authflow.domain.device import Device
from authflow.domain.email_address import EmailAddress

DEVICE = Device("192.0.2.7", FIREFOX)


@pytest.fixture
def ada(api):
    return api.signed_in()


def list_sessions(api, person):
    return api.request("GET", "/api/auth/sessions", headers=person.headers).get_json()["sessions"]


def end(api, person, session_id):
    return api.request("DELETE", f"/api/auth/sessions/{session_id}", headers=person.headers)


def test_every_device_is_listed_and_the_current_one_marked(api, ada):
    api.login(headers={"User-Agent": FIREFOX})
    sessions = list_sessions(api, ada)
    assert sessions[0]["device"] == "Firefox on Linux"
    assert [session["current"] for session in sessions] == [False, True]
    assert sessions[0].keys() == {
        "id", "current", "device", "userAgent", "ip", "createdAt", "lastUsedAt", "expiresAt",
    }  # fmt: skip


def test_a_device_that_is_signed_out_is_out_at_once(api, ada):
    phone = api.signed_in()
    (hers,) = [session["id"] for session in list_sessions(api, ada) if not session["current"]]
    assert end(api, ada, hers).status_code == 200
    assert api.me(phone.access).get_json()["code"] == "session_revoked"
    assert api.me(ada.access).status_code == 200
    assert end(api, ada, hers).status_code == 404
    events = api.request("GET", "/api/auth/events", headers=ada.headers).get_json()["events"]
    assert (events[0]["type"], events[0]["sessionId"]) == ("session_revoked", hers)


def test_nobody_elses_device_can_be_signed_out(api, ada):
    grace = api.signed_in("grace@example.com")
    (hers,) = [session["id"] for session in list_sessions(api, grace)]
    for session_id in (hers, "00000000-0000-4000-8000-000000000000", "x", "1", "%00"):
        assert end(api, ada, session_id).status_code == 404
    assert api.me(grace.access).status_code == 200


def test_a_sign_in_from_a_new_device_is_told_once(api, ada, mailbox):
    assert mailbox.received() == []
    for agent in (FIREFOX, FIREFOX.replace("140.0", "141.0"), "curl/8.5.0", FIREFOX):
        api.login(headers={"User-Agent": agent})
    news = mailbox.received()
    assert ["New log-in" in mail.subject for mail in news] == [True, True]
    assert "Firefox on Linux" in news[0].text
    assert "https://app.example.com/auth/forgot-password" in news[0].text


def test_a_device_is_known_by_its_name_and_its_network(services, api, ada, mailbox, tables):
    """A thief has the owner's browser sooner than the owner's network."""
    tables.execute("UPDATE users SET email_verified = true")
    email = EmailAddress.parse(ADA)
    places = ["192.0.2.7", "192.0.2.8", "192.0.2.7", "2001:db8::1", "2001:db8::2", "2001:db8:0:1::1", None, None]
    news = []
    for ip in places:
        before = len(mailbox.received())
        services.login.log_in(email, PASSWORD, Device(ip, FIREFOX), "body")
        news.append(len(mailbox.received()) - before)
    assert news == [1, 1, 0, 1, 0, 1, 1, 0]


def test_a_verification_from_a_new_device_is_told_too(api, ada, mailbox):
    api.post("/resend-verification", {"email": ADA})
    (mail,) = mailbox.received()
    verification = {"token": token_in(mail), "password": PASSWORD}
    assert api.post("/verify-email", verification, headers={"User-Agent": FIREFOX}).status_code == 200
    assert ["New log-in" in mail.subject for mail in mailbox.received()] == [False, True]


def test_of_a_login_that_is_refused_nothing_is_told(api, ada, services, mailbox):
    account = services.login.database.autocommit.users.find_by_email(EmailAddress.parse(ADA))
    services.account.change_password(services.sessions.authenticate(ada.access), PASSWORD, NEW_PASSWORD, DEVICE)
    assert services.login._start_session(account, DEVICE, "body") is None
    assert [mail.subject for mail in mailbox.received()] == ["Your Authflow password was changed"]
