"""How many mails a mailbox gets of each cause, whoever asks for them (CONTRACT, section 6)."""

from collections import Counter
from dataclasses import replace

import pytest
from places import from_ip
from tests.support.client import ADA, PASSWORD, Client
from tests.support.jobs import make_due
from tests.support.tables import age_limits

from authflow.bootstrap import build_services
from authflow.domain.mail_budgets import mailbox_of
from authflow.mail.sender import MailNotSent
from authflow.web.app import create_app

HOUR = 3_600
DAY = 24 * HOUR


@pytest.fixture(scope="module")
def verifying_application(config, pool, passwords, outbox):
    required = replace(config, require_email_verification=True)
    return create_app(build_services(required, pool, passwords, outbox), required)


@pytest.fixture
def verifying(verifying_application, tables):
    return Client(verifying_application)


def register(api, email, n):
    content = {"username": "Ada", "email": email, "password": PASSWORD}
    return api.post("/register", content, **from_ip(f"198.51.100.{n}"))


@pytest.mark.parametrize(
    ("email", "mailbox"),
    [
        ("ada+shop@example.com", "ada@example.com"),
        ("a.da@example.com", "a.da@example.com"),
        ("a.d.a+x+y@gmail.com", "ada@gmail.com"),
        ("ada@googlemail.com", "ada@gmail.com"),
        ("+x@example.com", "+x@example.com"),
    ],
)
def test_addresses_of_one_mailbox(email, mailbox):
    assert mailbox_of(email) == mailbox


def test_sixty_sign_ups_by_tags_are_two_mails(verifying, mailbox, tables):
    answers = [register(verifying, f"v.ictim+{n}@gmail.com", n).status_code for n in range(60)]
    assert answers == [202] * 60
    assert len(mailbox.received()) == 2
    age_limits(tables, 900)
    register(verifying, "victim@gmail.com", 61)
    register(verifying, "victim@gmail.com", 62)
    assert len(mailbox.received()) == 3


def test_thirty_changes_of_email_to_one_stranger_are_two_mails(api, mailbox, tables):
    for n in range(8):
        person = api.signed_in(f"eve{n}@example.com")
        for tag in range(4):
            content = {"newEmail": f"victim+{tag}@example.com", "password": PASSWORD}
            place = from_ip(f"198.51.100.{n}")
            assert api.post("/change-email", content, headers=person.headers, **place).status_code == 202
    to_victim = [mail for mail in mailbox.received() if "victim" in mail.to]
    assert len(to_victim) == 2


def test_a_stranger_who_changes_a_password_again_and_again_sends_the_same_notice_once(api, mailbox):
    ada, old = api.signed_in(), PASSWORD
    prove_all(mailbox.tables)
    for n in range(5):
        new = f"{PASSWORD} {n}"
        content = {"currentPassword": old, "newPassword": new}
        assert api.post("/change-password", content, headers=ada.headers).status_code == 200
        old = new
    assert len(mailbox.received()) == 1
    content = {"currentPassword": old, "newPassword": PASSWORD}
    thief = from_ip("203.0.113.9")
    assert api.post("/change-password", content, headers=ada.headers, **thief).status_code == 200
    # From elsewhere it is another one: the owner must be told.
    assert len(mailbox.received()) == 2


def test_two_notices_a_day_to_an_address_that_nobody_proved(api, mailbox, tables):
    ada, old = api.signed_in(), PASSWORD
    for n in range(6):
        new = f"{PASSWORD} {n}"
        content = {"currentPassword": old, "newPassword": new}
        place = from_ip(f"203.0.113.{n}")
        assert api.post("/change-password", content, headers=ada.headers, **place).status_code == 200
        old = new
        mailbox.received()
        age_limits(tables, HOUR)
    assert len(mailbox.received()) == 2


def test_the_owner_of_an_account_is_told_of_sign_ups_once_an_hour_and_four_times_a_day(
    verifying, api, mailbox, tables
):
    api.register()
    prove_all(tables)
    mails = []
    for n in range(6):
        register(verifying, ADA, n)
        register(verifying, ADA, 100 + n)
        mails.append(len(mailbox.received()))
        age_limits(tables, HOUR)
    assert mails == [1, 2, 3, 4, 4, 4]


def test_a_mail_that_is_tried_again_counts_once(api, mailbox, outbox, tables):
    api.register()
    api.post("/forgot-password", {"email": ADA})
    outbox.refusal = MailNotSent("later")
    for _ in range(4):
        assert mailbox.received() == []
        make_due(tables)
    outbox.refusal = None
    assert len(mailbox.received()) == 1


def test_a_familiar_ip_gets_its_reset_whatever_strangers_ask(api, mailbox):
    api.register()
    home = from_ip("192.0.2.7")
    assert api.login(**home).status_code == 200
    for n in range(10):
        api.post("/forgot-password", {"email": ADA}, **from_ip(f"198.51.100.{n}"))
    before = len(mailbox.received())
    for _ in range(3):
        api.post("/forgot-password", {"email": ADA}, **home)
    assert (before, len(mailbox.received())) == (1, 3)


def test_a_thief_who_makes_very_many_ips_familiar_gets_no_more_mails_than_a_few(api, mailbox, tables):
    api.register()
    prove_all(tables)
    for n in range(30):
        place = from_ip(f"198.51.100.{n}")
        assert api.login(**place).status_code == 200
        api.post("/forgot-password", {"email": ADA}, **place)
    resets = [mail for mail in mailbox.received() if mail.subject.startswith("Reset")]
    assert len(resets) == 6 + 1


def test_an_account_at_a_tagged_address_spends_nothing_of_a_proved_one(api, mailbox, tables):
    api.register()
    prove_all(tables)
    api.register("ada+evil@example.com")
    for n in range(6):
        api.post("/forgot-password", {"email": "ada+evil@example.com"}, **from_ip(f"198.51.100.{n}"))
    mailbox.received()
    api.post("/forgot-password", {"email": ADA}, **from_ip("198.51.100.99"))
    assert Counter(mail.to for mail in mailbox.received())[ADA] == 1


def test_what_is_withheld_is_counted_by_cause(api, mailbox, services, log):
    api.register()
    before = {each.cause: each.mails for each in services.job_queue.list_withheld()}
    for _ in range(4):
        api.post("/forgot-password", {"email": ADA})
    mailbox.received()
    assert before == {}
    assert {each.cause: each.mails for each in services.job_queue.list_withheld()} == {"reset": 3}


def test_no_word_of_an_attacker_travels_in_a_mail_to_somebody_else(verifying, api, mailbox):
    ada = api.signed_in()
    agent = {"User-Agent": "BUY-CHEAP http://evil.example"}
    content = {"newEmail": "buy@cheap-watches.example", "password": PASSWORD}
    api.post("/change-email", content, headers={**ada.headers, **agent})
    taken = {"username": "BUY-CHEAP http://evil.example", "email": "victim@example.com", "password": PASSWORD}
    verifying.post("/register", taken, headers=agent)
    for mail in mailbox.received():
        if "cheap-watches" not in mail.to:
            said = (mail.subject + mail.text + mail.html).lower()
            assert not any(word in said for word in ("cheap-watches", "buy-cheap", "buy@cheap", "evil.example"))


def prove_all(tables):
    tables.execute("UPDATE users SET email_verified = true")
