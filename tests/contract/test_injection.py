"""SQL in whatever a caller may write: it is a text like any other, and PostgreSQL never runs it."""

import json

import pytest

from tests.contract.bad_values import SQL, SQL_EMAILS
from tests.contract.every_route import (
    FIELDS,
    GUARDED,
    WITH_ID,
    WITH_QUERY,
    as_json,
    named,
    right_fields,
    send,
    url_of,
)

# PostgreSQL ends after 0.9 s what sleeps for 5, and that would be a 503.
PROBES = [*SQL.values(), *SQL_EMAILS.values(), "';SELECT pg_sleep(5)--", "a@b'||pg_sleep(5)||'.de"]
HEADERS = ("Authorization", "User-Agent", "X-Forwarded-For", "Cookie")


@pytest.fixture
def ada(unlimited):
    return unlimited.signed_in()


def probe(ask, text):
    assert ask(text).status_code < 500, text


@pytest.mark.parametrize(("route", "name"), FIELDS, ids=named)
def test_sql_in_a_field_is_a_text(unlimited, tables, route, name):
    person = unlimited.signed_in()
    for text in PROBES:
        body = as_json(right_fields(route, person, name), **{name: json.dumps(text)})
        probe(lambda _, body=body: send(unlimited, route, person, body), text)


@pytest.mark.parametrize("route", [*WITH_QUERY, *WITH_ID], ids=named)
def test_sql_in_an_address_is_a_text(bare, ada, route):
    def asked(path, **query):
        return bare.open(path, method=route.method, query_string=query, headers=ada.headers)

    url = url_of(route, ada)
    for text in PROBES:
        probe(lambda given: asked(url, cursor=given), text)
        probe(lambda given: asked(url, limit=given), text)
        probe(lambda given: asked(f"{url.rpartition('/')[0]}/{given}"), text)


@pytest.mark.parametrize("route", GUARDED, ids=named)
def test_sql_in_a_header_is_a_text(bare, tables, route):
    for text in PROBES:
        for name in HEADERS:
            headers = {name: f"Bearer {text}" if name == "Authorization" else text}
            probe(lambda _, headers=headers: bare.open(url_of(route), method=route.method, headers=headers), text)
