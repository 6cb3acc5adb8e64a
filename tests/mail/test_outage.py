"""A provider that is away: no caller notices, and once it is back every mail still worth it leaves, once."""

import socket
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial

import pytest
from tests.support.client import NEW_PASSWORD, PASSWORD, Client
from tests.support.jobs import make_due, work_off
from tests.support.outbox import token_in
from tests.support.providers import at_resend, at_smtp, delivered_by_resend, delivered_by_smtp
from tests.support.resend_server import running_resend
from tests.support.smtp_server import running_smtp
from tests.support.tables import age_resets, age_verifications
from tests.support.timed import at_most

from authflow.bootstrap import Services, build_services
from authflow.domain.pending_reset import LINK_LIFE
from authflow.web.app import create_app
from authflow.worker.app import handlers_of

# What it does for a while, one after the other; before the first nobody listens, after the last it is back.
RESEND = [{"misbehave": "hang"}, {"misbehave": "error"}, {"misbehave": "garbage"}, {"misbehave": None}]
SMTP = [
    {"hang_at": "DATA"},
    {"hang_at": None, "mail": "554 5.3.2 An outage"},
    {"mail": "250 OK", "data": "<html>an outage</html>"},
    {"data": "250 Taken"},
]
KNOWN, UNKNOWN = "known@example.com", "unknown@example.com"
# Seconds, on a busy machine: far less than any provider was waited for.
SOON = at_most(1.0)


@dataclass(frozen=True)
class House:
    """Callers and a worker; everybody asks once, for a new password and with another address for an account."""

    services: Services
    api: Client
    work_off: partial[None]

    def ask(self, name: str) -> set[str]:
        """The addresses that a mail is owed to."""
        began = time.monotonic()
        forgot = self.api.post("/forgot-password", {"email": f"{name}@example.com"})
        signed_up = self.api.register(f"new.{name}@example.com")
        assert (forgot.status_code, signed_up.status_code) == (200, 202)
        assert time.monotonic() - began < SOON
        return {f"{name}@example.com", f"new.{name}@example.com"}

    def ask_while_it_works(self, name: str) -> set[str]:
        with ThreadPoolExecutor() as threads:
            working = threads.submit(self.work_off)
            owed = self.ask(name)
            working.result()
        return owed


@pytest.fixture
def house(config, pool, passwords, database_url, tables):
    def make(settings):
        pointed = replace(config, require_email_verification=True, **settings)
        services = build_services(pointed, pool, passwords)
        work = partial(work_off, services.job_queue, database_url, handlers_of(services))
        return House(services, Client(create_app(services, pointed)), work)

    return make


@pytest.fixture
def port():
    """Of 127.0.0.1, where nobody listens yet."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        return listener.getsockname()[1]


def tell(server, how):
    for name, value in how.items():
        setattr(server, name, value)


@pytest.mark.parametrize(
    ("at", "running", "delivered_by", "outage"),
    [(at_resend, running_resend, delivered_by_resend, RESEND), (at_smtp, running_smtp, delivered_by_smtp, SMTP)],
    ids=["resend", "smtp"],
)
def test_after_an_outage_all_that_lives_is_delivered_once_and_nothing_that_expired(
    impatient, monkeypatch, house, api, tables, log, port, at, running, delivered_by, outage
):
    house = house(at(port))
    for name in ("early", "0", "1", "2"):
        assert api.register(f"{name}@example.com").status_code == 201
    owner = api.signed_in("owner@example.com")
    house.ask("early")
    # News for a day, not for half an hour.
    change = {"currentPassword": PASSWORD, "newPassword": NEW_PASSWORD}
    assert api.post("/change-password", change, headers=owner.headers).status_code == 200
    house.work_off()
    age_resets(tables, LINK_LIFE + 1)
    age_verifications(tables, LINK_LIFE + 1)
    owed = {"owner@example.com"}
    with running(port=port) as server:
        *troubles, back = outage
        for number, trouble in enumerate(troubles):
            tell(server, trouble)
            make_due(tables)
            owed |= house.ask_while_it_works(str(number))
        assert delivered_by(server) == []
        # From here on nothing is in its way but what a busy machine takes.
        monkeypatch.undo()
        tell(server, back)
        make_due(tables)
        house.work_off()
        mails = {mail.to: mail for mail in delivered_by(server)}
        assert Counter(mail.to for mail in delivered_by(server)) == Counter(owed)
    # What was asked for too long ago is no longer tried, and can be seen.
    given_up = [letter.task for letter in house.services.job_queue.list_dead_letters()]
    assert sorted(given_up) == ["send_proof_mail", "send_reset_mail"]
    assert {line["level"] for line in log.lines} == {"info", "warning"}
    assert {house.api.reset(token_in(mails[f"{n}@example.com"])).status_code for n in range(3)} == {200}
    verifications = [{"token": token_in(mails[f"new.{n}@example.com"]), "password": PASSWORD} for n in range(3)]
    assert {house.api.post("/verify-email", verification).status_code for verification in verifications} == {200}


@pytest.mark.parametrize("trouble", ["away", "hanging", "refusing"])
def test_the_answer_tells_neither_of_the_outage_nor_of_the_account(house, api, tables, port, trouble):
    """CVE-2024-45231: only where there was an account was there a mail that could fail."""
    with running_smtp() as server:
        tell(server, {"hang_at": "MAIL"} if trouble == "hanging" else {"mail": "554 5.3.2 An outage"})
        house = house(at_smtp(port if trouble == "away" else server.port))
        assert api.register(KNOWN).status_code == 201
        for path in ("/forgot-password", "/resend-verification"):
            began = time.monotonic()
            known, unknown = (
                house.api.post(path, {"email": f"{who}@example.com"}) for who in ("known", "unknown")
            )
            assert known.status_code == unknown.status_code == 200
            assert known.data == unknown.data
            assert time.monotonic() - began < SOON
