"""A provider that is away for minutes: no caller notices, and what is still worth it leaves when it is back."""

import time
from collections import Counter

import psycopg
import pytest

from authflow.domain.pending_reset import LINK_LIFE
from tests.support.callers import Call, callers_of, register
from tests.support.providers import delivered_by_resend, delivered_by_smtp
from tests.support.resend_server import API_KEY, running_resend
from tests.support.server import any_free_port, wait_until
from tests.support.settings import SETTINGS
from tests.support.smtp_server import running_smtp
from tests.support.tables import age_resets, age_verifications
from tests.support.worker import running_worker

# Seconds of each trouble: nobody listens, it hangs, it refuses, it answers with garbage.
TROUBLE = 45
PAUSE = 1.0
# Seconds, once it is back (SECURITY_BAR 85).
DELIVERED_WITHIN = 60.0
ANSWERED_WITHIN = 3.0
RESEND = [{"misbehave": "hang"}, {"misbehave": "error"}, {"misbehave": "garbage"}, {"misbehave": None}]
SMTP = [
    {"hang_at": "DATA"},
    {"hang_at": None, "mail": "451 4.3.2 An outage"},
    {"mail": "250 OK", "data": "<html>an outage</html>"},
    {"data": "250 Taken"},
]


def at_resend(port):
    url = f"http://127.0.0.1:{port}"
    return {"MAIL_TRANSPORT": "resend", "RESEND_API_KEY": API_KEY, "RESEND_API_URL": url}


def at_smtp(port):
    return {"MAIL_TRANSPORT": "smtp", "SMTP_URL": f"smtp://127.0.0.1:{port}"}


@pytest.mark.parametrize(
    ("at", "running", "delivered_by", "outage"),
    [(at_resend, running_resend, delivered_by_resend, RESEND), (at_smtp, running_smtp, delivered_by_smtp, SMTP)],
    ids=["resend", "smtp"],
)
def test_an_outage_of_minutes_costs_no_answer_and_no_mail(
    database, start, tmp_path, report, at, running, delivered_by, outage
):
    port = any_free_port()
    settings = {**SETTINGS, "REQUIRE_EMAIL_VERIFICATION": "true", "DATABASE_URL": database.url(), **at(port)}
    asking = Asking(start(database.url(), **settings))
    with (
        psycopg.connect(database.url(), autocommit=True) as tables,
        running_worker(settings, tmp_path / "worker.log") as worker,
    ):
        worker.wait_for("worker_started")
        asking.ask(tables, "expired")
        # Asked for longer ago than a link lives.
        age_resets(tables, LINK_LIFE + 1)
        age_verifications(tables, LINK_LIFE + 1)
        expired = set(asking.owed)
        asking.for_a_while(tables, "refused")
        with running(port=port) as provider:
            *troubles, back = outage
            for number, trouble in enumerate(troubles):
                set_all(provider, trouble)
                asking.for_a_while(tables, f"trouble{number}")
            assert delivered_by(provider) == []
            set_all(provider, back)
            began = time.monotonic()
            owed = set(asking.owed) - expired
            wait_until(lambda: {mail.to for mail in delivered_by(provider)} >= owed, DELIVERED_WITHIN)
            took = time.monotonic() - began
            delivered = Counter(mail.to for mail in delivered_by(provider))
    assert set(delivered) == owed
    assert asking.codes.keys() == {200, 202}
    assert asking.slowest < ANSWERED_WITHIN
    report(
        f"provider ({running.__name__}) away for {TROUBLE * len(outage)} s: answers {dict(asking.codes)}, slowest "
        f"{asking.slowest * 1000:.0f} ms; {len(owed)} mails, all delivered {took:.0f} s after its return, "
        f"{sum(delivered.values()) - len(owed)} copies more; of {len(expired)} expired sent: 0"
    )


class Asking:
    """People who sign up and who forgot their password."""

    def __init__(self, server):
        self.server = server
        self.codes, self.slowest, self.owed = Counter(), 0.0, []

    def for_a_while(self, tables, name):
        end, number = time.monotonic() + TROUBLE, 0
        while time.monotonic() < end:
            self.ask(tables, f"{name}.{number}")
            number += 1
            time.sleep(PAUSE)

    def ask(self, tables, name):
        known, new = f"{name}@example.com", f"new.{name}@example.com"
        tables.execute(
            """
            INSERT INTO users (username, email, email_canonical, password_hash, email_verified)
            VALUES ('Ada', %(email)s, %(email)s, 'x', true)
            """,
            {"email": known},
        )
        with callers_of(self.server, 1) as callers:
            answers = [
                callers.ask(call)
                for call in (Call("POST", "/api/auth/forgot-password", {"email": known}), register(new))
            ]
        self.codes.update(answer.code for answer in answers)
        self.slowest = max(self.slowest, *(answer.seconds for answer in answers))
        self.owed += [known, new]


def set_all(provider, how):
    for name, value in how.items():
        setattr(provider, name, value)
