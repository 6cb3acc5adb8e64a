"""A refresh whose answer was lost is asked for again with its `Idempotency-Key` (CONTRACT, section 4)."""

from dataclasses import replace

import jwt
import pytest
from tests.support.client import Client
from tests.support.tables import age_sessions

from authflow.bootstrap import build_services
from authflow.web.app import create_app

KEY = "the-key-of-one-refresh"
OTHER_KEY = "the-key-of-another-one"
GRACE = 30
HOUR = 3_600
DAY = 24 * HOUR
LONG_AFTER = GRACE + HOUR


@pytest.fixture(params=["with a grace", "without"])
def client(request, api, config, pool, passwords):
    """The rules about keys are the same with `REFRESH_GRACE=0s`."""
    if request.param == "with a grace":
        return api
    strict = replace(config, refresh_grace=0)
    return Client(create_app(build_services(strict, pool, passwords), strict))


@pytest.fixture
def ada(client):
    return client.signed_in()


def code(answer):
    return answer.get_json().get("code", answer.status_code)


def newest(answer):
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()["refreshToken"]


def stored(tables):
    return tables.execute("SELECT rotated_at, retry_key_hash, revoked_at, reused FROM refresh_tokens").fetchone()


def test_the_key_of_a_rotation_gets_its_successor_again_however_often(client, ada, tables):
    successor = newest(client.refresh(ada.refresh, KEY))
    age_sessions(tables, LONG_AFTER)
    before = stored(tables)
    repeated = [newest(client.refresh(ada.refresh, KEY)) for _ in range(3)]
    assert stored(tables) == before
    # The same but for its times, which are those of the row that a test has aged.
    assert {jwt.decode(token, options={"verify_signature": False})["gen"] for token in repeated} == {1}
    assert len(set(repeated)) == 1
    assert client.me(client.refresh(repeated[0]).get_json()["accessToken"]).status_code == 200
    assert successor != ada.refresh


@pytest.mark.parametrize("key", [None, OTHER_KEY, KEY.upper()])
def test_long_after_a_parent_without_the_key_reveals_a_theft(client, ada, tables, key):
    successor = newest(client.refresh(ada.refresh, KEY))
    age_sessions(tables, LONG_AFTER)
    assert code(client.refresh(ada.refresh, key)) == "refresh_token_reused"
    assert code(client.refresh(ada.refresh, KEY)) == "session_revoked"
    assert code(client.refresh(successor)) == "session_revoked"


def test_long_after_the_key_reveals_a_theft_once_the_successor_was_presented(client, ada, tables):
    successor = newest(client.refresh(ada.refresh, KEY))
    age_sessions(tables, LONG_AFTER)
    newest(client.refresh(successor, OTHER_KEY))
    assert code(client.refresh(ada.refresh, KEY)) == "refresh_token_reused"


def test_a_young_successor_that_was_presented_ends_the_key_though_it_does_not_rotate(api, tables):
    ada = api.signed_in()
    successor = newest(api.refresh(ada.refresh, KEY))
    assert newest(api.refresh(successor, OTHER_KEY)) == successor
    assert stored(tables)[1] is None
    age_sessions(tables, LONG_AFTER)
    assert code(api.refresh(ada.refresh, KEY)) == "refresh_token_reused"


def test_a_rotation_without_a_key_leaves_none(client, ada, tables):
    first = newest(client.refresh(ada.refresh, KEY))
    age_sessions(tables, LONG_AFTER)
    newest(client.refresh(first))
    assert stored(tables)[1] is None
    age_sessions(tables, LONG_AFTER)
    assert code(client.refresh(first, KEY)) == "refresh_token_reused"


def test_the_key_of_an_earlier_rotation_opens_nothing(client, ada, tables):
    first = newest(client.refresh(ada.refresh, KEY))
    age_sessions(tables, LONG_AFTER)
    newest(client.refresh(first, OTHER_KEY))
    age_sessions(tables, LONG_AFTER)
    assert newest(client.refresh(first, OTHER_KEY))
    assert code(client.refresh(ada.refresh, KEY)) == "refresh_token_reused"


def test_the_key_ends_with_the_parent(client, ada, tables, config):
    newest(client.refresh(ada.refresh, KEY))
    header = jwt.get_unverified_header(ada.refresh)
    claims = jwt.decode(ada.refresh, options={"verify_signature": False})
    ended = {**claims, "iat": claims["iat"] - 8 * DAY, "exp": claims["iat"] - DAY}
    parent = jwt.encode(ended, config.refresh_secret, headers=header)
    assert code(client.refresh(parent, KEY)) == "refresh_token_expired"
    assert stored(tables)[2] is None


def test_of_the_key_only_a_hash_with_the_secret_is_stored(client, ada, tables):
    other = client.signed_in()
    for person in (ada, other):
        newest(client.refresh(person.refresh, KEY))
    hashes = [row[0] for row in tables.execute("SELECT retry_key_hash FROM refresh_tokens").fetchall()]
    assert [len(each) for each in hashes] == [32, 32]
    assert len(set(hashes)) == 2


@pytest.mark.parametrize("key", ["", "x" * 15, "x" * 129, "x" * 15 + " x", "x" * 15 + "\u00e4", "x" * 15 + "\t"])
@pytest.mark.parametrize("token", [None, "garbage"])
def test_a_key_of_another_form_is_refused_before_the_token_is_looked_at(api, key, token):
    content = {"refreshToken": token} if token else {}
    answer = api.post("/refresh", content, headers={"Idempotency-Key": key})
    assert (answer.status_code, code(answer)) == (422, "validation_failed")
    assert answer.get_json()["errors"].keys() == {"Idempotency-Key"}


def test_after_a_key_of_another_form_the_token_is_as_good_as_before(client, ada):
    assert client.refresh(ada.refresh, "short").status_code == 422
    assert jwt.decode(newest(client.refresh(ada.refresh)), options={"verify_signature": False})["gen"] == 1


@pytest.mark.parametrize("key", ["x" * 16, "!" + "x" * 126 + "~", '0123,4567;89abc="\\'])
def test_every_key_of_the_right_form_is_taken(api, tables, key):
    ada = api.signed_in()
    newest(api.refresh(ada.refresh, key))
    age_sessions(tables, LONG_AFTER)
    newest(api.refresh(ada.refresh, key))


def test_two_keys_are_refused(api):
    ada = api.signed_in()
    headers = [("Idempotency-Key", KEY), ("Idempotency-Key", KEY)]
    assert api.post("/refresh", {"refreshToken": ada.refresh}, headers=headers).status_code == 422


def test_a_browser_may_send_the_key(api):
    answer = api.request(
        "OPTIONS",
        "/api/auth/refresh",
        headers={
            "Origin": "https://app.example.com",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type,idempotency-key,traceparent",
        },
    )
    assert answer.status_code == 204
    allowed = answer.headers["Access-Control-Allow-Headers"].lower().replace(" ", "").split(",")
    assert {"content-type", "idempotency-key", "traceparent"} <= set(allowed)
    assert answer.headers["Access-Control-Max-Age"] == "600"


def test_a_repeat_and_a_theft_take_one_statement_too(api, tables, statements):
    ada = api.signed_in()
    newest(api.refresh(ada.refresh, KEY))
    age_sessions(tables, LONG_AFTER)
    assert len(statements.of(lambda: api.refresh(ada.refresh, KEY))) == 1
    assert len(statements.of(lambda: api.refresh(ada.refresh))) == 1
    told = tables.execute("SELECT type FROM events ORDER BY id").fetchall()
    assert told == [("login_succeeded",), ("refresh_reuse",)]
