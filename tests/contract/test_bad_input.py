"""Bad input, generated from the routes and their fields: refused for what it is, and nothing changes."""

import json
from itertools import chain, combinations

import pytest

from authflow.web.routes import API
from authflow.web.schemas.fields import Email, Password, Username
from tests.contract.bad_values import HIDDEN, SQL_EMAILS, STRANGE, UNKNOWN_FIELDS, UNWRITABLE, WRONG_TYPES
from tests.contract.contents import contents
from tests.contract.every_route import (
    FIELDS,
    FORMS,
    ROUTES,
    SIGNED_IN,
    WITH_BODY,
    as_json,
    fields_of,
    named,
    required_of,
    right_fields,
    right_value,
    send,
    send_right,
)
from tests.support.tables import empty_all_tables

SECRETS = {"refreshToken", "token", "otp", "registrationId"}
# A text that is no live secret is told as such, whatever it looks like (CONTRACT, section 1); or it is not told.
DEAD_SECRET = {
    f"{API}/refresh": (401, "refresh_token_invalid"),
    f"{API}/logout": (401, "token_invalid"),
    f"{API}/reset-password": (400, "reset_token_invalid"),
    f"{API}/verify-email": (400, "verification_invalid"),
    f"{API}/resend-verification": (200, None),
}
# A link alone: what is missing is asked for, as the other half may be at hand.
HALF = {f"{API}/verify-email": {("token",): (409, "password_required")}}
# Where one success is no obstacle to the next.
REPEATABLE = {
    "POST /api/auth/login",
    "PATCH /api/auth/me",
    "POST /api/auth/forgot-password",
    "POST /api/auth/resend-verification",
    "POST /api/auth/change-email",
}
each_field = pytest.mark.parametrize(("route", "name"), FIELDS, ids=named)


@pytest.fixture
def ada(unlimited):
    return unlimited.signed_in()


def with_value(unlimited, route, person, name, raw):
    return send(unlimited, route, person, as_json(right_fields(route, person, name), **{name: raw}))


def refused(answer, name):
    """Whether it was refused for that field and no other."""
    return (answer.status_code, answer.get_json().get("code"), list(answer.get_json().get("errors", ()))) == (
        *(422, "validation_failed"),
        [name],
    )


def outcome(answer):
    return answer.status_code, answer.get_json().get("code")


def is_no_secret(route, answer):
    return outcome(answer) == DEAD_SECRET.get(route.path)


def is_wrong_password(answer):
    return outcome(answer) == (401, "invalid_credentials")


def is_password(route, name):
    return isinstance(fields_of(route)[name], Password)


def is_checked(route, name):
    """Whether the text is compared with the password there is: then no other one may do."""
    is_asked_for = route in SIGNED_IN or route.path in {f"{API}/login", f"{API}/verify-email"}
    return is_password(route, name) and name != "newPassword" and is_asked_for


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


def settled(tables):
    """All that the tables hold, but for the tries of a code: each guess takes one."""
    tables.execute("UPDATE users SET reset_tries = 0; UPDATE mailbox_proofs SET tries = 0")
    return contents(tables)


def answers(unlimited, tables, route, name, values):
    """The answer to each value; a refusal must leave everything as it was, a success is undone."""
    person, before = None, {}
    for label, raw in values.items():
        if person is None:
            empty_all_tables(tables)
            person = unlimited.signed_in()
            before = settled(tables)
        answer = with_value(unlimited, route, person, name, raw)
        if answer.status_code < 300:
            before = settled(tables)
            person = person if named(route) in REPEATABLE else None
        else:
            assert settled(tables) == before, label
        yield label, answer


@each_field
def test_what_cannot_be_written_never_reaches_the_database(unlimited, tables, route, name):
    for label, answer in answers(unlimited, tables, route, name, UNWRITABLE):
        is_right = is_no_secret(route, answer) if name in SECRETS else refused(answer, name)
        assert is_right, (label, answer.status_code, answer.get_json())


@each_field
def test_hidden_characters_are_for_passwords_only(unlimited, tables, route, name):
    for label, answer in answers(unlimited, tables, route, name, HIDDEN):
        if is_password(route, name):
            assert answer.status_code < 300 if not is_checked(route, name) else is_wrong_password(answer), label
        else:
            is_right = is_no_secret(route, answer) if name in SECRETS else refused(answer, name)
            assert is_right, (label, answer.status_code, answer.get_json())


@each_field
def test_strange_texts_are_data(unlimited, tables, route, name):
    for label, answer in answers(unlimited, tables, route, name, STRANGE):
        if name in SECRETS:
            assert is_no_secret(route, answer), (label, answer.status_code, answer.get_json())
        elif answer.status_code < 300:
            assert may_succeed(route, name, label), label
        elif is_wrong_password(answer):
            assert is_checked(route, name) or may_succeed(route, name, label), label
        elif is_no_secret(route, answer):
            assert may_succeed(route, name, label), label
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
    ("route", "name"), [(route, name) for route, name in FIELDS if name in required_of(route)], ids=named
)
def test_a_missing_field_is_named(unlimited, ada, tables, route, name):
    before = contents(tables)
    fields = {other: value for other, value in right_fields(route, ada).items() if other != name}
    assert refused(send(unlimited, route, ada, as_json(fields)), name)
    assert contents(tables) == before


@pytest.mark.parametrize(
    ("route", "form"), [(route, form) for route in WITH_BODY for form in FORMS.get(route.path, ())], ids=named
)
def test_every_form_of_a_request_is_right(unlimited, ada, route, form):
    content = {name: right_value(route, name, ada) for name in {*required_of(route), *form}}
    answer = send(unlimited, route, ada, as_json(content))
    assert answer.status_code == route.status, answer.get_json()


@pytest.mark.parametrize("route", [route for route in WITH_BODY if route.path in FORMS], ids=named)
def test_half_a_form_and_two_at_once_are_refused_and_spend_nothing(unlimited, ada, tables, route):
    before, required, forms = contents(tables), required_of(route), FORMS[route.path]
    optional = sorted({name for form in forms for name in form} - required)
    for names in chain.from_iterable(combinations(optional, count) for count in range(len(optional) + 1)):
        if any(set(names) == {*form} - required for form in forms):
            continue
        content = {name: right_value(route, name, ada) for name in {*required, *names}}
        expected = HALF.get(route.path, {}).get(names, (422, "validation_failed"))
        assert outcome(send(unlimited, route, ada, as_json(content))) == expected, names
    assert contents(tables) == before
    assert send_right(unlimited, route, ada).status_code == route.status


@pytest.mark.parametrize("route", WITH_BODY, ids=named)
def test_a_megabyte_is_too_much_for_any_field(unlimited, ada, tables, route):
    before = contents(tables)
    for name in fields_of(route):
        answer = send(unlimited, route, ada, json.dumps({**right_fields(route, ada), name: "x" * 2**20}))
        assert (answer.status_code, answer.get_json()["code"]) == (413, "body_too_large")
    assert contents(tables) == before
