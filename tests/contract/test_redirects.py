"""No answer ever sends anybody elsewhere (CVE-2023-49438, GHSA-w2j7-f3c6-g8cw: it came back twice)."""

from urllib.parse import urlencode

import pytest

from tests.contract.every_route import ROUTES, named, send_right, url_of

EVIL = "evil.example"
PATHS = [
    f"//{EVIL}",
    f"//{EVIL}/",
    f"///{EVIL}",
    f"////{EVIL}/%2f..",
    f"/\\{EVIL}",
    f"/\\/{EVIL}",
    f"/https:{EVIL}",
    f"/https://{EVIL}",
    f"/@{EVIL}",
    f"/.{EVIL}",
    f"//{EVIL}@{EVIL}",
    f"//{EVIL}/api/auth/me",
    f"//{EVIL}//..",
    f"/docs//{EVIL}",
    f"/docs/..//{EVIL}",
    f"/docs/https://{EVIL}",
    "/api//auth/me",
    "//api/auth/me",
    "/api/auth//login",
    "/api/auth/me//",
    "/./health",
    "/../health",
    "/api/../health",
    "/api/./auth/me",
    "/;/health",
    "/health;a=b",
    "/HEALTH",
    "/health\t",
    "/health ",
    f"/health\r\nLocation: https://{EVIL}",
    f"/api/auth/me\r\nSet-Cookie: a=b\r\n\r\n<script src=//{EVIL}>",
    f"/api/auth/me\nLocation: //{EVIL}",
    "/%0d%0aLocation:%20//evil.example",
    "/api/auth/me\u2028",
    "/\x00",
    "",
    "*",
    *(route.path + "/" for route in ROUTES),
    *("/docs/", "/openapi.json/", "/api/", "/api/auth/", "/api", "/api/auth"),
]
METHODS = ["GET", "HEAD", "POST", "DELETE", "OPTIONS"]


def assert_goes_nowhere(answer):
    with answer:
        assert not 300 <= answer.status_code < 400
        assert answer.status_code < 500
        assert not {"Location", "Content-Location", "Refresh", "Link"} & set(answer.headers.keys())
        # Logging out clears our own.
        assert all(cookie.startswith("__Host-authflow-") for cookie in answer.headers.getlist("Set-Cookie"))
        assert all(EVIL not in value for _, value in answer.headers)


@pytest.mark.parametrize("path", PATHS, ids=repr)
def test_no_path_leads_elsewhere(bare, path):
    for method in METHODS:
        for host in ("localhost", EVIL):
            # Past the client, which would tidy the path up.
            raw = {"PATH_INFO": path.encode().decode("latin-1"), "HTTP_HOST": host}
            assert_goes_nowhere(bare.open("/", method=method, environ_overrides=raw))


@pytest.mark.parametrize("route", ROUTES, ids=named)
def test_no_parameter_leads_elsewhere(unlimited, route):
    names = ("next", "url", "redirect", "redirect_uri", "return", "returnTo", "continue", "callback", "_method")
    targets = (f"//{EVIL}", f"https://{EVIL}", f"/\\{EVIL}", f"\r\n//{EVIL}")
    query = [(name, target) for name in names for target in targets]
    answer = send_right(unlimited, route, unlimited.signed_in(), query_string=urlencode(query))
    # Where a query is read, a name that it does not know is refused.
    assert answer.status_code == (422 if route.takes_query else route.status)
    assert_goes_nowhere(answer)


@pytest.mark.parametrize("route", ROUTES, ids=named)
def test_no_header_changes_path_or_method(bare, route):
    moved = {"X-Original-URL": "/health", "X-Rewrite-URL": "/health", "X-Forwarded-Prefix": f"//{EVIL}"}
    changed = {"X-HTTP-Method-Override": "DELETE", "X-HTTP-Method": "DELETE", "X-Method-Override": "DELETE"}
    forwarded = {"X-Forwarded-Proto": "http", "X-Forwarded-Scheme": "http", "X-Forwarded-Ssl": "off"}
    plain = bare.open(url_of(route), method=route.method)
    answer = bare.open(url_of(route), method=route.method, headers={**moved, **changed, **forwarded})
    assert (answer.status_code, answer.content_length) == (plain.status_code, plain.content_length)
    assert_goes_nowhere(answer)
