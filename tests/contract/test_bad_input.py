"""Bad input, generated from the routes and their fields: refused for what it is, and nothing changes."""

import json

import pytest

from authflow.web.schemas.fields import Email, Password, Username
from tests.contract.bad_values import HIDDEN, SQL_EMAILS, STRANGE, UNKNOWN_FIELDS, UNWRITABLE, WRONG_TYPES
from tests.contract.contents import contents
from tests.contract.every_route import (
    FIELDS,
    ROUTES,
    SIGNED_IN,
    WITH_BODY,
    as_json,
    fields_of,
    named,
    right_fields,
    send,
    send_right,
)
from tests.support.tables import empty_all_tables

# A text that is no live secret is told as such, whatever it looks like (CONTRACT, section 1).
NO_SUCH_SECRET = {
    "refreshToken": (401, {"refresh_token_invalid", "token_invalid"}),
    "token": (400, {"reset_token_invalid", "verification_invalid"}),
    "otp": (400, {"reset_token_invalid", "verification_invalid"}),
    "registrationId": (400, {"verification_invalid"}),
}
# Where one success is no obstacle to the next.
REPEATABLE = {"POST /api/auth/login", "PATCH /api/auth/me"}
each_field = pytest.mark.parametrize(("route", "name"), FIELDS, ids=named)


@pytest.fixture
def ada(unlimited):
    return unlimited.signed_in()


def with_value(unlimited, route, person, name, raw):
    return send(unlimited, route, person, as_json(right_fields(route, person), **{name: raw}))


def refused(answer, name):
    """Whether it was refused for that field and no other."""
    return (answer.status_code, answer.get_json().get("code"), list(answer.get_json().get("errors", ()))) == (
        *(422, "validation_failed"),
        [name],
    )


def is_no_secret(answer, name):
    status, codes = NO_SUCH_SECRET[name]
    return answer.status_code == status and answer.get_json()["code"] in codes


def is_wrong_password(answer):
    return (answer.status_code, answer.get_json().get("code")) == (401, "invalid_credentials")


def is_password(route, name):
    return isinstance(fields_of(route)[name], Password)


def is_checked(route, name):
    """Whether the text is compared with the password there is: then no other one may do."""
    return is_password(route, name) and name != "newPassword" and (route in SIGNED_IN or "/login" in route.path)


def may_succeed(route, name, label):
    field = fields_of(route)[name]
    is_stored = isinstance(field, (Password, Username)) and not is_checked(route, name)
    return is_stored or (isinstance(field, Email) and label in SQL_EMAILS)


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


@each_field
def test_a_value_of_a_wrong_type_is_refused_by_the_name_of_its_field(unlimited, ada, tables, route, name):
    before = contents(tables)
    for label, raw in WRONG_TYPES.items():
        answer = with_value(unlimited, route, ada, name, raw)
        assert refused(answer, name), (label, answer.status_code, answer.get_json())
    assert contents(tables) == before


@each_field
def test_what_cannot_be_written_never_reaches_the_database(unlimited, ada, tables, route, name):
    before = contents(tables)
    is_right = is_no_secret if name in NO_SUCH_SECRET else refused
    for label, raw in UNWRITABLE.items():
        answer = with_value(unlimited, route, ada, name, raw)
        assert is_right(answer, name), (label, answer.status_code, answer.get_json())
    assert contents(tables) == before


def answers(unlimited, tables, route, name, values):
    """The answer to each value; a refusal must leave everything as it was, a success is undone."""
    person, before = None, {}
    for label, raw in values.items():
        if person is None:
            empty_all_tables(tables)
            person = unlimited.signed_in()
            before = contents(tables)
        answer = with_value(unlimited, route, person, name, raw)
        if answer.status_code < 300:
            before = contents(tables)
            person = person if named(route) in REPEATABLE else None
        else:
            assert contents(tables) == before, label
        yield label, answer


@each_field
def test_hidden_characters_are_for_passwords_only(unlimited, tables, route, name):
    for label, answer in answers(unlimited, tables, route, name, HIDDEN):
        if is_password(route, name):
            assert answer.status_code < 300 if not is_checked(route, name) else is_wrong_password(answer), label
        else:
            is_right = is_no_secret if name in NO_SUCH_SECRET else refused
            assert is_right(answer, name), (label, answer.status_code, answer.get_json())


@each_field
def test_strange_texts_are_data(unlimited, tables, route, name):
    for label, answer in answers(unlimited, tables, route, name, STRANGE):
        if name in NO_SUCH_SECRET:
            assert is_no_secret(answer, name), label
        elif answer.status_code < 300:
            assert may_succeed(route, name, label), label
        elif is_wrong_password(answer):
            assert is_checked(route, name) or may_succeed(route, name, label), label
        else:
            assert refused(answer, name), (label, answer.status_code, answer.get_json())


@pytest.mark.parametrize("route", WITH_BODY, ids=named)
def test_unknown_fields_are_refused_and_change_nothing(unlimited, ada, tables, route):
    before = contents(tables)
    for unknown in UNKNOWN_FIELDS:
        for value in ("true", '"admin"'):
            answer = send(unlimited, route, ada, as_json(right_fields(route, ada), **{unknown: value}))
            assert refused(answer, unknown), (unknown, value, answer.get_json())
    assert contents(tables) == before


@pytest.mark.parametrize(
    ("route", "name"), [each for each in FIELDS if fields_of(each[0])[each[1]].required], ids=named
)
def test_a_missing_field_is_named(unlimited, ada, tables, route, name):
    before = contents(tables)
    fields = {other: value for other, value in right_fields(route, ada).items() if other != name}
    assert refused(send(unlimited, route, ada, as_json(fields)), name)
    assert contents(tables) == before


@pytest.mark.parametrize("route", WITH_BODY, ids=named)
def test_a_megabyte_is_too_much_for_any_field(unlimited, ada, tables, route):
    before = contents(tables)
    for name in fields_of(route):
        answer = send(unlimited, route, ada, json.dumps({**right_fields(route, ada), name: "x" * 2**20}))
        assert (answer.status_code, answer.get_json()["code"]) == (413, "body_too_large")
    assert contents(tables) == before
