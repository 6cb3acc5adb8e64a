"""Secrets in bodies: a text that is no live one is told as such, and a live one outlives what is refused."""

import json

import pytest

from authflow.web.routes import API
from tests.contract.bad_values import HIDDEN, STRANGE, UNWRITABLE
from tests.contract.contents import contents
from tests.contract.every_route import WITH_BODY, as_json, forms_of, named, required_of, right_value, send
from tests.contract.refusals import outcome

RESET, VERIFY = f"{API}/reset-password", f"{API}/verify-email"
DEAD = {RESET: (400, "reset_token_invalid"), VERIFY: (400, "verification_invalid")}
SPENDING = [route for route in WITH_BODY if route.path in DEAD]
EACH_FORM = [(route, form) for route in SPENDING for form in forms_of(route)]
SECRETS = {"token", "otp", "registrationId"}
# As much of it as a body can have.
LONG = {
    "16,000 characters": json.dumps("x" * 16_000),
    "16,000 digits": json.dumps("1" * 16_000),
    "surrogates": '"' + "\\ud800" * 2_600 + '"',
    "NULs": '"' + "\\u0000" * 2_600 + '"',
}


@pytest.fixture
def ada(unlimited):
    return unlimited.signed_in()


def right(route, form, person):
    return {name: right_value(route, name, person) for name in {*required_of(route), *form}}


@pytest.mark.parametrize(("route", "form"), EACH_FORM, ids=named)
def test_any_text_that_is_no_live_secret_has_the_one_answer(unlimited, ada, tables, route, form):
    said = set()
    for name in SECRETS.intersection(form):
        for label, raw in {**LONG, **UNWRITABLE, **HIDDEN, **STRANGE}.items():
            answer = send(unlimited, route, ada, as_json(right(route, form, ada), **{name: raw}))
            assert outcome(answer) == DEAD[route.path], (name, label)
            said.add(answer.data.replace(answer.get_json()["requestId"].encode(), b""))
            tables.execute("UPDATE users SET reset_tries = 0; UPDATE mailbox_proofs SET tries = 0")
    assert len(said) == 1


@pytest.mark.parametrize(("route", "form"), EACH_FORM, ids=named)
def test_a_refused_field_spends_no_secret(unlimited, ada, tables, route, form):
    content, before = right(route, form, ada), contents(tables)
    wrong = [{"isAdmin": "true"}, {"delivery": '"by pigeon"'}, {"password": "null"}, {"password": '""'}]
    if route.path == RESET:
        wrong += [{"password": json.dumps(password)} for password in ("short", "ADA@example.com", "iloveyou")]
    for change in wrong:
        answer = send(unlimited, route, ada, as_json(content, **change))
        assert outcome(answer) == (422, "validation_failed"), change
        assert contents(tables) == before, change
    assert send(unlimited, route, ada, as_json(content)).status_code == 200
