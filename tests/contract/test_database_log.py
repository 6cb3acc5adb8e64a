"""The log of the database: it may quote a statement that fails or waits, and never what a caller sent with it."""

from pathlib import Path

import psycopg
import pytest

from authflow.bootstrap import build_services
from authflow.database.pool import Pool
from authflow.web.app import create_app
from tests.contract.minting import claims_of
from tests.support.client import Client
from tests.support.outbox import code_in

# Of the server that all tests share.
LOG = Path(".authflow", "test-postgres", "server.log")
EMAIL, PASSWORD, NAME = "canary.d81e@example.com", "canary d81e sings in the database", "Canary d81e"
LOCKED = "users, refresh_tokens, mailbox_proofs, procrastinate_jobs"


@pytest.fixture
def shipped(config, passwords, tables):
    """The connections as they are in production: those of other tests are counted."""
    pool = Pool(config.database_url, size=2)
    yield Client(create_app(build_services(config, pool, passwords), config))
    pool.close()


def said_since(before):
    return LOG.read_bytes()[before:].decode(errors="replace")


def test_a_statement_that_fails_is_quoted_without_what_a_caller_sent(shipped, database_url):
    tokens = shipped.signed_in(EMAIL, PASSWORD)
    before = LOG.stat().st_size
    with psycopg.connect(database_url) as connection:
        connection.execute(f"LOCK TABLE {LOCKED} IN ACCESS EXCLUSIVE MODE")
        answers = [
            shipped.login(EMAIL, PASSWORD),
            shipped.register(EMAIL, PASSWORD, NAME),
            shipped.refresh(tokens.refresh),
            shipped.post("/forgot-password", {"email": EMAIL}),
            shipped.post("/resend-verification", {"registrationId": NAME}),
        ]
    # Nor what the second row of one email would have been.
    answers += [shipped.register(EMAIL.upper(), PASSWORD, NAME)]
    assert [answer.status_code for answer in answers] == [503] * 5 + [409]
    said = said_since(before)
    assert said.count("canceling statement due to") >= 5
    secret = claims_of(tokens.refresh)["secret"]
    assert [text for text in (EMAIL, PASSWORD, NAME, secret, "d81e") if text.lower() in said.lower()] == []


def test_an_email_that_was_taken_meanwhile_is_not_quoted(api, mailbox):
    ada = api.signed_in()
    change = {"newEmail": EMAIL, "password": ada.password}
    registration = api.post("/change-email", change, headers=ada.headers).get_json()["registrationId"]
    (mail,) = (mail for mail in mailbox.received() if mail.to == EMAIL)
    api.register(EMAIL)
    before = LOG.stat().st_size
    verification = {"registrationId": registration, "otp": code_in(mail)}
    assert api.post("/verify-email", verification).get_json()["code"] == "verification_invalid"
    assert "d81e" not in said_since(before).lower()
