"""Tokens in cookies: which, for how long, set and cleared, and never in a body too (CONTRACT, section 4)."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from cookie_jar import (
    ACCESS,
    CLEARED,
    OURS,
    REFRESH,
    TOKEN,
    Browser,
    browser_of,
    code,
    jar_of,
    log_in,
    log_out,
    refresh,
    set_cookies,
    show,
)
from tests.contract.failures import Failing
from tests.contract.pending import leave_pending, verification_of
from tests.support.client import PASSWORD, Client
from tests.support.tables import age_sessions

from authflow.bootstrap import build_services
from authflow.errors import DatabaseUnavailable
from authflow.web.app import create_app

MONTH = 2_592_000
DELIVERIES = {"body": set(), "refresh-cookie": {REFRESH}, "cookies": {ACCESS, REFRESH}}
IN_BODY = {
    "body": {"accessToken", "refreshToken", "tokenType", "expiresIn"},
    "refresh-cookie": {"accessToken", "tokenType", "expiresIn"},
    "cookies": {"expiresIn"},
}
each_delivery = pytest.mark.parametrize("delivery", DELIVERIES)


@pytest.fixture
def configured(config, pool, passwords, tables) -> Callable[..., Client]:
    """A client of a service in which something is configured otherwise."""

    def make(**changes: object) -> Client:
        changed = replace(config, **changes)
        return Client(create_app(build_services(changed, pool, passwords), changed))

    return make


@pytest.fixture
def ada(api):
    return browser_of(api)


@each_delivery
def test_a_token_is_in_a_cookie_or_in_the_body(api, delivery):
    answer = log_in(api, delivery)
    assert jar_of(answer).keys() == DELIVERIES[delivery]
    assert answer.get_json().keys() == {"success", "user", *IN_BODY[delivery]}
    assert len(re.findall(TOKEN, answer.text)) == 2 - len(DELIVERIES[delivery])


@pytest.mark.parametrize(
    ("changes", "prefix", "domain", "attributes"),
    [
        ({}, "__Host-", "", "Secure; HttpOnly; Path=/; SameSite=Lax"),
        ({"cookie_samesite": "Strict"}, "__Host-", "", "Secure; HttpOnly; Path=/; SameSite=Strict"),
        ({"cookie_samesite": "None"}, "__Host-", "", "Secure; HttpOnly; Path=/; SameSite=None; Partitioned"),
        (
            {"cookie_domain": "example.com"},
            *("__Secure-", "Domain=example.com; "),
            "Secure; HttpOnly; Path=/; SameSite=Lax",
        ),
        (
            {"cookie_domain": "example.com", "cookie_samesite": "None"},
            *("__Secure-", "Domain=example.com; "),
            "Secure; HttpOnly; Path=/; SameSite=None; Partitioned",
        ),
        ({"development": True}, "", "", "HttpOnly; Path=/; SameSite=Lax"),
        (
            {"development": True, "cookie_samesite": "None"},
            *("__Host-", ""),
            "Secure; HttpOnly; Path=/; SameSite=None; Partitioned",
        ),
    ],
    ids=str,
)
def test_the_cookies_as_they_are_written_and_cleared(configured, changes, prefix, domain, attributes):
    def as_written(kind, value, seconds):
        return f"{prefix}authflow-{kind}={value}; {domain}Max-Age={seconds}; {attributes}"

    api = configured(**changes)
    assert set_cookies(log_in(api, "body")) == []
    assert set_cookies(log_in(api, "refresh-cookie")) == [as_written("refresh", "<token>", MONTH)]
    answer = log_in(api, "cookies")
    assert set_cookies(answer) == [as_written(kind, "<token>", MONTH) for kind in ("access", "refresh")]
    browser = Browser(api, jar_of(answer))
    assert show(browser).status_code == 200
    assert set_cookies(log_out(browser)) == [as_written(kind, "", 0) for kind in ("access", "refresh")]


@pytest.mark.parametrize("changes", [{"development": True}, {"cookie_domain": "example.com"}], ids=str)
def test_a_cookie_of_another_name_is_none(configured, changes):
    """A page of another subdomain can set names without `__Host-` (OWASP ASVS 3.3.3)."""
    other = browser_of(configured(**changes))
    assert code(show(Browser(configured(), other.jar))) == "token_missing"
    assert code(refresh(Browser(configured(), other.jar))) == "token_missing"


def test_cookies_live_as_long_as_the_session_may(ada, tables):
    age_sessions(tables, 86_400)
    answer = refresh(ada)
    ages = [int(re.search(r"Max-Age=(\d+)", cookie)[1]) for cookie in set_cookies(answer)]
    assert len(ages) == 2
    assert all(MONTH - 86_405 < age <= MONTH - 86_400 for age in ages)


@each_delivery
@pytest.mark.parametrize("way", ["header", "body", "cookie"])
def test_answers_follow_the_delivery_of_the_session_however_the_token_came(api, delivery, way):
    answer = log_in(api, delivery)
    token = jar_of(answer).get(REFRESH) or answer.get_json()["refreshToken"]
    options = {
        "header": {"headers": {"Authorization": f"Bearer {token}"}},
        "body": {"content": {"refreshToken": token}},
        "cookie": {"headers": {"Cookie": f"{REFRESH}={token}", **OURS}},
    }[way]
    answer = api.post("/refresh", **options)
    assert answer.status_code == 200
    assert answer.get_json().keys() == {"success", "user", *IN_BODY[delivery]}
    assert jar_of(answer).keys() == DELIVERIES[delivery]
    assert len(re.findall(TOKEN, answer.text)) == 2 - len(DELIVERIES[delivery])


@pytest.mark.parametrize("cookies", [{}, {REFRESH: "nonsense"}, {ACCESS: "nonsense", "other": "1"}], ids=str)
def test_logging_out_clears_the_cookies_in_any_case(api, tables, cookies):
    answer = log_out(Browser(api, cookies))
    assert answer.status_code == 401
    assert set_cookies(answer) == CLEARED


def test_logging_out_clears_the_cookies_however_the_token_came(api, ada):
    bob = api.signed_in("bob@example.com")
    assert set_cookies(api.post("/logout", headers=bob.headers)) == CLEARED
    assert set_cookies(api.post("/logout", {"refreshToken": bob.refresh})) == CLEARED
    assert set_cookies(api.post("/logout", {"unknown": 1})) == CLEARED


def test_what_ends_the_session_clears_its_cookies(api, ada):
    assert set_cookies(api.post("/logout-all", headers=ada.headers(**OURS))) == CLEARED
    ada = browser_of(api)
    wrong, right = {"password": "no such password"}, {"password": PASSWORD}
    refused = api.request("DELETE", "/api/auth/me", json=wrong, headers=ada.headers(**OURS))
    assert (refused.status_code, set_cookies(refused)) == (422, [])
    answer = api.request("DELETE", "/api/auth/me", json=right, headers=ada.headers(**OURS))
    assert (answer.status_code, set_cookies(answer)) == (200, CLEARED)


def test_a_refresh_that_is_refused_clears_the_cookies(api, ada, tables):
    assert set_cookies(refresh(Browser(api, {}))) == CLEARED
    assert set_cookies(refresh(Browser(api, {REFRESH: "nonsense"}))) == CLEARED
    tables.execute("UPDATE refresh_tokens SET revoked_at = clock_timestamp()")
    answer = refresh(ada)
    assert (answer.status_code, set_cookies(answer)) == (401, CLEARED)


@pytest.mark.parametrize(("error", "status"), [(DatabaseUnavailable(), 503), (RuntimeError(), 500)], ids=str)
def test_a_refresh_that_fails_leaves_the_cookies_alone(ada, config, passwords, error, status):
    services = build_services(replace(config, rate_limits=False), Failing(error), passwords)
    answer = refresh(Browser(Client(create_app(services, config)), ada.jar))
    assert (answer.status_code, set_cookies(answer)) == (status, [])
    assert refresh(ada).status_code == 200


def test_reading_never_sets_a_cookie(api, ada, tables):
    for path in ("/me", "/sessions", "/events"):
        assert set_cookies(api.request("GET", f"/api/auth{path}", headers=ada.headers())) == []
    tables.execute("UPDATE refresh_tokens SET revoked_at = clock_timestamp()")
    assert set_cookies(show(ada)) == []


@each_delivery
def test_who_proves_an_email_chooses_the_delivery_too(api, tables, delivery):
    ada = api.signed_in()
    leave_pending(tables, ada)
    verification = {name: verification_of(ada)[name] for name in ("registrationId", "otp")}
    answer = api.post("/verify-email", {**verification, "delivery": delivery})
    assert answer.get_json().keys() == {"success", "user", *IN_BODY[delivery]}
    assert jar_of(answer).keys() == DELIVERIES[delivery]
