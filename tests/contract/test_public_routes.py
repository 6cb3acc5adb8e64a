"""What is open to everybody, listed by hand: a route without a guard must be somebody's decision."""

import pytest

from tests.contract.contents import contents
from tests.contract.every_route import GUARDED, ROUTES, WITH_BODY, named, right_fields, url_of
from tests.support.client import Person

PUBLIC = {
    "POST /api/auth/register",
    "POST /api/auth/login",
    "POST /api/auth/forgot-password",
    "POST /api/auth/reset-password",
    "POST /api/auth/verify-email",
    "POST /api/auth/resend-verification",
    "GET /",
    "GET /health",
    "GET /ready",
    "GET /openapi.json",
    "GET /docs",
    "GET /docs/<name>",
}
# Mails lie open in development only.
PUBLIC_IN_DEVELOPMENT = {"GET /dev/mailbox", "GET /dev/mailbox/page.css", "GET /dev/mailbox/<mail_id>"}
STRANGER = Person("nobody@example.com", "a password of nobody", "", "")


def served_by(application):
    return {
        f"{method} {rule.rule}"
        for rule in application.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }


def test_the_public_routes_are_these(application):
    served = served_by(application)
    assert served - {named(route) for route in GUARDED} == PUBLIC
    assert {named(route) for route in ROUTES} <= served


def test_the_public_routes_of_development_are_these_too(configured, application):
    development = configured(development=True, mail_transport="mailbox")
    assert served_by(development) - served_by(application) == PUBLIC_IN_DEVELOPMENT


@pytest.mark.parametrize("route", GUARDED, ids=named)
def test_a_guarded_route_asks_for_a_token_first(unlimited, route):
    fields = {name: value for name, value in right_fields(route, STRANGER).items() if name != "refreshToken"}
    requests = [{}, {"data": "{", "content_type": "application/json"}, {"data": "x", "content_type": "text/plain"}]
    if route in WITH_BODY:
        requests.append({"json": fields})
    for request in requests:
        answer = unlimited.request(route.method, url_of(route), **request)
        assert (answer.status_code, answer.get_json()["code"]) == (401, "token_missing"), request
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("route", GUARDED, ids=named)
def test_the_head_of_a_guarded_route_is_no_way_in(bare, route):
    assert bare.head(url_of(route)).status_code in {401, 405}


@pytest.mark.parametrize("route", ROUTES, ids=named)
def test_who_only_looks_changes_nothing(bare, unlimited, tables, route):
    ada = unlimited.signed_in()
    before, fields = contents(tables), right_fields(route, ada)
    for method in ("GET", "HEAD", "OPTIONS"):
        answer = bare.open(url_of(route), method=method, json=fields, headers=ada.headers)
        assert answer.status_code in {200, 204, 405}
    assert contents(tables) == before
