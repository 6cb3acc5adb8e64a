"""Which fields a request has: those that are described, in the forms that are, and no other."""

from itertools import chain, combinations

import pytest

from authflow.web.incoming import MOST_TOLD
from authflow.web.routes import API
from tests.contract.bad_values import UNKNOWN_FIELDS
from tests.contract.contents import contents
from tests.contract.every_route import (
    FIELDS,
    ROUTES,
    WITH_BODY,
    as_json,
    forms_of,
    named,
    required_of,
    right_fields,
    right_value,
    send,
    send_right,
)
from tests.contract.refusals import is_refused_for, outcome
from tests.support.client import ADA, PASSWORD

# A link alone: what is missing is asked for, as the other half may be at hand.
HALF = {f"{API}/verify-email": {("token",): (409, "password_required")}}


@pytest.fixture
def ada(unlimited):
    return unlimited.signed_in()


def test_every_field_that_is_described_is_tried(unlimited):
    described = unlimited.request("GET", "/openapi.json").get_json()
    fields = set()
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            schema = operation.get("requestBody", {"content": {"application/json": {"schema": {}}}})
            reference = schema["content"]["application/json"]["schema"].get("$ref", "").rpartition("/")[2]
            properties = described["components"]["schemas"].get(reference, {}).get("properties", {})
            fields |= {(f"{method.upper()} {path}", name) for name in properties}
    assert {(named(route), name) for route, name in FIELDS} == fields


@pytest.mark.parametrize("route", ROUTES, ids=named)
def test_the_request_that_is_then_made_wrong_is_right(unlimited, ada, route):
    answer = send_right(unlimited, route, ada)
    assert answer.status_code == route.status, answer.get_json()


def test_of_a_thousand_unknown_fields_no_more_are_named_than_anybody_reads(unlimited, ada):
    """The answer had four times the bytes of the request."""
    names = [f"x{n:03}" for n in range(1_000)]
    answer = unlimited.post("/login", {"email": ADA, "password": PASSWORD, **dict.fromkeys(names, 0)})
    assert answer.status_code == 422
    assert set(answer.get_json()["errors"]) == set(names[:MOST_TOLD])


@pytest.mark.parametrize("route", WITH_BODY, ids=named)
def test_unknown_fields_are_refused_and_change_nothing(unlimited, ada, tables, route):
    before = contents(tables)
    for unknown in UNKNOWN_FIELDS:
        for value in ("true", '"admin"'):
            answer = send(unlimited, route, ada, as_json(right_fields(route, ada), **{unknown: value}))
            assert is_refused_for(answer, unknown), (unknown, value, answer.get_json())
    assert contents(tables) == before


@pytest.mark.parametrize(
    ("route", "name"), [(route, name) for route, name in FIELDS if name in required_of(route)], ids=named
)
def test_a_missing_field_is_named(unlimited, ada, tables, route, name):
    before = contents(tables)
    fields = {other: value for other, value in right_fields(route, ada).items() if other != name}
    assert is_refused_for(send(unlimited, route, ada, as_json(fields)), name)
    assert contents(tables) == before


@pytest.mark.parametrize(
    ("route", "form"), [(route, form) for route in WITH_BODY for form in forms_of(route)], ids=named
)
def test_every_form_of_a_request_is_right(unlimited, ada, route, form):
    content = {name: right_value(route, name, ada) for name in {*required_of(route), *form}}
    answer = send(unlimited, route, ada, as_json(content))
    assert answer.status_code == route.status, answer.get_json()


@pytest.mark.parametrize("route", [route for route in WITH_BODY if forms_of(route)], ids=named)
def test_half_a_form_and_two_at_once_are_refused_and_spend_nothing(unlimited, ada, tables, route):
    before, required, forms = contents(tables), required_of(route), forms_of(route)
    optional = sorted({name for form in forms for name in form} - required)
    for names in chain.from_iterable(combinations(optional, count) for count in range(len(optional) + 1)):
        if any(set(names) == {*form} - required for form in forms):
            continue
        content = {name: right_value(route, name, ada) for name in {*required, *names}}
        expected = HALF.get(route.path, {}).get(names, (422, "validation_failed"))
        assert outcome(send(unlimited, route, ada, as_json(content))) == expected, names
    assert contents(tables) == before
    assert send_right(unlimited, route, ada).status_code == route.status
