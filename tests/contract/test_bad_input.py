"""Bad values, generated from the routes and their fields: refused for what they are, and nothing changes."""

import json

import pytest

from authflow.web.routes import API
from authflow.web.schemas.fields import Password
from tests.contract.bad_values import HIDDEN, SQL_EMAILS, STRANGE, UNWRITABLE, WRONG_TYPES
from tests.contract.contents import contents
from tests.contract.every_route import (
    FIELDS,
    SIGNED_IN,
    WITH_BODY,
    as_json,
    fields_of,
    named,
    right_fields,
    send,
)
from tests.contract.refusals import is_refused_for, outcome
from tests.support.tables import empty_all_tables

WRONG_PASSWORD = "It is not the password of this account."
# Nearly any text is a right one.
FREE_TEXTS = {"username"}
SECRETS = {"refreshToken", "token", "otp", "registrationId"}
# A text that is no live secret is told as such, whatever it looks like (CONTRACT, section 1); or it is not told.
DEAD_SECRET = {
    f"{API}/refresh": (401, "refresh_token_invalid"),
    f"{API}/logout": (401, "token_invalid"),
    f"{API}/reset-password": (400, "reset_token_invalid"),
    f"{API}/verify-email": (400, "verification_invalid"),
    f"{API}/resend-verification": (200, None),
}
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


def is_no_secret(route, answer):
    return outcome(answer) == DEAD_SECRET.get(route.path)


def is_wrong_password(route, name, answer):
    """Of one who is signed in, it is a fault of that field: a 401 would send a client to the login."""
    if route in SIGNED_IN:
        return is_refused_for(answer, name) and answer.get_json()["errors"][name] == [WRONG_PASSWORD]
    return outcome(answer) == (401, "invalid_credentials")


def is_password(route, name):
    return isinstance(fields_of(route)[name], Password)


def is_checked(route, name):
    """Whether the text is compared with the password there is: then no other one may do."""
    is_asked_for = route in SIGNED_IN or route.path in {f"{API}/login", f"{API}/verify-email"}
    return is_password(route, name) and name != "newPassword" and is_asked_for


def may_succeed(route, name, label):
    field = fields_of(route)[name]
    is_stored = (is_password(route, name) or name in FREE_TEXTS) and not is_checked(route, name)
    return is_stored or (field.metadata.get("format") == "email" and label in SQL_EMAILS)


def wrong_types_of(route, name):
    """Where a field may be emptied, null is a value like others."""
    is_nullable = fields_of(route)[name].allow_none
    return {label: raw for label, raw in WRONG_TYPES.items() if not (is_nullable and raw == "null")}


@each_field
def test_a_value_of_a_wrong_type_is_refused_by_the_name_of_its_field(unlimited, ada, tables, route, name):
    before = contents(tables)
    for label, raw in wrong_types_of(route, name).items():
        answer = with_value(unlimited, route, ada, name, raw)
        assert is_refused_for(answer, name), (label, answer.status_code, answer.get_json())
    assert contents(tables) == before


def settled(tables):
    """All that the tables hold, but for the tries of a code: each guess takes one."""
    tables.execute(
        "UPDATE users SET reset_tries = 0; UPDATE mailbox_proofs SET tries = 0; DELETE FROM limit_counters"
    )
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
        is_right = is_no_secret(route, answer) if name in SECRETS else is_refused_for(answer, name)
        assert is_right, (label, answer.status_code, answer.get_json())


@each_field
def test_hidden_characters_are_for_passwords_only(unlimited, tables, route, name):
    for label, answer in answers(unlimited, tables, route, name, HIDDEN):
        if is_password(route, name):
            assert (
                answer.status_code < 300 if not is_checked(route, name) else is_wrong_password(route, name, answer)
            ), label
        else:
            is_right = is_no_secret(route, answer) if name in SECRETS else is_refused_for(answer, name)
            assert is_right, (label, answer.status_code, answer.get_json())


@each_field
def test_strange_texts_are_data(unlimited, tables, route, name):
    for label, answer in answers(unlimited, tables, route, name, STRANGE):
        if name in SECRETS:
            assert is_no_secret(route, answer), (label, answer.status_code, answer.get_json())
        elif answer.status_code < 300:
            assert may_succeed(route, name, label), label
        elif is_wrong_password(route, name, answer):
            assert is_checked(route, name) or may_succeed(route, name, label), label
        elif is_no_secret(route, answer):
            assert may_succeed(route, name, label), label
        else:
            assert is_refused_for(answer, name), (label, answer.status_code, answer.get_json())


@pytest.mark.parametrize("route", WITH_BODY, ids=named)
def test_a_megabyte_is_too_much_for_any_field(unlimited, ada, tables, route):
    before = contents(tables)
    for name in fields_of(route):
        answer = send(unlimited, route, ada, json.dumps({**right_fields(route, ada), name: "x" * 2**20}))
        assert (answer.status_code, answer.get_json()["code"]) == (413, "body_too_large")
    assert contents(tables) == before
