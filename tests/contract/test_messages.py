"""What people read of a refusal: a sentence that says the reason, also where a form shows `message` alone."""

import json
import re

import pytest

from authflow.field_reasons import as_sentence
from tests.contract.bad_values import UNWRITABLE, WRONG_TYPES
from tests.contract.every_route import (
    FIELDS,
    SIGNED_IN,
    WITH_BODY,
    WITH_QUERY,
    as_json,
    fields_of,
    named,
    right_fields,
    send,
    url_of,
)
from tests.contract.refusals import is_refused_for
from tests.support.client import PASSWORD

# As in the contract: of the password, that it is one of the most common ones.
SENTENCE = re.compile(r"[A-Z][a-z]+( [a-z]+)*: ([a-z].*\.)")
WRONG = "It is not the password of this account."
# The wire's own words, and sentences that nobody would say.
NOT_SAID = re.compile(
    r"half of a character|no such \w+ of yours|is no \w+ that|once only|Field may|Missing data|Not a valid"
)
PASSWORDS_ASKED_FOR = [
    (route, name) for route, name in FIELDS if route in SIGNED_IN and name in {"password", "currentPassword"}
]


@pytest.fixture
def ada(unlimited):
    return unlimited.signed_in()


def says_its_reason(answer, name):
    content = answer.get_json()
    (reason,) = content["errors"][name]
    said = SENTENCE.fullmatch(content["message"])
    return said and said[2] == reason[0].lower() + reason[1:] and not NOT_SAID.search(reason)


@pytest.mark.parametrize(("route", "name"), FIELDS, ids=named)
def test_where_one_field_is_at_fault_the_message_says_why(unlimited, ada, route, name):
    for label, raw in {**WRONG_TYPES, **UNWRITABLE, "empty": '""', "long": json.dumps("x" * 1_100)}.items():
        answer = send(unlimited, route, ada, as_json(right_fields(route, ada, name), **{name: raw}))
        if answer.status_code == 422:
            assert is_refused_for(answer, name), label
            assert says_its_reason(answer, name), (label, answer.get_json())


@pytest.mark.parametrize("route", WITH_BODY, ids=named)
def test_a_field_that_is_missing_or_unknown_is_said_too(unlimited, ada, route):
    right = right_fields(route, ada)
    unknown = send(unlimited, route, ada, as_json({**right, "isAdmin": True}))
    assert unknown.get_json()["message"] == "Is admin: it is not known here."
    for name in [name for name in right if fields_of(route)[name].required]:
        answer = send(unlimited, route, ada, as_json({key: right[key] for key in right if key != name}))
        assert answer.get_json()["errors"] == {name: ["It is missing."]}
        assert says_its_reason(answer, name)


@pytest.mark.parametrize("route", WITH_QUERY, ids=named)
def test_a_query_is_answered_in_sentences_too(unlimited, ada, route):
    for query in ("limit=0", "limit=x", "limit=1&limit=1", "cursor=x", "isAdmin=1"):
        answer = unlimited.request(route.method, f"{url_of(route)}?{query}", headers=ada.headers)
        assert answer.status_code == 422, query
        assert says_its_reason(answer, query.partition("=")[0]), answer.get_json()


def test_where_several_fields_are_at_fault_the_message_leaves_it_to_them(unlimited):
    answer = unlimited.register(email="x", password="y", name="")
    assert len(answer.get_json()["errors"]) > 1
    assert answer.get_json()["message"] == "Some fields need another look."


@pytest.mark.parametrize(
    ("reasons", "sentence"),
    [
        ({"password": ["It is short."]}, "Password: it is short."),
        ({"currentPassword": ["It is short."]}, "Current password: it is short."),
        ({"userEmail": ["It is short.", "It is odd."]}, "Email: it is short. It is odd."),
        ({"otp": ["It is short."]}, "Code: it is short."),
        ({"Idempotency-Key": ["It is short."]}, "Idempotency-Key: it is short."),
        ({"<script>": ["It is short."]}, "One field: it is short."),
        ({"": ["It is short."]}, "One field: it is short."),
        ({"x" * 33: ["It is short."]}, "One field: it is short."),
        ({"a": ["It is short."], "b": ["It is short."]}, None),
    ],
)
def test_a_reason_becomes_a_sentence_about_its_field(reasons, sentence):
    assert as_sentence(reasons) == sentence


@pytest.mark.parametrize(("route", "name"), PASSWORDS_ASKED_FOR, ids=named)
def test_a_wrong_password_of_one_who_is_signed_in_is_a_fault_of_that_field(unlimited, ada, route, name, log):
    answer = send(unlimited, route, ada, as_json({**right_fields(route, ada), name: f"not {PASSWORD}"}))
    assert is_refused_for(answer, name)
    assert answer.get_json()["errors"][name] == [WRONG]
    assert "WWW-Authenticate" not in answer.headers
    assert [line["event"] for line in log.lines if line["event"] == "password_check_failed"]
    assert unlimited.me(ada.access).status_code == 200


def test_there_are_three_of_them():
    assert len(PASSWORDS_ASKED_FOR) == 3
