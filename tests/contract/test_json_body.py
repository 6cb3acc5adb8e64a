"""Bodies: what is JSON, what is an object, what is too much of it, and what is not JSON at all."""

import json

import pytest

from tests.contract.bad_values import NOT_AN_OBJECT, NOT_JSON_TYPES
from tests.contract.contents import contents
from tests.contract.every_route import (
    BODY_IS_CREDENTIAL,
    FIELDS,
    ROUTES,
    WITH_BODY,
    as_json,
    credentials,
    named,
    right_fields,
    send,
    url_of,
)
from tests.contract.http_server import send_in_chunks, serving
from tests.support.client import ADA, PASSWORD

LIMIT = 16 * 1024
LOGIN = "/api/auth/login"
each_body = pytest.mark.parametrize("route", WITH_BODY, ids=named)


@pytest.fixture
def ada(unlimited):
    return unlimited.signed_in()


def outcome(answer):
    return answer.status_code, answer.get_json().get("code")


def as_unreadable(route, status, code):
    """An unreadable body carries no credential, where the body may carry it."""
    return (401, "token_missing") if route in BODY_IS_CREDENTIAL else (status, code)


@each_body
def test_a_body_that_is_no_json_object_is_refused(unlimited, ada, tables, route):
    before = contents(tables)
    for label, body in NOT_AN_OBJECT.items():
        assert outcome(send(unlimited, route, ada, body)) == as_unreadable(route, 400, "malformed_json"), label
    assert contents(tables) == before


@each_body
def test_a_right_body_of_another_type_is_refused(unlimited, ada, tables, route):
    before, body = contents(tables), as_json(right_fields(route, ada)).encode()
    for content_type in NOT_JSON_TYPES:
        answer = send(unlimited, route, ada, body, content_type=content_type)
        assert outcome(answer) == as_unreadable(route, 415, "unsupported_media_type"), content_type
    assert contents(tables) == before


@each_body
def test_parameters_and_case_of_the_type_do_not_matter(unlimited, ada, route):
    body = as_json({**right_fields(route, ada), "unknown": 1})
    for content_type in ("application/json; charset=utf-8", "APPLICATION/JSON", "application/json;"):
        answer = send(unlimited, route, ada, body, content_type=content_type)
        assert outcome(answer) == (422, "validation_failed"), content_type


@pytest.mark.parametrize("route", [route for route in WITH_BODY if route.takes.needs_fields], ids=named)
def test_an_empty_body_will_not_do_where_a_field_is_needed(unlimited, ada, route):
    assert outcome(send(unlimited, route, ada, None))[0] in {400, 415}
    assert outcome(send(unlimited, route, ada, b"")) == (400, "malformed_json")
    assert outcome(send(unlimited, route, ada, b"{}")) == (422, "validation_failed")


@pytest.mark.parametrize("route", BODY_IS_CREDENTIAL, ids=named)
def test_an_empty_body_carries_no_credential(unlimited, ada, route):
    for body in (None, b"", b"{}"):
        assert outcome(send(unlimited, route, ada, body)) == (401, "token_missing")


@pytest.mark.parametrize("route", [route for route in WITH_BODY if not route.takes.needs_fields], ids=named)
@pytest.mark.parametrize("body", [None, b"", b"{}", b" {\n} "], ids=repr)
def test_an_empty_body_will_do_where_no_field_is_needed(unlimited, ada, route, body):
    headers = {"Authorization": f"Bearer {ada.refresh if route.path.endswith('/refresh') else ada.access}"}
    assert send(unlimited, route, ada, body, headers=headers).status_code == route.status


@pytest.mark.parametrize(("route", "name"), FIELDS, ids=named)
def test_what_is_valid_json_is_a_matter_of_fields_and_not_of_form(unlimited, ada, route, name):
    for raw in ("9" * 4_300, "-" + "9" * 5_000, "1e400", "-0.0", "[" * 10 + "]" * 10, '{"a":{"b":[{"c":null}]}}'):
        answer = send(unlimited, route, ada, as_json(right_fields(route, ada, name), **{name: raw}))
        assert outcome(answer) == (422, "validation_failed"), raw[:20]


def padded(fields, size):
    body = json.dumps(fields).encode()
    return body + b" " * (size - len(body))


@each_body
def test_sixteen_kibibytes_pass_and_a_byte_more_does_not(unlimited, ada, tables, route):
    before, fields = contents(tables), right_fields(route, ada)
    assert outcome(send(unlimited, route, ada, padded(fields, LIMIT + 1))) == (413, "body_too_large")
    assert contents(tables) == before
    assert send(unlimited, route, ada, padded(fields, LIMIT)).status_code == route.status


@each_body
def test_sixteen_kibibytes_in_chunks_pass_and_a_byte_more_does_not(
    unlimited, unlimited_application, ada, tables, route
):
    before, fields = contents(tables), right_fields(route, ada)
    headers = "".join(f"{name}: {value}\r\n" for name, value in credentials(route, ada).items())
    with serving(unlimited_application) as server:

        def send_pieces(body):
            pieces = [body[start : start + 1_000] for start in range(0, len(body), 1_000)]
            return send_in_chunks(server, route.method, url_of(route, ada), pieces, headers)

        status, content = send_pieces(padded(fields, LIMIT + 1))
        assert (status, content["code"]) == (413, "body_too_large")
        assert contents(tables) == before
        status, content = send_pieces(padded(fields, LIMIT))
        assert (status, content["success"]) == (route.status, True)


@pytest.mark.parametrize("route", ROUTES, ids=named)
@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "https://evil.example"}, {"Content-Type": "text/plain"}], ids=str
)
def test_size_comes_before_every_other_question(bare, route, headers):
    for body in (b"[" * (LIMIT + 1), b"\xff" * 2**20):
        assert outcome(bare.open(url_of(route), method=route.method, data=body, headers=headers))[0] == 413
    assert outcome(bare.post("/no/such/route", data=b"x" * (LIMIT + 1), headers=headers))[0] == 413


def test_a_content_length_that_lies_is_no_defect(bare):
    body = json.dumps({"email": ADA, "password": PASSWORD})
    for length, expected in {"-1": 400, "x": 400, "1": 400, "16385": 413, "9" * 30: 413, "9" * 5_000: 400}.items():
        overridden = {"CONTENT_LENGTH": length}
        answer = bare.post(LOGIN, data=body, content_type="application/json", environ_overrides=overridden)
        assert answer.status_code == expected, length[:20]
