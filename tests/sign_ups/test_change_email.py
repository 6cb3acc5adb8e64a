"""`/change-email`: nothing changes until the new address is proved; then everything from before has ended."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from tests.support.client import ADA, PASSWORD
from tests.support.outbox import code_in, token_in
from tests.support.server import wait_until

from authflow.domain.email_address import EmailAddress
from authflow.domain.jobs import EmailChangeAskedMail

NEW = "countess@example.com"


@pytest.fixture
def ada(api):
    return api.signed_in()


def change(api, ada, new=NEW, password=PASSWORD):
    return api.post("/change-email", {"newEmail": new, "password": password}, headers=ada.headers)


def mail_to(mailbox, address):
    return [mail for mail in mailbox.received() if mail.to == address][-1]


def test_the_new_address_is_asked_and_the_old_one_told(api, ada, mailbox):
    answer = change(api, ada)
    assert (answer.status_code, answer.get_json().keys()) == (202, {"success", "message", "registrationId"})
    assert sorted(mail.to for mail in mailbox.received()) == [ADA, NEW]
    assert "verify-email" not in mail_to(mailbox, ADA).text
    assert api.me(ada.access).get_json()["user"]["email"] == ADA


@pytest.mark.parametrize("form", ["code", "link", "password"])
def test_the_proof_changes_it_and_ends_every_other_session(api, ada, mailbox, form):
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


def by_log_out(api, ada, phone, services, tables):
    api.post("/logout", headers=ada.headers)


def by_log_out_everywhere(api, ada, phone, services, tables):
    api.post("/logout-all", headers=phone.headers)


def by_the_other_device(api, ada, phone, services, tables):
    sessions = api.request("GET", "/api/auth/sessions", headers=phone.headers).get_json()["sessions"]
    (hers,) = [session["id"] for session in sessions if not session["current"]]
    assert api.request("DELETE", f"/api/auth/sessions/{hers}", headers=phone.headers).status_code == 200


def by_the_operator(api, ada, phone, services, tables):
    services.administration.sign_out(EmailAddress.parse(ADA))


def by_disabling(api, ada, phone, services, tables):
    services.administration.disable(EmailAddress.parse(ADA))
    services.administration.enable(EmailAddress.parse(ADA))


def by_theft_seen(api, ada, phone, services, tables):
    newest = ada.refresh
    for _ in range(2):
        newest = api.refresh(newest).get_json()["refreshToken"]
        tables.execute("UPDATE refresh_tokens SET rotated_at = rotated_at - interval '61 s'")
    assert api.refresh(ada.refresh).get_json()["code"] == "refresh_token_reused"


def by_idling(api, ada, phone, services, tables):
    tables.execute("UPDATE refresh_tokens SET rotated_at = rotated_at - interval '7 days'")


def by_age(api, ada, phone, services, tables):
    tables.execute("UPDATE refresh_tokens SET created_at = created_at - interval '30 days'")


def by_eviction(api, ada, phone, services, tables):
    tables.execute("DELETE FROM refresh_tokens WHERE id = (SELECT session_id FROM mailbox_proofs)")


ENDINGS = [by_log_out, by_log_out_everywhere, by_the_other_device, by_the_operator, by_disabling, by_theft_seen]
ENDINGS += [by_idling, by_age, by_eviction]


@pytest.mark.parametrize("end", ENDINGS)
def test_what_a_session_began_ends_with_it(api, ada, mailbox, services, tables, end):
    registration = change(api, ada).get_json()["registrationId"]
    mail = mail_to(mailbox, NEW)
    phone = api.signed_in()
    end(api, ada, phone, services, tables)
    halves = [
        {"registrationId": registration, "otp": code_in(mail)},
        {"registrationId": registration, "token": token_in(mail)},
        {"token": token_in(mail), "password": PASSWORD},
        {"token": token_in(mail)},
    ]
    assert {api.post("/verify-email", half).status_code for half in halves} == {400}
    # Nor is another mail to be had.
    before = len(mailbox.received())
    tables.execute("DELETE FROM limit_counters")
    api.post("/resend-verification", {"registrationId": registration})
    assert len(mailbox.received()) == before
    assert tables.execute("SELECT email FROM users").fetchall() == [(ADA,)]


def test_a_log_out_at_the_same_moment_ends_it_too(api, ada, mailbox, tables, database_url):
    registration = change(api, ada).get_json()["registrationId"]
    proof = {"registrationId": registration, "otp": code_in(mail_to(mailbox, NEW))}
    with psycopg.connect(database_url) as logging_out, ThreadPoolExecutor() as threads:
        logging_out.execute("UPDATE refresh_tokens SET revoked_at = clock_timestamp()")
        proving = threads.submit(api.post, "/verify-email", proof)
        wait_until(lambda: proving.done() or is_waiting(tables))
        logging_out.commit()
        assert proving.result().status_code == 400
    assert tables.execute("SELECT email FROM users").fetchall() == [(ADA,)]


def is_waiting(tables):
    sql = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    return tables.execute(sql).rowcount > 0


def test_a_change_lives_on_where_another_session_ends(api, ada, mailbox):
    phone = api.signed_in()
    registration = change(api, ada).get_json()["registrationId"]
    code = code_in(mail_to(mailbox, NEW))
    assert api.post("/logout", headers=phone.headers).status_code == 200
    assert api.post("/verify-email", {"registrationId": registration, "otp": code}).status_code == 200


def test_the_answer_and_the_mail_say_that_it_ends_with_the_session(api, ada, mailbox):
    assert "ends with this session" in change(api, ada).get_json()["message"]
    assert "signing out there ends the change" in mail_to(mailbox, NEW).text


def test_a_change_asked_for_before_its_session_was_noted_is_dead(api, ada, mailbox, tables):
    registration = change(api, ada).get_json()["registrationId"]
    code = code_in(mail_to(mailbox, NEW))
    tables.execute("UPDATE mailbox_proofs SET session_id = NULL")
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
    services.proof_mailing.send_email_change_asked(job, asked_at)
    assert [mail.to for mail in mailbox.mails] == [ADA]


def test_a_wrong_password_beside_the_link_counts_as_a_failed_login_of_the_account(api, ada, mailbox):
    change(api, ada)
    token = token_in(mail_to(mailbox, NEW))
    tries = [api.post("/verify-email", {"token": token, "password": "wrong"}).status_code for _ in range(9)]
    # With the login and the change: ten of its own for an IP that the account knows, and no eleventh anywhere.
    assert tries == [401] * 8 + [429]
    assert api.login().status_code == 429
