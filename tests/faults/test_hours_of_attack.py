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
from tests.support.tables import age_limits, age_proofs, age_resets, age_sessions

MOMENTS = 60
NEW = "new@example.com"
RESET, SIGN_UP = "Reset your", "Confirm your email address"


def place(ip):
    return {"environ_base": {"REMOTE_ADDR": ip}}


ATTACKERS = {
    "one IP": lambda _: "198.51.100.1",
    "a /64": lambda n: f"2001:db8:a:b::{n % 60_000:x}",
    "a /48": lambda n: f"2001:db8:a:{n % 60_000:x}::1",
    "a thousand IPs": lambda n: f"10.0.{n % 1_000 // 250}.{n % 250}",
}
EACH_MOMENT = 4


class Siege:
    def __init__(self, api, address, password):
        self.api, self.address, self.password, self.numbers = api, address, password, count()

    def press(self):
        for n in (next(self.numbers) for _ in range(EACH_MOMENT)):
            here = place(self.address(n))
            self.api.post("/login", {"email": ADA, "password": self.password}, **here)
            self.api.post("/forgot-password", {"email": ADA}, **here)
            self.api.post("/resend-verification", {"email": NEW}, **here)
            for email in (ADA, NEW):
                signing_up = {"username": "x", "email": email, "password": "a password of Eve's"}
                self.api.post("/register", signing_up, **here)
            code = {"email": ADA, "otp": f"{n:08}", "password": "a password of Eve's"}
            self.api.post("/reset-password", code, **here)


def age(tables, seconds):
    age_limits(tables, seconds)
    age_jobs(tables, seconds)
    age_resets(tables, seconds)
    age_proofs(tables, seconds)
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
def test_at_each_moment_the_owner_comes_in(world, tables, attackers, guessed, seconds):
    api, mails = world
    home, abroad = place("192.0.2.7"), "203.0.113."
    proof = api.post("/register", {"username": "Ada", "email": ADA, "password": PASSWORD}, **home).get_json()
    token = LINK.findall(mails()[-1].text)[0][1]
    api.post("/verify-email", {"registrationId": proof["registrationId"], "token": token}, **home)
    siege = Siege(api, ATTACKERS[attackers], guessed)
    sent = len(mails())
    for moment in range(MOMENTS):
        siege.press()
        assert api.post("/login", {"email": ADA, "password": PASSWORD}, **home).status_code == 200, moment
        elsewhere = place(f"{abroad}{moment}")
        assert api.post("/forgot-password", {"email": ADA}, **elsewhere).status_code == 200
        wish = {"username": "Grace", "email": NEW, "password": "a password of Grace's"}
        asked = api.post("/register", wish, **elsewhere)
        assert asked.status_code == 202
        arrived = mails()
        resets = [mail for mail in arrived if mail.subject.startswith(RESET)]
        weak = {"token": LINK.findall(resets[-1].text)[0][1], "password": "password123"}
        # The newest link lives: it is refused for the password alone.
        assert api.post("/reset-password", weak, **elsewhere).status_code == 422, moment
        sign_ups = [mail for mail in arrived if mail.subject.startswith(SIGN_UP) and mail.to == NEW]
        sign_up = {"token": LINK.findall(sign_ups[-1].text)[0][1]}
        # So does that of the newest sign-up mail, whoever caused it: alone it lacks the other half.
        assert api.post("/verify-email", sign_up, **elsewhere).status_code == 409, moment
        age(tables, seconds)
    told = Counter(mail.subject for mail in mails()[sent:] if mail.to == ADA)
    hours = MOMENTS * seconds / 3_600 + 0.1
    # A thief's IP is familiar to the account, and has two an hour of its own.
    if guessed != PASSWORD:
        assert _times(told, RESET) <= 2 + 4 * hours
    assert _times(told, "You already") <= 4 * (1 + hours / 24)


def _times(told, subject):
    return sum(times for each, times in told.items() if each.startswith(subject))
