"""Whoever has no verification learns of no account: one answer, and the same work, for every email."""

import pytest
from signing_up import CHOSEN, STRANGERS, resend, seen, sign_up, verify
from tests.support.client import ADA
from tests.support.outbox import code_in

from authflow.crypto.password_hash import PasswordHash

UNKNOWN, DISABLED, UNPROVED = (f"{name}@example.com" for name in ("unknown", "disabled", "unproved"))
RESEND, FORGOT, REGISTER = "/resend-verification", "/forgot-password", "/register"


@pytest.fixture
def accounts(api, tables):
    """One that is proved, one that is not, one that is disabled; none of a stranger."""
    for email in (ADA, UNPROVED, DISABLED):
        api.register(email)
    tables.execute("UPDATE users SET email_verified = true WHERE email <> %s", [UNPROVED])
    tables.execute("UPDATE users SET disabled_at = clock_timestamp() WHERE email = %s", [DISABLED])


@pytest.mark.usefixtures("accounts")
def test_a_refused_login_tells_nothing_of_the_account(verifying):
    sign_up(verifying, "pending@example.com")
    unknown, *others = (verifying.login(email, STRANGERS) for email in (UNKNOWN, ADA, UNPROVED, DISABLED))
    others.append(verifying.login("pending@example.com", CHOSEN))
    assert unknown.status_code == 401
    assert [seen(other) for other in others] == [seen(unknown)] * 4


@pytest.mark.usefixtures("accounts")
@pytest.mark.parametrize(
    ("path", "rest", "status"),
    [(REGISTER, {"username": "Eve", "password": STRANGERS}, 202), (FORGOT, {}, 200), (RESEND, {}, 200)],
)
def test_asking_for_a_mail_is_answered_alike_for_all(verifying, path, rest, status):
    unknown, *others = (
        verifying.post(path, {"email": email, **rest}) for email in (UNKNOWN, ADA, UNPROVED, DISABLED)
    )
    assert unknown.status_code == status
    assert [seen(other) for other in others] == [seen(unknown)] * 3


def test_the_owner_of_a_proved_account_is_told_and_nobody_else_learns_of_it(verifying, pending, mailbox, tables):
    registration, mail = pending
    verify(verifying, registrationId=registration, otp=code_in(mail))
    known = verifying.register(ADA, STRANGERS)
    unknown = verifying.register("stranger@example.com", STRANGERS)
    bodies = [{**answer.get_json(), "registrationId": None} for answer in (known, unknown)]
    assert bodies[0] == bodies[1]
    told = [sent for sent in mailbox.received()[1:] if sent.to == ADA]
    assert len(told) == 1
    assert "verify-email" not in told[0].text


@pytest.mark.parametrize("email", ["known@example.com", "unknown@example.com"])
def test_every_email_costs_the_same_statements_and_one_hash(verifying, api, statements, monkeypatch, email):
    api.register("known@example.com")
    hashes = []
    monkeypatch.setattr(PasswordHash, "make", lambda _self, password: hashes.append(password) or "hash")
    sent = statements.of(lambda: verifying.register(email))
    assert [statement for statement in sent if "users" in statement] == []
    assert (len(sent), len(hashes)) == (3, 1)


@pytest.mark.usefixtures("accounts")
@pytest.mark.parametrize("email", [UNKNOWN, ADA, UNPROVED, DISABLED])
def test_asking_again_costs_the_same_statements_for_every_email(verifying, statements, email):
    sent = statements.of(lambda: resend(verifying, email=email))
    assert [statement for statement in sent if "users" in statement or "mailbox_proofs" in statement] == []
    # The limit and the job.
    assert len(sent) == 2
