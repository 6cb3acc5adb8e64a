"""Tokens in cookies: which, for how long, for whose pages, and never in a body too (CONTRACT, section 4)."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from tests.contract.contents import contents
from tests.contract.every_route import GUARDED, UNSAFE, as_json, named, right_fields, url_of
from tests.contract.failures import Failing
from tests.contract.pending import leave_pending, proof_of
from tests.support.client import ADA, PASSWORD, Client, Person
from tests.support.tables import age_sessions

from authflow.bootstrap import build_services
from authflow.errors import DatabaseUnavailable
from authflow.web.app import create_app

ACCESS, REFRESH = "__Host-authflow-access", "__Host-authflow-refresh"
OURS = {"Origin": "https://app.example.com"}
TOKEN = r"eyJ[\w-]+\.[\w-]+\.[\w-]+"
MONTH = 2_592_000
DELIVERIES = {"body": set(), "refresh-cookie": {REFRESH}, "cookies": {ACCESS, REFRESH}}
IN_BODY = {
    "body": {"accessToken", "refreshToken", "tokenType", "expiresIn"},
    "refresh-cookie": {"accessToken", "tokenType", "expiresIn"},
    "cookies": {"expiresIn"},
}
CLEARED = [f"{name}=; Max-Age=0; Secure; HttpOnly; Path=/; SameSite=Lax" for name in (ACCESS, REFRESH)]
# Whose caller may be known by a cookie alone, and who changes something.
CHANGING = [route for route in UNSAFE if route in GUARDED]
each_delivery = pytest.mark.parametrize("delivery", DELIVERIES)


@dataclass(frozen=True)
class Browser:
    """What it got, and sends along; by hand, so that a test can keep some of it back."""

    client: Client
    jar: dict[str, str]

    def headers(self, *names: str, **more: str) -> dict[str, str]:
        cookies = {name: self.jar[name] for name in names or self.jar}
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), **more}


def log_in(client, delivery, email=ADA):
    client.register(email)
    answer = client.post("/login", {"email": email, "password": PASSWORD, "delivery": delivery})
    assert answer.status_code == 200
    return answer


def browser_of(client, delivery="cookies", email=ADA):
    return Browser(client, jar_of(log_in(client, delivery, email)))


def jar_of(answer):
    return dict(cookie.partition(";")[0].split("=", 1) for cookie in answer.headers.getlist("Set-Cookie"))


def set_cookies(answer):
    """As they were sent, but for the tokens."""
    return [re.sub(TOKEN, "<token>", cookie) for cookie in answer.headers.getlist("Set-Cookie")]


def code(answer):
    return answer.get_json().get("code", answer.status_code)


def show(browser, *names, **headers):
    return browser.client.request("GET", "/api/auth/me", headers=browser.headers(*names, **headers))


def refresh(browser, *names, content=None, **headers):
    return browser.client.post("/refresh", content, headers=browser.headers(*names, **OURS, **headers))


def log_out(browser, *names, content=None, **headers):
    return browser.client.post("/logout", content, headers=browser.headers(*names, **OURS, **headers))


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
    assert answer.get_json().keys() == {"success", *IN_BODY[delivery]}
    assert jar_of(answer).keys() == DELIVERIES[delivery]
    assert len(re.findall(TOKEN, answer.text)) == 2 - len(DELIVERIES[delivery])


def test_a_browser_is_signed_in_refreshes_and_logs_out_by_its_cookies(api, ada):
    assert show(ada).get_json()["user"]["email"] == ADA
    renewed = Browser(api, jar_of(refresh(ada)))
    assert renewed.jar[REFRESH] != ada.jar[REFRESH]
    assert show(renewed).status_code == 200
    answer = log_out(renewed)
    assert answer.status_code == 200
    assert set_cookies(answer) == CLEARED
    assert code(show(renewed)) == "session_revoked"
    assert code(refresh(renewed)) == "session_revoked"


@pytest.mark.parametrize("name", [ACCESS, REFRESH])
def test_either_cookie_logs_out(ada, name):
    assert log_out(ada, name).status_code == 200
    assert code(show(ada)) == "session_revoked"


def test_a_cookie_is_taken_for_its_own_kind_only(api, ada):
    swapped = Browser(api, {ACCESS: ada.jar[REFRESH], REFRESH: ada.jar[ACCESS]})
    assert code(show(swapped)) == "token_invalid"
    assert code(refresh(swapped)) == "refresh_token_invalid"
    assert code(show(ada, REFRESH)) == "token_missing"
    assert code(refresh(ada, ACCESS)) == "token_missing"


def test_the_header_decides_before_the_cookie(api, ada):
    bob = api.signed_in("bob@example.com")
    assert show(ada, **bob.headers).get_json()["user"]["email"] == bob.email
    assert log_out(ada, **bob.headers).status_code == 200
    assert code(api.me(bob.access)) == "session_revoked"
    assert show(ada).status_code == 200


def test_the_body_decides_before_the_cookie(api, ada):
    bob = api.signed_in("bob@example.com")
    content = {"refreshToken": bob.refresh}
    assert "refreshToken" in refresh(ada, content=content).get_json()
    assert log_out(ada, content=content).status_code == 200
    assert code(api.me(bob.access)) == "session_revoked"
    assert show(ada).status_code == 200


@pytest.mark.parametrize("bad", ["nonsense", ""], ids=repr)
def test_nobody_falls_back_from_a_bad_token_to_a_good_one(api, ada, tables, bad):
    before, header = contents(tables), {"Authorization": f"Bearer {bad}"}
    body, good = {"refreshToken": bad}, {"refreshToken": ada.jar[REFRESH]}
    assert code(show(ada, **header)) == "token_invalid"
    assert code(refresh(ada, **header)) == "refresh_token_invalid"
    assert code(refresh(ada, content=body)) == "refresh_token_invalid"
    assert code(refresh(ada, content=good, **header)) == "refresh_token_invalid"
    assert code(log_out(ada, **header)) == "token_invalid"
    assert code(log_out(ada, content=body)) == "token_invalid"
    assert code(log_out(ada, content=good, **header)) == "token_invalid"
    assert contents(tables) == before


@pytest.mark.parametrize("bad", ["nonsense", "", "\xe9", "a" * 4_000, "eyJ9.e30.AAAA", '"a b"', "\x01"], ids=repr)
def test_a_bad_cookie_is_no_token(api, tables, ada, bad):
    before, browser = contents(tables), Browser(api, {ACCESS: bad, REFRESH: bad})
    assert code(show(browser)) == "token_invalid"
    assert code(refresh(browser)) == "refresh_token_invalid"
    assert code(log_out(browser)) == "token_invalid"
    assert contents(tables) == before


def ask(api, route, browser, **headers):
    """The request that is right but for where it comes from; its only credential is a cookie."""
    person = Person(ADA, PASSWORD, browser.jar[ACCESS], browser.jar[REFRESH])
    fields = {name: value for name, value in right_fields(route, person).items() if name != "refreshToken"}
    body = {"data": as_json(fields), "content_type": "application/json"} if route.takes else {}
    return api.request(route.method, url_of(route, person), headers=browser.headers(**headers), **body)


@pytest.mark.parametrize("route", CHANGING, ids=named)
def test_a_cookie_changes_nothing_for_a_page_that_does_not_say_where_it_is(api, ada, tables, route):
    before = contents(tables)
    for headers in ({}, *({"Sec-Fetch-Site": site} for site in ("none", "same-site", "cross-site", "", "x"))):
        answer = ask(api, route, ada, **headers)
        assert (answer.status_code, code(answer)) == (403, "origin_not_allowed"), headers
        assert set_cookies(answer) == []
    answer = ask(api, route, ada, **{"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"})
    assert (answer.status_code, code(answer)) == (403, "origin_not_allowed")
    assert set_cookies(answer) == []
    assert contents(tables) == before


@pytest.mark.parametrize("route", CHANGING, ids=named)
@pytest.mark.parametrize("headers", [OURS, {"Sec-Fetch-Site": "same-origin"}], ids=str)
def test_a_cookie_is_enough_for_our_own_page(api, ada, route, headers):
    assert ask(api, route, ada, **headers).status_code == route.status


@pytest.mark.parametrize("path", ["/me", "/sessions", "/events"])
def test_reading_by_a_cookie_needs_no_origin(api, ada, path):
    assert api.request("GET", f"/api/auth{path}", headers=ada.headers()).status_code == 200


def test_a_cookie_that_is_no_credential_needs_no_origin(api, ada):
    bob = api.signed_in("bob@example.com")
    assert api.login(headers=ada.headers()).status_code == 200
    assert api.post("/logout-all", headers=ada.headers(**bob.headers)).status_code == 200
    phone = api.signed_in("bob@example.com")
    assert api.post("/refresh", {"refreshToken": phone.refresh}, headers=ada.headers()).status_code == 200
    assert api.post("/logout", {"refreshToken": phone.refresh}, headers=ada.headers()).status_code == 200
    assert show(ada).status_code == 200


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
    assert (refused.status_code, set_cookies(refused)) == (401, [])
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
    proof = {name: proof_of(ada)[name] for name in ("registrationId", "otp")}
    answer = api.post("/verify-email", {**proof, "delivery": delivery})
    assert answer.get_json().keys() == {"success", "user", *IN_BODY[delivery]}
    assert jar_of(answer).keys() == DELIVERIES[delivery]


def test_an_access_token_in_the_header_is_no_second_credential(api, ada):
    bob = api.signed_in("bob@example.com")
    assert refresh(ada, REFRESH, **bob.headers).status_code == 200
