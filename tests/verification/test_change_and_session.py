"""A change of email ends with the session that asked for it, in whatever way that ends."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from changing import NEW, change, mail_to
from tests.support.client import ADA, PASSWORD
from tests.support.many_rows import add_sessions
from tests.support.outbox import code_in, token_in
from tests.support.server import wait_until

from authflow.domain.email_address import EmailAddress
from authflow.domain.session import MOST_LIVE


@pytest.fixture
def ada(api):
    return api.signed_in()


def by_log_out(api, ada, phone, services, tables):
    api.post("/logout", headers=ada.headers)


def by_log_out_everywhere(api, ada, phone, services, tables):
    api.post("/logout-all", headers=phone.headers)


def by_the_other_device(api, ada, phone, services, tables):
    sessions = api.request("GET", "/api/auth/sessions", headers=phone.headers).get_json()["sessions"]
    (hers,) = [session["id"] for session in sessions if not session["current"]]
    assert api.request("DELETE", f"/api/auth/sessions/{hers}", headers=phone.headers).status_code == 200


def by_the_operator(api, ada, phone, services, tables):
    services.account_operator.sign_out(EmailAddress.parse(ADA))


def by_disabling(api, ada, phone, services, tables):
    services.account_operator.disable(EmailAddress.parse(ADA))
    services.account_operator.enable(EmailAddress.parse(ADA))


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
    tables.execute("UPDATE refresh_tokens SET rotated_at = rotated_at - interval '1 hour'")
    add_sessions(tables, ADA, MOST_LIVE)
    assert api.login().status_code == 200


def by_its_row_going(api, ada, phone, services, tables):
    tables.execute("DELETE FROM refresh_tokens WHERE id = (SELECT session_id FROM mailbox_proofs)")


def by_the_mark_of_very_many(api, ada, phone, services, tables):
    """What `/logout-all` leaves where there are more rows than a statement looks at."""
    tables.execute("UPDATE users SET sessions_ended_at = clock_timestamp()")


ENDINGS = [by_log_out, by_log_out_everywhere, by_the_other_device, by_the_operator, by_disabling, by_theft_seen]
ENDINGS += [by_idling, by_age, by_eviction, by_its_row_going, by_the_mark_of_very_many]


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
    verification = {"registrationId": registration, "otp": code_in(mail_to(mailbox, NEW))}
    with psycopg.connect(database_url) as logging_out, ThreadPoolExecutor() as threads:
        logging_out.execute("UPDATE refresh_tokens SET revoked_at = clock_timestamp()")
        verifying = threads.submit(api.post, "/verify-email", verification)
        wait_until(lambda: verifying.done() or is_waiting(tables))
        logging_out.commit()
        assert verifying.result().status_code == 400
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
    assert "logging out there ends the change" in mail_to(mailbox, NEW).text


def test_a_change_asked_for_before_its_session_was_noted_is_dead(api, ada, mailbox, tables):
    registration = change(api, ada).get_json()["registrationId"]
    code = code_in(mail_to(mailbox, NEW))
    tables.execute("UPDATE mailbox_proofs SET session_id = NULL")
    assert api.post("/verify-email", {"registrationId": registration, "otp": code}).status_code == 400
