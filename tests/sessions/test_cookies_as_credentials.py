"""Tokens that come back in cookies: which of several counts, and for whose pages (CONTRACT, section 4)."""

import pytest
from cookie_jar import (
    ACCESS,
    CLEARED,
    OURS,
    REFRESH,
    Browser,
    browser_of,
    code,
    jar_of,
    log_out,
    refresh,
    set_cookies,
    show,
)
from tests.contract.contents import contents
from tests.contract.every_route import (
    GUARDED,
    UNSAFE,
    WITH_BODY,
    as_json,
    named,
    right_fields,
    url_of,
)
from tests.support.client import ADA, PASSWORD, Person

from authflow.web.credentials import MOST_COOKIES

# Whose caller may be known by a cookie alone, and who changes something.
CHANGING = [route for route in UNSAFE if route in GUARDED]
# What a page can send to another site without being asked first, and what is no type at all.
NOT_JSON = ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "")


@pytest.fixture
def ada(api):
    return browser_of(api)


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


def test_an_access_token_in_the_header_is_no_second_credential(api, ada):
    bob = api.signed_in("bob@example.com")
    assert refresh(ada, REFRESH, **bob.headers).status_code == 200


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


def ask(api, route, browser, content_type="application/json", **headers):
    """The request that is right but for where it comes from; its only credential is a cookie."""
    person = Person(ADA, PASSWORD, browser.jar[ACCESS], browser.jar[REFRESH])
    fields = {name: value for name, value in right_fields(route, person).items() if name != "refreshToken"}
    body = {"data": as_json(fields), "content_type": content_type} if route.takes else {}
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


# Who wants to leave may, whatever the body.
LOGOUT = "/api/auth/logout"
STAYING = [route for route in CHANGING if route in WITH_BODY and route.path != LOGOUT]


@pytest.mark.parametrize("content_type", NOT_JSON)
def test_our_own_page_logs_out_whatever_the_body_is(api, ada, content_type):
    (route,) = (route for route in CHANGING if route.path == LOGOUT)
    answer = ask(api, route, ada, content_type, **OURS)
    assert (answer.status_code, set_cookies(answer)) == (200, CLEARED)
    assert code(ask(api, route, ada, content_type, **OURS)) == 200
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in ada.jar.items())}
    assert code(api.request("GET", "/api/auth/me", headers=headers)) == "session_revoked"


@pytest.mark.parametrize("route", STAYING, ids=named)
@pytest.mark.parametrize("content_type", NOT_JSON)
def test_not_even_our_own_page_changes_anything_by_a_form(api, ada, tables, route, content_type):
    before = contents(tables)
    answer = ask(api, route, ada, content_type, **OURS)
    assert (answer.status_code, code(answer)) == (415, "unsupported_media_type")
    assert contents(tables) == before


def test_of_one_name_no_more_cookies_are_looked_at_than_a_browser_keeps(api):
    """Each costs a signature, and no limit counts them by one."""
    ada = api.signed_in()
    own, garbage = f"{ACCESS}={ada.access}", f"{ACCESS}=a.b.c; "
    for others, status in ((MOST_COOKIES - 1, 200), (MOST_COOKIES, 401)):
        headers = {"Cookie": garbage * others + own}
        assert api.request("GET", "/api/auth/me", headers=headers).status_code == status
