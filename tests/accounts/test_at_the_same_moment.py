"""Two changes of one account at the same moment: neither stops the other, and each sees what the first has ended.

The first is played by a connection that holds the user's row, as every change of an account does.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest
from tests.support.client import ADA, NEW_PASSWORD, PASSWORD
from tests.support.outbox import code_in
from tests.support.server import wait_until

NEW = "countess@example.com"
END_SESSIONS = "UPDATE refresh_tokens SET revoked_at = clock_timestamp() WHERE revoked_at IS NULL"


@pytest.fixture
def ada(api):
    return api.signed_in()


def call(api, ada, method, path, content=None):
    return api.request(method, f"/api/auth{path}", json=content, headers=ada.headers)


def log_out(api, ada):
    return call(api, ada, "POST", "/logout")


def log_out_everywhere(api, ada):
    return call(api, ada, "POST", "/logout-all")


def end_session(api, ada):
    (session,) = call(api, ada, "GET", "/sessions").get_json()["sessions"]
    return call(api, ada, "DELETE", f"/sessions/{session['id']}")


def change_password(api, ada):
    return call(api, ada, "POST", "/change-password", {"currentPassword": PASSWORD, "newPassword": NEW_PASSWORD})


def change_email(api, ada):
    return call(api, ada, "POST", "/change-email", {"newEmail": NEW, "password": PASSWORD})


def delete(api, ada):
    return call(api, ada, "DELETE", "/me", {"password": PASSWORD})


@pytest.fixture
def begun_while_held(database_url, tables):
    """Begins a call that has to wait for the user's row; the row is let go at the end of the block."""

    @contextmanager
    def begin(work):
        with ThreadPoolExecutor(1) as thread, psycopg.connect(database_url) as first:
            first.execute("SET lock_timeout = '300ms'")
            first.execute("SELECT FROM users FOR UPDATE")
            answer: Future = thread.submit(work)
            wait_until(lambda: answer.done() or is_waiting(tables))
            assert not answer.done()
            yield first, answer

    return begin


def is_waiting(tables):
    return tables.execute(
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    ).fetchone()


@pytest.mark.parametrize("end", [log_out, log_out_everywhere, end_session])
def test_who_ends_a_session_waits_with_empty_hands(api, ada, begun_while_held, end):
    """A reset holds the user and wants the sessions: who held them and wanted the user would stop both."""
    with begun_while_held(lambda: end(api, ada)) as (reset, ended):
        reset.execute(END_SESSIONS)
        reset.commit()
        assert ended.result().status_code == (404 if end is end_session else 200)
    assert api.me(ada.access).get_json()["code"] == "session_revoked"


@pytest.mark.parametrize("end", [log_out, log_out_everywhere, end_session])
def test_a_session_whose_account_goes_meanwhile_ends_without_a_defect(api, ada, begun_while_held, end):
    with begun_while_held(lambda: end(api, ada)) as (deletion, ended):
        deletion.execute("DELETE FROM users")
        deletion.commit()
        assert ended.result().status_code == (404 if end is end_session else 200)


@pytest.mark.parametrize("change", [change_password, change_email, delete])
def test_a_session_that_was_ended_meanwhile_changes_nothing(api, ada, tables, begun_while_held, change):
    before = tables.execute("SELECT password_hash FROM users").fetchall()
    with begun_while_held(lambda: change(api, ada)) as (verification, changed):
        verification.execute(END_SESSIONS)
        verification.commit()
        assert changed.result().get_json()["code"] == "session_revoked"
    assert tables.execute("SELECT password_hash FROM users").fetchall() == before
    assert tables.execute("SELECT count(*) FROM mailbox_proofs").fetchone() == (0,)


def test_a_login_by_an_email_that_changes_meanwhile_is_refused(api, ada, tables, begun_while_held):
    with begun_while_held(api.login) as (verification, entered):
        verification.execute("UPDATE users SET email = %(new)s, email_canonical = %(new)s", {"new": NEW})
        verification.execute(END_SESSIONS)
        verification.commit()
        assert entered.result().get_json()["code"] == "invalid_credentials"
    assert tables.execute("SELECT count(*) FROM refresh_tokens WHERE revoked_at IS NULL").fetchone() == (0,)


def test_a_code_that_expires_in_the_wait_proves_nothing(api, ada, tables, mailbox, begun_while_held):
    registration = change_email(api, ada).get_json()["registrationId"]
    code = next(code_in(mail) for mail in mailbox.received() if mail.to == NEW)
    verification = {"registrationId": registration, "otp": code}
    with begun_while_held(lambda: api.post("/verify-email", verification)) as (first, proved):
        tables.execute("UPDATE mailbox_proofs SET asked_at = asked_at - interval '601 seconds'")
        first.commit()
        assert proved.result().status_code == 400
    assert api.login(ADA).status_code == 200
