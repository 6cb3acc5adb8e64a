"""An hour, and a day, of strangers who try everything against one owner, in fast motion: the rows are aged."""

from collections import Counter
from dataclasses import replace
from itertools import count

import pytest

from authflow.bootstrap import build_services
from authflow.crypto.hash_slots import HashSlots
from authflow.crypto.password_hash import PasswordHash
from authflow.database.pool import Pool
from authflow.web.app import create_app
from authflow.worker.app import handlers_of
from tests.support.client import ADA, PASSWORD, Client
from tests.support.jobs import age_jobs, work_off
from tests.support.outbox import LINK, Outbox
from tests.support.tables import age_limits, age_resets, age_sessions, age_verifications

MOMENTS = 60
# Each address that somebody wants to sign up with is besieged for so many moments, and then is an account.
MOMENTS_OF_A_SIGN_UP = 6
EVE, EVES = "eve@example.com", "a password of Eve's"
GRACES, NEW_ONE = "a password of Grace's", "another horse, another battery"
RESET, SIGN_UP, ALREADY, NEW_EMAIL = "Reset your", "Confirm your email address", "You already", "Confirm your new"
CHANGED, ABOUT_TO_CHANGE, NEW_DEVICE = "Your Authflow password was changed", "about to change", "New log-in"
FORGED = "p1-" + "A" * 43


def place(ip):
    return {"environ_base": {"REMOTE_ADDR": ip}}


ATTACKERS = {
    "one IP": lambda _: "198.51.100.1",
    "a /64": lambda n: f"2001:db8:a:b::{n % 60_000:x}",
    "a /48": lambda n: f"2001:db8:a:{n % 60_000:x}::1",
    "a thousand IPs": lambda n: f"10.0.{n % 1_000 // 250}.{n % 250}",
}
EACH_MOMENT = 3


class Siege:
    def __init__(self, api, address, password):
        self.api, self.address, self.password, self.numbers = api, address, password, count()
        self.eve = self._bearer(api.post("/login", {"email": EVE, "password": EVES}).get_json())

    def press(self, new):
        """Every route, against the owner and against the one who wants to sign up with `new`."""
        for n in (next(self.numbers) for _ in range(EACH_MOMENT)):
            here = place(self.address(n))
            inside = self.api.post("/login", {"email": ADA, "password": self.password}, **here)
            self.api.post("/forgot-password", {"email": ADA}, **here)
            self.api.post("/resend-verification", {"email": new}, **here)
            for email in (ADA, new):
                self._sign_up(email, n, here)
            self._change_email(self.eve, (ADA, new)[n % 2], EVES, here)
            code = {"email": ADA, "otp": f"{n:08}", "password": EVES}
            self.api.post("/reset-password", code, **here)
            if inside.status_code == 200:
                self._change_email(self._bearer(inside.get_json()), EVE, self.password, here)

    def _sign_up(self, email, n, here):
        answer = self.api.post("/register", {"username": "x", "email": email, "password": EVES}, **here).get_json()
        mine = {"registrationId": answer.get("registrationId", "x" * 43)}
        self.api.post("/resend-verification", mine, **here)
        self.api.post("/verify-email", {**mine, "otp": f"{n:08}"}, **here)
        self.api.post("/verify-email", {**mine, "token": FORGED}, **here)

    def _change_email(self, bearer, new, password, here):
        self.api.post("/change-email", {"newEmail": new, "password": password}, headers=bearer, **here)

    @staticmethod
    def _bearer(tokens):
        return {"Authorization": f"Bearer {tokens['accessToken']}"}


def age(tables, seconds):
    age_limits(tables, seconds)
    age_jobs(tables, seconds)
    age_resets(tables, seconds)
    age_verifications(tables, seconds)
    age_sessions(tables, seconds)
    tables.execute("UPDATE events SET at = at - make_interval(secs => %s)", [seconds])
    tables.execute("UPDATE mailbox_proofs SET sent_at = sent_at - make_interval(secs => %s)", [seconds])


@pytest.fixture
def world(config, tables, database_url):
    required = replace(config, require_email_verification=True)
    pool, outbox = Pool(config.database_url, 4), Outbox()
    services = build_services(required, pool, PasswordHash(4, HashSlots(slots=4)), outbox)

    def mails():
        work_off(services.job_queue, database_url, handlers_of(services))
        return outbox.mails

    yield Client(create_app(services, required)), mails
    pool.close()


@pytest.mark.parametrize("seconds", [60, 24 * 60], ids=["in an hour", "in a day"])
@pytest.mark.parametrize("guessed", ["wrong", PASSWORD], ids=["stranger", "thief"])
@pytest.mark.parametrize("attackers", ATTACKERS)
def test_at_each_moment_the_owner_comes_in(world, tables, report, attackers, guessed, seconds):
    api, mails = world
    home, is_thief = place("192.0.2.7"), guessed == PASSWORD
    for email, password in ((ADA, PASSWORD), (EVE, EVES)):
        verification = api.post(
            "/register", {"username": "Ada", "email": email, "password": password}, **home
        ).get_json()
        verify(api, verification, mails()[-1], home)
    siege, sent = Siege(api, ATTACKERS[attackers], guessed), len(mails())
    for moment in range(MOMENTS):
        new, elsewhere = f"new{moment // MOMENTS_OF_A_SIGN_UP}@example.com", place(f"203.0.113.{moment}")
        siege.press(new)
        assert api.post("/login", {"email": ADA, "password": PASSWORD}, **home).status_code == 200, moment
        assert api.post("/forgot-password", {"email": ADA}, **elsewhere).status_code == 200
        asked = api.post("/register", {"username": "Grace", "email": new, "password": GRACES}, **elsewhere)
        assert asked.status_code == 202
        arrived = mails()
        # The newest link lives: it is refused for the password alone.
        weak = {"token": token_of(newest(arrived, RESET, ADA)), "password": "password123"}
        assert api.post("/reset-password", weak, **elsewhere).status_code == 422, moment
        # So does that of the newest sign-up mail, whoever caused it: alone it lacks the other half.
        mail = newest(arrived, SIGN_UP, new)
        assert api.post("/verify-email", {"token": token_of(mail)}, **elsewhere).status_code == 409, moment
        if moment % MOMENTS_OF_A_SIGN_UP == MOMENTS_OF_A_SIGN_UP - 1:
            assert verify(api, asked.get_json(), mail, elsewhere).status_code == 200, moment
            assert api.post("/login", {"email": new, "password": GRACES}, **elsewhere).status_code == 200
        age(tables, seconds)
    reset = {"token": token_of(newest(mails(), RESET, ADA)), "password": NEW_ONE}
    assert api.post("/reset-password", reset, **elsewhere).status_code == 200
    assert api.post("/login", {"email": ADA, "password": NEW_ONE}, **elsewhere).status_code == 200
    told = Counter((kind_of(mail), "owner" if mail.to == ADA else "others") for mail in mails()[sent:])
    report(f"{attackers}, {'thief' if is_thief else 'stranger'}, {seconds * MOMENTS / 3_600:.0f} h: {said(told)}")
    hours = MOMENTS * seconds / 3_600 + 0.1
    # The IPs of a thief are familiar to the account: all of these have six an hour together.
    assert told[RESET, "owner"] <= 2 + 4 * hours + (6 * (hours + 1) if is_thief else 0)
    assert told[ALREADY, "owner"] <= 4 * (1 + hours / 24)
    assert told[SIGN_UP, "others"] <= MOMENTS / MOMENTS_OF_A_SIGN_UP * (2 + 4 * hours / 10)
    assert told[NEW_EMAIL, "others"] <= (2 + hours / 6) * (1 + MOMENTS / MOMENTS_OF_A_SIGN_UP)
    # What happened to the account its owner hears, whatever else was mailed.
    assert told[CHANGED, "owner"] == 1
    if is_thief:
        assert told[ABOUT_TO_CHANGE, "owner"] >= 1
        assert told[NEW_DEVICE, "owner"] >= 1


def verify(api, asked, mail, where):
    content = {"registrationId": asked["registrationId"], "token": token_of(mail)}
    return api.post("/verify-email", content, **where)


def token_of(mail):
    return LINK.findall(mail.text)[0][1]


def newest(mails, beginning, to):
    return [mail for mail in mails if mail.to == to and mail.subject.startswith(beginning)][-1]


def kind_of(mail):
    kinds = (RESET, SIGN_UP, ALREADY, NEW_EMAIL, CHANGED, ABOUT_TO_CHANGE, NEW_DEVICE)
    return next((kind for kind in kinds if kind in mail.subject), mail.subject)


def said(told):
    return ", ".join(f"{times} x {kind!r} to {whom}" for (kind, whom), times in sorted(told.items()))
