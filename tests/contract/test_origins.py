"""Whose pages may call: an exact list of origins, asked before anything is changed (CONTRACT, section 4)."""

import pytest

from tests.contract.bad_headers import FOREIGN
from tests.contract.contents import contents
from tests.contract.every_route import ROUTES, UNSAFE, named, send, send_right, url_of
from tests.support.client import ADA, PASSWORD, Client

OURS = "https://app.example.com"
EXPOSED = {"Retry-After", "RateLimit", "RateLimit-Policy", "X-Request-Id"}
each_unsafe = pytest.mark.parametrize("route", UNSAFE, ids=named)


def cors_headers(answer):
    return {name: value for name, value in answer.headers if name.startswith("Access-Control-")}


def preflight(client, path, origin, method="POST", headers="authorization, content-type"):
    asked = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": headers}
    return client.options(path, headers={"Origin": origin, **asked})


@pytest.fixture
def ada(unlimited):
    return unlimited.signed_in()


@each_unsafe
def test_a_foreign_page_causes_nothing(unlimited, ada, tables, route):
    before = contents(tables)
    for origin in FOREIGN:
        answer = send_right(unlimited, route, ada, headers={"Origin": origin})
        assert (answer.status_code, answer.get_json()["code"]) == (403, "origin_not_allowed"), origin
        assert cors_headers(answer) == {}, origin
    assert contents(tables) == before


@each_unsafe
def test_a_foreign_page_is_refused_before_its_body_is_read(unlimited, ada, tables, route):
    before = contents(tables)
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "application/json"):
        options = {"content_type": content_type, "headers": {"Origin": FOREIGN[0]}}
        answer = send(unlimited, route, ada, b"not JSON", **options)
        assert (answer.status_code, answer.get_json()["code"]) == (403, "origin_not_allowed"), content_type
    assert contents(tables) == before


@pytest.mark.parametrize("route", [route for route in UNSAFE if route.guard], ids=named)
def test_a_form_post_that_brings_only_cookies_is_refused_before_its_type_is(unlimited, ada, tables, route):
    before = contents(tables)
    cookies = f"__Host-authflow-access={ada.access}; __Host-authflow-refresh={ada.refresh}"
    for content_type in ("text/plain", "application/x-www-form-urlencoded"):
        options = {"content_type": content_type, "headers": {"Cookie": cookies}, "data": b"a=b"}
        answer = unlimited.request(route.method, url_of(route, ada), **options)
        assert (answer.status_code, answer.get_json()["code"]) == (403, "origin_not_allowed"), content_type
    assert contents(tables) == before


@pytest.mark.parametrize("path", ["/login", "/register", "/refresh", "/logout"])
@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_a_foreign_page_uses_up_no_limit(api, tables, path, origin):
    ada = api.signed_in()
    before = contents(tables)
    fields = {"email": ADA, "password": PASSWORD}
    body = {"/register": {"username": "Eve", **fields}, "/login": fields}.get(path, {"refreshToken": ada.refresh})
    for _ in range(3):
        assert api.post(path, body, headers={"Origin": origin}).status_code == 403
    assert contents(tables) == before


@pytest.mark.parametrize("path", ["/api/auth/me", "/health", "/openapi.json", "/nothing"])
def test_a_foreign_page_may_read_nothing(bare, unlimited, ada, path):
    for origin in FOREIGN:
        headers = {"Origin": origin, **ada.headers}
        for answer in (bare.get(path, headers=headers), bare.head(path, headers=headers)):
            assert answer.status_code in {200, 404}
            assert cors_headers(answer) == {}, origin
            assert answer.headers.getlist("Vary") == ["Origin"]
        assert cors_headers(preflight(bare, path, origin, "GET")) == {}, origin


@each_unsafe
def test_our_own_page_may_do_it_and_read_the_answer(unlimited, ada, route):
    answer = send_right(unlimited, route, ada, headers={"Origin": OURS})
    assert answer.status_code == route.status
    assert_readable(answer)


@pytest.mark.parametrize("route", ROUTES, ids=named)
def test_our_own_page_may_read_errors_too(bare, route):
    headers = {"Origin": OURS}
    for answer in (
        bare.open(url_of(route), method=route.method, headers=headers, data=b"x" * 16_385),
        bare.open(url_of(route), method="PUT", headers=headers),
        bare.open(url_of(route) + "/", method=route.method, headers=headers),
        bare.open(url_of(route), method=route.method, headers=headers),
    ):
        assert_readable(answer)


def assert_readable(answer):
    headers = cors_headers(answer)
    assert set(headers.pop("Access-Control-Expose-Headers").split(", ")) == EXPOSED
    assert headers == {"Access-Control-Allow-Origin": OURS, "Access-Control-Allow-Credentials": "true"}
    assert answer.headers.getlist("Vary") == ["Origin"]


@each_unsafe
def test_without_an_origin_there_is_no_page_to_mistrust(unlimited, ada, route):
    answer = send_right(unlimited, route, ada)
    assert answer.status_code == route.status
    assert cors_headers(answer) == {}
    assert answer.headers.getlist("Vary") == ["Origin"]


@pytest.mark.parametrize("route", ROUTES, ids=named)
def test_a_preflight_lets_our_own_page_ask(bare, route):
    answer = preflight(bare, url_of(route), OURS, route.method)
    headers = cors_headers(answer)
    assert answer.status_code == 204
    assert headers["Access-Control-Allow-Origin"] == OURS
    assert headers["Access-Control-Allow-Credentials"] == "true"
    assert route.method in headers["Access-Control-Allow-Methods"].split(", ")
    assert set(headers["Access-Control-Allow-Headers"].split(", ")) == {"authorization", "content-type"}
    assert int(headers["Access-Control-Max-Age"]) > 0
    assert "*" not in headers.values()


@each_unsafe
def test_the_origin_is_asked_before_the_token_and_the_body(unlimited, ada, route):
    strange = {"Origin": "https://evil.example", "Authorization": "Bearer nonsense"}
    for body, content_type in ((b"x", "text/plain"), (b"{", "application/json"), (None, None)):
        answer = send(unlimited, route, ada, body, content_type=content_type, headers=strange)
        assert (answer.status_code, answer.get_json()["code"]) == (403, "origin_not_allowed")


def test_each_origin_of_the_list_is_answered_with_itself(configured):
    listed = (OURS, "https://admin.example.com:8443", "http://localhost:5173")
    api = Client(configured(cors_origins=listed))
    for origin in listed:
        answer = api.post("/login", {"email": ADA, "password": PASSWORD}, headers={"Origin": origin})
        assert answer.status_code == 401
        assert answer.headers.getlist("Access-Control-Allow-Origin") == [origin]
    answer = api.post(
        "/login", {"email": ADA, "password": PASSWORD}, headers={"Origin": "https://admin.example.com"}
    )
    assert answer.status_code == 403


def test_in_development_the_service_trusts_its_own_pages(configured):
    wrong = {"email": ADA, "password": PASSWORD}
    for development, status in ((True, 401), (False, 403)):
        api = Client(configured(development=development, port=5000))
        for origin in ("http://localhost:5000", "http://127.0.0.1:5000"):
            assert api.post("/login", wrong, headers={"Origin": origin}).status_code == status
        assert api.post("/login", wrong, headers={"Origin": "http://localhost:5001"}).status_code == 403


@each_unsafe
def test_a_form_is_refused_by_its_type_and_that_of_a_foreign_page_by_its_origin(unlimited, tables, route):
    unlimited.register()
    before = contents(tables)
    form = {"data": {"email": ADA, "password": PASSWORD}}
    assert unlimited.request(route.method, url_of(route), **form).status_code in {401, 415}
    assert unlimited.request(route.method, url_of(route), headers={"Origin": "null"}, **form).status_code == 403
    assert contents(tables) == before
