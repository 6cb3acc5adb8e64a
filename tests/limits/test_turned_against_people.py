"""Limits that cannot be turned against the people they protect (CONTRACT, section 6)."""

from dataclasses import replace

import pytest
from places import HOME, from_ip, statuses
from tests.support.client import ADA, NEW_PASSWORD, PASSWORD, Client
from tests.support.outbox import code_in, token_in
from tests.support.tables import age_limits

from authflow.bootstrap import build_services
from authflow.crypto.password_hash import PasswordHash
from authflow.errors import HashingBusy
from authflow.web.app import create_app

WRONG = "wrong " + PASSWORD
STRANGER = from_ip("198.51.100.1")
ABROAD = from_ip("203.0.113.1")


def rows(tables):
    return tables.execute("SELECT key, hits, ends_at FROM limit_counters ORDER BY key").fetchall()


def use_up_logins(api, **place):
    statuses(lambda n: api.login(f"user{n}@example.com", WRONG, **place), 30)


def test_what_the_ip_refuses_counts_for_nobody_else_and_makes_no_row(api, tables):
    api.register()
    use_up_logins(api, **STRANGER)
    before = rows(tables)
    assert statuses(lambda _: api.login(password=WRONG, **STRANGER), 20) == [429] * 20
    assert statuses(lambda n: api.login(f"other{n}@example.com", **STRANGER), 20) == [429] * 20
    assert rows(tables) == before
    # Ten of their own are left to the owner, from a place where nobody knows them.
    assert statuses(lambda _: api.login(password=WRONG, **ABROAD), 9) == [401] * 9
    assert api.login(**ABROAD).status_code == 200


def test_what_the_email_refuses_counts_for_no_ip(api, tables):
    for n in range(10):
        api.login(password=WRONG, **from_ip(f"198.51.100.{n}"))
    before = rows(tables)
    assert statuses(lambda _: api.login(**ABROAD), 40) == [429] * 40
    assert rows(tables) == before
    assert api.login("grace@example.com", **ABROAD).status_code == 401


def test_a_stranger_whom_the_limit_refuses_silences_no_reset_and_no_registration(api, mailbox):
    api.register(ADA)
    for _ in range(25):
        api.post("/forgot-password", {"email": ADA}, **STRANGER)
        api.post("/register", {"username": "x", "email": "new@example.com", "password": "short"}, **STRANGER)
    assert api.post("/forgot-password", {"email": ADA}, **ABROAD).status_code == 200
    assert api.reset(token_in(mailbox.newest())).status_code == 200
    new = {"username": "Grace", "email": "new@example.com", "password": PASSWORD}
    assert api.post("/register", new, **ABROAD).status_code == 201


def test_nine_busy_moments_do_not_end_in_a_refusal(api, monkeypatch):
    api.register()
    with monkeypatch.context() as busy:

        def refuse(*_, **__):
            raise HashingBusy

        busy.setattr(PasswordHash, "match", refuse)
        answers = [api.login() for _ in range(35)]
    assert {answer.status_code for answer in answers} == {503}
    assert answers[-1].headers["RateLimit"].startswith('"login-ip";r=30;')
    assert api.login().status_code == 200


def test_a_registration_that_was_never_tried_costs_none(api, monkeypatch):
    weak = {"username": "Ada", "email": ADA, "password": "password123"}
    assert {api.post("/register", weak).status_code for _ in range(25)} == {422}
    assert api.register().status_code == 201


def test_the_owners_logins_tell_a_stranger_nothing(api):
    api.register()
    for _ in range(8):
        assert api.login(**HOME).status_code == 200
    assert statuses(lambda _: api.login(password=WRONG, **HOME), 9) == [401] * 9
    assert statuses(lambda _: api.login(password=WRONG, **STRANGER), 11) == [401] * 10 + [429]


def test_right_passwords_are_bounded_by_account_and_ip(api, tables, monkeypatch):
    hashed = []
    match = PasswordHash.match
    monkeypatch.setattr(PasswordHash, "match", lambda *given, **more: hashed.append(1) or match(*given, **more))
    api.register()
    api.register("grace@example.com")
    assert statuses(lambda _: api.login(**HOME), 25) == [200] * 20 + [429] * 5
    assert (len(hashed), tables.execute("SELECT count(*) FROM refresh_tokens").fetchone()) == (20, (20,))
    assert api.login(**ABROAD).status_code == 200
    assert api.login("grace@example.com", **HOME).status_code == 200


def test_a_right_password_on_its_way_counts_before_its_hash(api, monkeypatch):
    api.register()
    assert statuses(lambda _: api.login(**HOME), 19) == [200] * 19
    meanwhile, match = [], PasswordHash.match

    def hash_slowly(*given, **more):
        monkeypatch.setattr(PasswordHash, "match", match)
        meanwhile.append(api.login(**HOME).status_code)
        return match(*given, **more)

    monkeypatch.setattr(PasswordHash, "match", hash_slowly)
    assert (api.login(**HOME).status_code, meanwhile) == (200, [429])


def test_a_wrong_password_takes_nothing_of_the_right_ones(api):
    api.register()
    assert statuses(lambda _: api.login(password=WRONG, **HOME), 9) == [401] * 9
    assert statuses(lambda _: api.login(**HOME), 21) == [200] * 20 + [429]


def test_an_office_of_a_hundred_and_twenty_behind_one_ip_signs_in(api, config, pool, tables):
    many = build_services(config, pool, _Anything(4, None))
    office = Client(create_app(many, config))
    tables.execute(
        """
        INSERT INTO users (username, email, email_canonical, password_hash)
        SELECT 'x', 'u' || n || '@example.com', 'u' || n || '@example.com', 'x' FROM generate_series(0, 120) AS n
        """
    )
    assert statuses(lambda n: office.login(f"u{n}@example.com", **HOME), 121) == [200] * 120 + [429]


class _Anything(PasswordHash):
    def match(self, password, stored, **_):
        return stored is not None

    def is_outdated(self, stored):
        return False


def test_a_network_has_four_and_sixteen_times_as_much(api):
    """Who has a /56 has 256 times a /64."""

    def guess(n, place):
        return api.login(f"user{place.replace(':', '')}.{n}@example.com", **from_ip(place)).status_code

    def use_up(place):
        return [guess(n, place) for n in range(31)].count(401)

    assert [use_up(f"2001:db8:0:{n:x}::1") for n in range(5)] == [30, 30, 30, 30, 0]
    others = [use_up(f"2001:db8:0:{each}00::{n}") for each in (1, 2, 3) for n in range(4)]
    assert others == [30, 0, 0, 0] * 3
    assert guess(0, "2001:db8:1::1") == 401


def test_a_familiar_ip_is_not_refused_by_its_wide_network(api, tables):
    api.register()
    at_home = from_ip("2001:db8:0:1::7")
    assert api.login(**at_home).status_code == 200
    for subnet in range(16, 20):
        use_up_logins(api, **from_ip(f"2001:db8:0:{subnet:x}::1"))
    assert api.login(**from_ip("2001:db8:0:2::7")).status_code == 429
    before = tables.execute("SELECT count(*) FROM limit_counters").fetchone()
    assert api.login("grace@example.com", **from_ip("2001:db8:0:3::7")).status_code == 429
    assert tables.execute("SELECT count(*) FROM limit_counters").fetchone() == before
    assert api.login(**at_home).status_code == 200


def test_an_ip_is_no_longer_familiar_once_the_account_was_reset_from_elsewhere(api, mailbox):
    api.register()
    assert api.login(**STRANGER).status_code == 200
    api.post("/forgot-password", {"email": ADA}, **HOME)
    reset = {"token": token_in(mailbox.newest()), "password": NEW_PASSWORD}
    assert api.post("/reset-password", reset, **HOME).status_code == 200
    assert statuses(lambda n: api.login(password=WRONG, **from_ip(f"203.0.113.{n}")), 11)[-1] == 429
    assert api.login(password=NEW_PASSWORD, **STRANGER).status_code == 429
    assert api.login(password=NEW_PASSWORD, **HOME).status_code == 200


def test_limits_per_ip_multiply_what_an_ip_may_do_and_nothing_else(config, pool, passwords, tables):
    twice = replace(config, limits_per_ip=2)
    api = Client(create_app(build_services(twice, pool, passwords), twice))
    answers = [api.login(f"user{n}@example.com") for n in range(61)]
    assert [answer.status_code for answer in answers] == [401] * 60 + [429]
    assert answers[0].headers["RateLimit-Policy"] == '"login-ip";q=60;w=300'
    assert statuses(lambda _: api.login(**HOME), 11) == [401] * 10 + [429]


def test_a_change_of_email_is_limited_by_ip_too(api, tables):
    people = []
    for n in range(21):
        people.append(api.signed_in(f"user{n}@example.com"))
        age_limits(tables, 3_600)
    answers = [
        api.post("/change-email", {"newEmail": "new@example.com", "password": PASSWORD}, headers=each.headers)
        for each in people
    ]
    assert [answer.status_code for answer in answers] == [202] * 20 + [429]


@pytest.fixture
def pending_reset(api, mailbox):
    api.register()
    api.post("/forgot-password", {"email": ADA}, **HOME)
    return mailbox.newest()


def reset(api, place, **verification):
    return api.post("/reset-password", {"password": NEW_PASSWORD, **verification}, **place).status_code


def test_guesses_at_a_code_from_everywhere_leave_the_link_to_its_owner(api, pending_reset):
    wrong = f"{(int(code_in(pending_reset)) + 1) % 10**8:08}"
    assert [reset(api, HOME, email=f"u{n}@example.com", otp=wrong) for n in range(31)] == [400] * 30 + [429]
    for n in range(110):
        assert reset(api, from_ip(f"198.51.100.{n}"), email=ADA, otp=wrong) == 400
    assert reset(api, HOME, token="r1-" + "A" * 43) == 429
    assert reset(api, HOME, token=token_in(pending_reset)) == 200


def test_a_stranger_has_ten_codes_a_day_and_leaves_ninety(api, mailbox, pending_reset, tables):
    answers = [reset(api, STRANGER, email=ADA, otp="00000000") for _ in range(15)]
    assert answers == [400] * 15
    tables.execute("UPDATE users SET reset_tries = 0")
    assert reset(api, STRANGER, email=ADA, otp=code_in(pending_reset)) == 400
    assert reset(api, HOME, email=ADA, otp=code_in(pending_reset)) == 200


def test_a_right_code_with_a_password_that_is_refused_or_a_busy_moment_costs_no_try(
    api, pending_reset, monkeypatch
):
    code = code_in(pending_reset)
    verification = {"email": ADA, "otp": code}
    weak = [
        api.post("/reset-password", {**verification, "password": "password123"}, **HOME).status_code
        for _ in range(12)
    ]
    assert weak == [422] * 12
    with monkeypatch.context() as busy:

        def refuse(*_, **__):
            raise HashingBusy

        busy.setattr(PasswordHash, "make", refuse)
        assert {reset(api, HOME, **verification) for _ in range(12)} == {503}
    assert reset(api, HOME, **verification) == 200
