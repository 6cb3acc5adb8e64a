"""Known or not: every route that takes an email, a code or a token asks and writes the same."""

import pytest
from signing_up import CHOSEN, STRANGERS, resend, sign_up, verify, wrong
from tests.support.client import ADA, PASSWORD
from tests.support.outbox import code_in
from tests.support.tables import TABLES

UNKNOWN, DISABLED, UNPROVED, WAITING = (
    f"{each}@example.com" for each in ("unknown", "disabled", "unproved", "new")
)
EMAILS = [ADA, DISABLED, UNPROVED, WAITING]
FORGED = "-" + "A" * 43
PLACE = {"environ_base": {"REMOTE_ADDR": "198.51.100.7"}}


@pytest.fixture(autouse=True)
def everybody(api, verifying, tables):
    """Proved and with a known IP, disabled, not proved, and a sign-up that waits; none of a stranger."""
    for email in (ADA, UNPROVED, DISABLED):
        api.register(email)
    tables.execute("UPDATE users SET email_verified = true WHERE email <> %s", [UNPROVED])
    assert api.login(ADA, **PLACE).status_code == 200
    tables.execute("UPDATE users SET disabled_at = clock_timestamp() WHERE email = %s", [DISABLED])
    sign_up(verifying, WAITING)
    tables.execute("DELETE FROM limit_counters")


@pytest.fixture
def work(statements, tables):
    """What an attempt costs: its status, its statements, and how many rows it wrote of each table."""

    def work(attempt):
        answers = []
        before = {table: _versions(tables, table) for table in TABLES}
        sent = statements.of(lambda: answers.append(attempt()))
        wrote = {table: len(_versions(tables, table) - before[table]) for table in TABLES}
        # The next attempt finds what this one found.
        tables.execute("DELETE FROM limit_counters")
        return answers[0].status_code, sent, sum(wrote.values())

    return work


def _versions(tables, table):
    return set(tables.execute(f"SELECT ctid::text, xmin::text FROM {table}").fetchall())


@pytest.mark.parametrize("email", EMAILS)
@pytest.mark.parametrize("route", ["register", "login", "forgot", "resend"])
def test_with_an_email(verifying, work, route, email):
    attempts = {
        "register": lambda each: verifying.post(
            "/register", {"username": "Eve", "email": each, "password": STRANGERS}, **PLACE
        ),
        "login": lambda each: verifying.login(each, STRANGERS, **PLACE),
        "forgot": lambda each: verifying.post("/forgot-password", {"email": each}, **PLACE),
        "resend": lambda each: verifying.post("/resend-verification", {"email": each}, **PLACE),
    }
    attempt = attempts[route]
    assert work(lambda: attempt(email)) == work(lambda: attempt(UNKNOWN))


def test_with_a_registration_that_is_and_one_that_is_not(verifying, work):
    mine = sign_up(verifying, "mine@example.com")
    unknown = work(lambda: resend(verifying, registrationId="x" * 43))
    assert work(lambda: resend(verifying, registrationId=mine)) == unknown


@pytest.fixture
def pending_reset(api, mailbox):
    api.post("/forgot-password", {"email": ADA})
    return next(mail for mail in mailbox.received() if mail.to == ADA and mail.subject.startswith("Reset"))


def test_with_a_reset_code_for_one_who_asked_and_for_nobody(api, work, pending_reset):
    otp = wrong(code_in(pending_reset))

    def guess(email):
        return work(lambda: api.post("/reset-password", {"email": email, "otp": otp, "password": CHOSEN}))

    unknown = guess(UNKNOWN)
    # Tries that are left, and none any more.
    assert [guess(ADA) for _ in range(7)] == [unknown] * 7
    assert guess(UNPROVED) == unknown


@pytest.mark.parametrize("path", ["/reset-password", "/verify-email"])
@pytest.mark.usefixtures("pending_reset")
def test_with_a_forged_link_of_a_row_that_is_and_one_that_is_not(verifying, work, tables, path):
    table, letter = {"/reset-password": ("users", "r"), "/verify-email": ("mailbox_proofs", "p")}[path]
    sql = {
        "users": "SELECT id FROM users WHERE reset_nonce IS NOT NULL",
        "mailbox_proofs": "SELECT id FROM mailbox_proofs",
    }
    ((row,),) = tables.execute(sql[table]).fetchall()

    def follow(number):
        return work(lambda: verifying.post(path, {"token": f"{letter}{number}{FORGED}", "password": CHOSEN}))

    assert follow(row) == follow(row + 1_000)


@pytest.mark.parametrize("email", EMAILS)
@pytest.mark.parametrize("secret", [{"otp": "00000000"}, {"token": "p1" + FORGED}], ids=["code", "link"])
def test_with_ones_own_sign_up_for_anothers_address(verifying, work, secret, email):
    mine, for_nobody = sign_up(verifying, email, STRANGERS), sign_up(verifying, UNKNOWN, STRANGERS)
    unknown = work(lambda: verify(verifying, registrationId=for_nobody, **secret))
    assert work(lambda: verify(verifying, registrationId=mine, **secret)) == unknown


@pytest.mark.parametrize("email", EMAILS[1:])
def test_with_a_new_email_of_ones_own(api, work, tables, email):
    ada = api.signed_in()

    def change(new):
        tables.execute("DELETE FROM mailbox_proofs WHERE kind = 'email_change'")
        content = {"newEmail": new, "password": PASSWORD}
        return work(lambda: api.post("/change-email", content, headers=ada.headers))

    assert change(email) == change(UNKNOWN)
