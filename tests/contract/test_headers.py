"""The headers that every answer carries, whatever came of the request (OWASP REST; ASVS 3.4, 14.3.2)."""

from dataclasses import replace

import pytest

from authflow.bootstrap import build_services
from authflow.errors import DatabaseUnavailable
from authflow.web.app import create_app
from tests.contract.every_route import ROUTES, WITHOUT_DATABASE, Unchecked, named, send_right, url_of
from tests.contract.failures import Failing
from tests.support.client import Person

ALWAYS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "Vary": "Origin",
}
POLICY = "Content-Security-Policy"
NO_PAGE = "default-src 'none'; frame-ancestors 'none'"
PAGES = ["/docs", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js", "/docs/page.js", "/docs/page.css"]
STRANGER = Person("nobody@example.com", "a password of nobody", "", "")
each_route = pytest.mark.parametrize("route", ROUTES, ids=named)


def assert_complete(answer, policy=NO_PAGE):
    for name, value in {**ALWAYS, POLICY: policy}.items():
        assert answer.headers.getlist(name) == [value], (answer.status_code, name)
    assert len(answer.headers.getlist("X-Request-Id")) == 1
    assert "Server" not in answer.headers
    assert "X-Powered-By" not in answer.headers


@each_route
def test_success_and_refusal_carry_them(unlimited, route):
    person = unlimited.signed_in()
    answer, again = send_right(unlimited, route, person), send_right(unlimited, route, STRANGER)
    assert answer.status_code == route.status
    assert again.status_code == 401 or not route.guard
    assert_complete(answer)
    assert_complete(again)


@each_route
def test_what_a_route_does_not_take_carries_them(bare, route):
    url = url_of(route)
    for answer, status in (
        (bare.open(url, method="PUT"), 405),
        (bare.open(url, method=route.method, data=b"x" * 16_385), 413),
        (bare.open(f"{url}/" if url != "/" else "/./", method=route.method), 404),
        (bare.open(url, method="OPTIONS"), 204),
        (bare.open(url, method="POST", headers={"Origin": "https://evil.example"}), 403),
    ):
        assert answer.status_code == status
        assert_complete(answer)


@pytest.mark.parametrize(("error", "status"), [(RuntimeError(), 500), (DatabaseUnavailable(), 503)], ids=str)
def test_a_failure_of_ours_carries_them(config, passwords, api, error, status):
    person = api.signed_in()
    services = build_services(replace(config, rate_limits=False), Failing(error), passwords)
    client = Unchecked(create_app(services, config))
    for route in ROUTES:
        answer = send_right(client, route, person)
        assert answer.status_code == (200 if route in WITHOUT_DATABASE else status)
        assert_complete(answer)


@pytest.mark.parametrize("path", ["/nothing", "/api/auth/nothing", "/docs/nothing", "/openapi.json"])
def test_every_other_address_carries_them(bare, path):
    assert_complete(bare.get(path))
    assert_complete(bare.head(path))


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_a_policy_of_its_own_and_lets_nothing_else_in(bare, path):
    with bare.get(path) as answer:
        directives = dict(each.strip().split(" ", 1) for each in answer.headers[POLICY].split(";"))
    assert directives["default-src"] == "'self'"
    assert directives["frame-ancestors"] == "'none'"
    sources = {source for sources in directives.values() for source in sources.split()}
    assert sources <= {"'self'", "'none'", "data:"}
    assert "data:" not in directives.get("script-src", "")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_carries_all_the_others(bare, path):
    with bare.get(path) as answer:
        assert answer.status_code == 200
        assert_complete(answer, answer.headers[POLICY])


@each_route
def test_options_is_answered_without_a_body(bare, route):
    answer = bare.options(url_of(route))
    assert (answer.status_code, answer.data) == (204, b"")
    assert "Content-Type" not in answer.headers
    assert route.method in answer.headers["Allow"].split(", ")
