"""What stands in an address: a query is checked as a body is, and an id that is none leads nowhere."""

import uuid

import pytest

from tests.contract.contents import contents
from tests.contract.every_route import WITH_ID, WITH_QUERY, named, send, send_right, url_of

# As they are written in an address; wrong for every name that is read.
BAD_QUERIES = {
    "a word": "x",
    "fraction": "1.5",
    "negative": "-1",
    "signed": "%2B1",
    "exponent": "1e1",
    "hexadecimal": "0x1",
    "underscore": "1_0",
    "blanks around it": "%201%20",
    "line end": "1%0A",
    "other digits": "%D9%A1",
    "full width digits": "%EF%BC%91",
    "NaN": "NaN",
    "Infinity": "Infinity",
    "null": "null",
    "list": "%5B1%5D",
    "a comma": "1,2",
    "NUL": "%00",
    "NUL at the end": "1%00",
    "surrogate": "%ED%A0%80",
    "surrogate at the end": "1%ED%B0%80",
    "not UTF-8": "1%FF",
    "half a character": "%F0%9F%94",
    "percent": "1%",
    "beyond 64 bits": str(2**63),
    "20 digits": "9" * 20,
    "5,000 digits": "9" * 5_000,
    "10,000 letters": "x" * 10_000,
    "SQL": "1%20OR%201=1",
    "sleep": "1);SELECT%20pg_sleep(5)--",
    "empty": "",
}
UNKNOWN_NAMES = (
    *("user_id", "userId", "offset", "LIMIT", "limit%5B%5D", "limit%5B0%5D", "limit%00", "__proto__", "%00"),
    *("%ED%A0%80", "%FF", "", "cursor%20", "x" * 5_000),
)
# After the last slash of a path that ends in an id.
BAD_IDS = {
    "a word": "x",
    "number": "1",
    "NUL": "%00",
    "line end": "{id}%0a",
    "NUL at the end": "{id}%00",
    "surrogate": "%ED%A0%80",
    "surrogate at the end": "{id}%ED%A0%80",
    "not UTF-8": "%FF",
    "one character less": "{short}",
    "one character more": "{id}0",
    "no hyphens": "{hex}",
    "braces": "%7B{id}%7D",
    "URN": "urn:uuid:{id}",
    "full width digit": "{short}%EF%BC%91",
    "blank before": "%20{id}",
    "two": "{id},{id}",
    "slash": "{id}/",
    "encoded slash": "{id}%2F",
    "parent": "..",
    "encoded parent": "%2e%2e%2fme",
    "SQL": "{id}'%20OR%20'1'='1",
    "10,000 letters": "x" * 10_000,
    "5,000 digits": "9" * 5_000,
}
NAMES = [
    (route, field.data_key or name) for route in WITH_QUERY for name, field in route.takes_query.fields.items()
]


@pytest.fixture
def ada(unlimited):
    return unlimited.signed_in()


def asked(unlimited, route, person, query):
    return unlimited.request(route.method, url_of(route), query_string=query, headers=person.headers)


def refused(answer, name=None):
    errors = answer.get_json().get("errors", {})
    is_named = len(errors) == 1 if name is None else list(errors) == [name]
    return answer.status_code == 422 and answer.get_json()["code"] == "validation_failed" and is_named


@pytest.mark.parametrize("route", WITH_QUERY, ids=named)
def test_every_name_of_a_query_is_described(unlimited, route):
    described = unlimited.request("GET", "/openapi.json").get_json()["paths"][route.path][route.method.lower()]
    in_query = {each["name"] for each in described["parameters"] if each["in"] == "query"}
    assert in_query == {name for other, name in NAMES if other is route}
    assert "422" in described["responses"]


@pytest.mark.parametrize(("route", "name"), NAMES, ids=named)
def test_a_bad_value_in_a_query_is_refused_by_its_name(unlimited, ada, tables, route, name):
    before = contents(tables)
    for label, value in BAD_QUERIES.items():
        answer = asked(unlimited, route, ada, f"{name}={value}")
        assert refused(answer, name), (label, answer.status_code, answer.get_json())
    assert refused(asked(unlimited, route, ada, name), name)
    assert contents(tables) == before


@pytest.mark.parametrize(("route", "name"), NAMES, ids=named)
def test_a_name_that_comes_twice_is_refused(unlimited, ada, route, name):
    encoded = "".join(f"%{ord(letter):02x}" for letter in name)
    for again in (f"{name}=2", f"{name}=1", f"{name}=", f"{name}=x", name, f"{encoded}=1"):
        assert refused(asked(unlimited, route, ada, f"{name}=1&{again}"), name), again


@pytest.mark.parametrize("route", WITH_QUERY, ids=named)
def test_an_unknown_name_in_a_query_is_refused(unlimited, ada, route):
    for name in UNKNOWN_NAMES:
        assert refused(asked(unlimited, route, ada, f"{name}=1")), name[:20]


@pytest.mark.parametrize("route", WITH_QUERY, ids=named)
def test_many_names_are_no_defect(unlimited, ada, route):
    for query in ("&" * 5_000, "&".join(f"n{number}=1" for number in range(2_000)), "=" * 5_000, ";" * 5_000):
        assert asked(unlimited, route, ada, query).status_code in {200, 422}


@pytest.mark.parametrize("route", WITH_QUERY, ids=named)
def test_the_query_is_read_after_the_token(unlimited, route):
    answer = unlimited.request(route.method, url_of(route), query_string="limit=x")
    assert (answer.status_code, answer.get_json()["code"]) == (401, "token_missing")


@pytest.mark.parametrize("route", WITH_ID, ids=named)
def test_what_is_no_id_leads_nowhere_and_changes_nothing(bare, unlimited, ada, tables, route):
    before, own = contents(tables), uuid.UUID(url_of(route, ada).rpartition("/")[2])
    parts = {"id": str(own), "hex": own.hex, "short": str(own)[:-1]}
    for label, text in BAD_IDS.items():
        path = route.path.rpartition("/")[0] + "/" + text.format(**parts)
        answer = bare.open(path, method=route.method, headers=ada.headers)
        assert answer.status_code in {404, 405}, (label, answer.status_code)
        assert answer.get_json()["code"] in {"not_found", "method_not_allowed"}, label
    assert contents(tables) == before


@pytest.mark.parametrize("route", WITH_ID, ids=named)
def test_an_id_that_is_not_ones_own_is_unknown_and_changes_nothing(unlimited, ada, tables, route):
    bob = unlimited.signed_in("bob@example.com")
    before = contents(tables)
    for url in (url_of(route, bob), url_of(route), url_of(route).replace("4", "0"), url_of(route, bob).upper()):
        url = route.path.rpartition("/")[0] + "/" + url.rpartition("/")[2]
        answer = unlimited.request(route.method, url, headers=ada.headers)
        assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found"), url
    assert contents(tables) == before


@pytest.mark.parametrize("route", WITH_ID, ids=named)
def test_an_id_works_once(unlimited, ada, route):
    other = unlimited.signed_in()
    headers = {"headers": ada.headers}
    url = url_of(route, other)
    assert unlimited.request(route.method, url, **headers).status_code == route.status
    assert unlimited.request(route.method, url, **headers).status_code == 404
    assert send(unlimited, route, other, None).status_code == 401
    assert send_right(unlimited, route, ada).status_code == route.status


@pytest.mark.parametrize("path", ["//api/auth/me", "///api/auth/me", "//health", "//ready", "//"])
def test_slashes_at_the_front_lead_nowhere(api, path):
    """Also written `/%2fapi`: a rule that a proxy has for `/api` would not see them."""
    ada = api.signed_in()
    answer = api.request("GET", "/nothing", headers=ada.headers, environ_overrides={"PATH_INFO": path})
    assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found")
