"""Limits: counted before the work, by the email as submitted and by IP; a success clears nothing (CONTRACT, 6)."""

from dataclasses import replace

import pytest
from tests.support.client import ADA, NEW_PASSWORD, PASSWORD
from tests.support.outbox import token_in
from tests.support.tables import age_limits

from authflow.bootstrap import build_services
from authflow.domain import limits
from authflow.domain.device import Device

STRANGERS = 200
WRONG = "wrong " + PASSWORD
MINUTE = 60


def from_ip(ip):
    return {"environ_base": {"REMOTE_ADDR": ip}}


def statuses(work, times):
    return [work().status_code for _ in range(times)]


def test_ten_wrong_passwords_and_no_more(api):
    api.register()
    api_login = [api.login(password=WRONG, **from_ip(f"198.51.100.{n}")).status_code for n in range(12)]
    assert api_login == [401] * 10 + [429] * 2


def test_an_unknown_email_is_limited_alike(api):
    assert [api.login(**from_ip(f"198.51.100.{n}")).status_code for n in range(12)] == [401] * 10 + [429] * 2


def test_the_refusal_says_when_to_come_again_and_then_holds_its_word(api, tables):
    api.register()
    statuses(lambda: api.login(password=WRONG), 10)
    refused = api.login()
    assert refused.get_json()["code"] == "rate_limited"
    assert 290 <= int(refused.headers["Retry-After"]) <= 300
    age_limits(tables, 301)
    assert api.login().status_code == 200


def test_attempts_in_the_meantime_do_not_prolong_the_wait(api, tables):
    api.register()
    for _ in range(3):
        statuses(lambda: api.login(password=WRONG), 9)
        age_limits(tables, 90)
    refused = api.login()
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) <= 30
    age_limits(tables, 31)
    assert api.login().status_code == 200


def test_nobody_who_logs_in_waits_longer_than_a_quarter_of_an_hour():
    assert all(each.seconds <= 15 * MINUTE for each in (limits.LOGIN.per_ip, *limits.LOGIN.per_email))


def test_an_ip_has_thirty_logins_whatever_the_email(api):
    answers = [api.login(f"user{n}@example.com").status_code for n in range(32)]
    assert answers == [401] * 30 + [429] * 2


def test_a_success_clears_nothing(api):
    api.register()
    answers = [(api.login().status_code, api.login(f"victim{n}@example.com").status_code) for n in range(20)]
    assert answers == [(200, 401)] * 20
    assert [api.login(f"other{n}@example.com").status_code for n in range(11)] == [401] * 10 + [429]


def test_strangers_never_lock_the_owner_out(api):
    api.register()
    home = from_ip("192.0.2.7")
    assert api.login(**home).status_code == 200
    elsewhere = [from_ip(f"198.51.{n // 250}.{n % 250}") for n in range(STRANGERS)]
    strangers = [api.login(password=WRONG, **stranger).status_code for stranger in elsewhere]
    assert strangers.count(429) == STRANGERS - 10
    assert api.login(**home).status_code == 200
    assert statuses(lambda: api.login(password=WRONG, **home), 11) == [401] * 10 + [429]
    assert api.login(**from_ip("203.0.113.1")).status_code == 429


def test_an_owner_who_is_locked_out_elsewhere_comes_in_by_a_reset(api, mailbox):
    api.register()
    for n in range(12):
        api.login(password=WRONG, **from_ip(f"198.51.100.{n}"))
    abroad = from_ip("203.0.113.1")
    assert api.login(**abroad).status_code == 429
    api.post("/forgot-password", {"email": ADA}, **abroad)
    verification = {"token": token_in(mailbox.newest()), "password": NEW_PASSWORD}
    assert api.post("/reset-password", verification, **abroad).status_code == 200
    assert api.login(password=NEW_PASSWORD, **abroad).status_code == 200
    assert api.login(password=NEW_PASSWORD, **from_ip("203.0.113.2")).status_code == 429


def test_an_ip_is_familiar_for_thirty_days(api, tables):
    api.register()
    home = from_ip("192.0.2.7")
    api.login(**home)
    tables.execute("UPDATE events SET at = at - interval '31 days'")
    for n in range(10):
        api.login(password=WRONG, **from_ip(f"198.51.100.{n}"))
    assert api.login(**home).status_code == 429


def test_a_familiar_ipv6_network_is_a_64(api):
    api.register()
    assert api.login(**from_ip("2001:db8:1:2::7")).status_code == 200
    for n in range(10):
        api.login(password=WRONG, **from_ip(f"198.51.100.{n}"))
    assert api.login(**from_ip("2001:db8:1:2:ffff::1")).status_code == 200
    assert api.login(**from_ip("2001:db8:1:3::7")).status_code == 429


@pytest.mark.parametrize(
    "ips", [["2001:db8:1:2::1", "2001:db8:1:2::2"], ["", "garbage"], ["192.0.2.1", "::ffff:192.0.2.1"]]
)
def test_callers_who_cannot_be_told_apart_share_a_limit(api, ips):
    answers = [api.login(f"user{n}@example.com", **from_ip(ips[n % 2])).status_code for n in range(31)]
    assert answers == [401] * 30 + [429]


def test_twenty_registrations_an_hour_from_one_ip_and_any_number_of_one_email(api, tables):
    assert statuses(api.register, 22) == [201] + [409] * 19 + [429] * 2
    ada = {"username": "Ada", "email": ADA, "password": PASSWORD}
    assert api.post("/register", ada, **from_ip("192.0.2.9")).status_code == 409
    age_limits(tables, 3_601)
    assert api.register("grace@example.com").status_code == 201


@pytest.mark.parametrize("path", ["/verify-email", "/reset-password"])
def test_thirty_verifications_from_one_ip(api, path):
    content = {"token": "r1-" + "A" * 43, "password": NEW_PASSWORD}
    assert statuses(lambda: api.post(path, content), 32) == [400] * 30 + [429] * 2


def test_twenty_requests_an_hour_for_another_mail_from_one_ip(api):
    answers = [api.post("/resend-verification", {"registrationId": str(n)}).status_code for n in range(22)]
    assert answers == [200] * 20 + [429] * 2


def test_other_checks_of_the_password_count_with_the_logins(api):
    ada = api.signed_in()
    content = {"currentPassword": WRONG, "newPassword": "another long one"}
    answers = statuses(lambda: api.post("/change-password", content, headers=ada.headers), 6)
    answers += statuses(
        lambda: api.request("DELETE", "/api/auth/me", json={"password": WRONG}, headers=ada.headers), 4
    )
    assert answers == [422] * 10
    assert api.login().status_code == 429


def test_a_refused_attempt_costs_no_hash(api, monkeypatch):
    statuses(lambda: api.login(password=WRONG), 10)

    def unexpected(*_):
        raise AssertionError("hashed")

    monkeypatch.setattr("authflow.crypto.password_hash.PasswordHash.match", unexpected)
    assert api.login().status_code == 429


def test_the_headers_tell_the_bucket_of_the_ip_only(api):
    answer = api.login()
    assert answer.headers["RateLimit-Policy"] == '"login-ip";q=30;w=300'
    assert answer.headers["RateLimit"] == '"login-ip";r=29;t=300'
    statuses(lambda: api.login(password=WRONG), 10)
    assert api.login().headers["RateLimit"].startswith('"login-ip";r=20;t=')


def test_no_email_and_no_ip_stands_in_the_table(api, tables):
    api.login(**from_ip("192.0.2.77"))
    dump = str(tables.execute("SELECT * FROM limit_counters").fetchall())
    assert "ada" not in dump
    assert "192.0.2" not in dump


def test_limits_can_be_off_for_load_tests(config, pool, passwords, statements, tables):
    limit_service = build_services(replace(config, rate_limits=False), pool, passwords).limits
    device = Device.seen("192.0.2.1", "")
    with limit_service.attempt():
        assert statements.of(lambda: limit_service.count(device, (limits.LOGIN, ADA))) == []
