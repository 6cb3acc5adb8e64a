"""Where a token is looked for, which kind is taken where, and what is known of its session at that moment."""

from dataclasses import replace

import pytest

from tests.contract.bad_headers import MALFORMED
from tests.contract.contents import contents
from tests.contract.every_route import SIGNED_IN, named, send_right
from tests.contract.minting import (
    ACCESS_KEY,
    ATTACKERS_KEY,
    DROPPED,
    INJECTED_HEADERS,
    REFRESH_KEY,
    changed,
    claims_of,
    header_of,
    signed,
    with_claims,
    with_header,
    with_raw_claim,
)
from tests.support.client import Client, Person

NEW_KEY = "tests-new-key-7Yw3bN8kD2mV6xQ1zR5tJ9hL"
REFUSED = "refresh_token_invalid"


@pytest.fixture
def ada(unlimited):
    return unlimited.signed_in()


def code(answer):
    return answer.get_json().get("code", answer.status_code)


def bearer(token):
    return {"headers": {"Authorization": f"Bearer {token}"}}


@pytest.mark.parametrize(
    ("method", "path", "kind", "in_header", "in_body"),
    [
        ("GET", "/me", "access", 200, "token_missing"),
        ("GET", "/me", "refresh", "token_invalid", "token_missing"),
        ("POST", "/logout-all", "access", 200, "token_missing"),
        ("POST", "/logout-all", "refresh", "token_invalid", "token_missing"),
        ("POST", "/refresh", "access", REFUSED, REFUSED),
        ("POST", "/refresh", "refresh", 200, 200),
        ("POST", "/logout", "access", 200, 200),
        ("POST", "/logout", "refresh", 200, 200),
    ],
)
def test_each_kind_of_token_is_taken_in_its_place_only(unlimited, ada, method, path, kind, in_header, in_body):
    token = getattr(ada, kind)
    assert code(unlimited.request(method, f"/api/auth{path}", json={"refreshToken": token})) == in_body
    ada = unlimited.signed_in()
    assert code(unlimited.request(method, f"/api/auth{path}", **bearer(getattr(ada, kind)))) == in_header


@pytest.mark.parametrize("route", SIGNED_IN, ids=named)
def test_no_other_token_of_ours_signs_in(unlimited, ada, tables, route):
    access, refresh = claims_of(ada.access), claims_of(ada.refresh)
    before = contents(tables)
    for token in (
        ada.refresh,
        signed(header_of(ada.access), refresh, ACCESS_KEY),
        signed(header_of(ada.access), refresh, REFRESH_KEY),
        signed(header_of(ada.refresh), access, REFRESH_KEY),
        signed(header_of(ada.refresh), access, ACCESS_KEY),
        signed(changed(header_of(ada.refresh), {"typ": "at+jwt"}), access, REFRESH_KEY),
        signed(changed(header_of(ada.access), {"typ": "rt+jwt"}), access, ACCESS_KEY),
        refresh["secret"],
        access["sid"],
    ):
        answer = send_right(unlimited, route, Person(ada.email, ada.password, token, ada.refresh))
        assert (answer.status_code, answer.get_json()["code"]) == (401, "token_invalid")
    assert contents(tables) == before


def test_the_header_is_believed_before_the_body(unlimited, ada):
    body = {"refreshToken": ada.refresh}
    assert code(unlimited.post("/refresh", body, **bearer("nonsense"))) == REFUSED
    assert code(unlimited.post("/logout", body, **bearer("nonsense"))) == "token_invalid"
    assert code(unlimited.post("/refresh", body, headers=ada.headers)) == 200


@pytest.mark.parametrize(("method", "path"), [("GET", "/me"), ("POST", "/refresh"), ("POST", "/logout")])
def test_a_header_without_a_token_is_none(unlimited, method, path):
    for value in MALFORMED:
        answer = unlimited.request(method, f"/api/auth{path}", headers={"Authorization": value})
        assert code(answer) in {"token_missing", "token_invalid", REFUSED}, value[:40]
        assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


def test_a_token_with_company_is_no_token(unlimited, ada):
    for value in (
        "{0} {0}",
        "{0},Bearer {0}",
        "{0}, Basic x",
        "{0};",
        '"{0}"',
        "<{0}>",
        "Bearer {0}",
        "{0}.",
    ):
        assert code(unlimited.me(value.format(ada.access))) == "token_invalid", value
    for scheme in ("Token", "JWT", "Bearer,", "Bearer:", "Bear er", "Basic", "", "Digest"):
        answer = unlimited.request("GET", "/api/auth/me", headers={"Authorization": f"{scheme} {ada.access}"})
        assert code(answer) == "token_missing", scheme
    twice = [("Authorization", f"Bearer {ada.access}"), ("Authorization", f"Bearer {ada.access}")]
    assert code(unlimited.request("GET", "/api/auth/me", headers=twice)) == "token_invalid"


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "bEaReR"])
def test_the_scheme_is_written_in_any_case(unlimited, ada, scheme):
    answer = unlimited.request("GET", "/api/auth/me", headers={"Authorization": f"{scheme} {ada.access}"})
    assert answer.status_code == 200


@pytest.mark.parametrize("name", ["access_token", "accessToken", "token", "jwt", "authorization"])
def test_nothing_but_that_header_signs_in(unlimited, ada, name):
    for options in (
        {"query_string": {name: ada.access}},
        {"query_string": {name: f"Bearer {ada.access}"}},
        {"headers": {"Cookie": f"{name}={ada.access}"}},
        {"headers": {"X-Access-Token": ada.access, "Proxy-Authorization": f"Bearer {ada.access}"}},
        {"data": {name: ada.access}},
        {"json": {name: ada.access}},
    ):
        assert code(unlimited.request("GET", "/api/auth/me", **options)) == "token_missing"
    assert code(unlimited.post("/refresh", query_string={"refreshToken": ada.refresh})) == "token_missing"


@pytest.mark.parametrize("key", [ATTACKERS_KEY, REFRESH_KEY], ids=["attacker's key", "our key"])
def test_a_forged_refresh_token_rotates_nothing_and_ends_nothing(unlimited, ada, tables, key):
    before = contents(tables)
    for header in INJECTED_HEADERS:
        forged = with_header(ada.refresh, key, **header)
        assert code(unlimited.refresh(forged)) == REFUSED, header
        assert code(unlimited.post("/logout", {"refreshToken": forged})) == "token_invalid", header
    assert contents(tables) == before
    assert unlimited.refresh(ada.refresh).status_code == 200


def test_a_refresh_token_that_names_somebody_else_rotates_nothing_and_ends_nothing(unlimited, ada, tables):
    bob = claims_of(unlimited.signed_in("bob@example.com").refresh)["sub"]
    before = contents(tables)
    for sub in (bob, "999"):
        assert code(unlimited.refresh(with_claims(ada.refresh, REFRESH_KEY, sub=sub))) == REFUSED
    assert contents(tables) == before


@pytest.mark.parametrize("claim", ["iss", "aud", "sub", "sid", "secret", "gen", "iat", "exp"])
def test_every_claim_of_a_refresh_token_is_needed_and_of_its_type(unlimited, ada, tables, claim):
    before, right = contents(tables), claims_of(ada.refresh)[claim]
    for value in (DROPPED, None, [right], {"a": 1}, True, [], {}, 1.5, "", "\0", "\ud800", f"{right}x", -(10**30)):
        forged = with_claims(ada.refresh, REFRESH_KEY, **{claim: value})
        assert code(unlimited.refresh(forged)) in {REFUSED, "refresh_token_expired"} or claim == "iat", value
    for raw in ("1e308", "1e999", "NaN", "9" * 5_000, '"' + "é" * 3_000 + '"'):
        assert code(unlimited.refresh(with_raw_claim(ada.refresh, REFRESH_KEY, claim, raw))) == REFUSED, raw[:20]
    if claim != "iat":
        assert contents(tables) == before


def test_a_new_role_counts_at_once(unlimited, ada, tables):
    tables.execute("UPDATE users SET role = 'admin', username = 'Countess'")
    user = unlimited.me(ada.access).get_json()["user"]
    assert (user["role"], user["username"]) == ("admin", "Countess")
    tables.execute("UPDATE users SET role = 'user'")
    boasting = with_claims(ada.access, ACCESS_KEY, role="admin")
    assert unlimited.me(boasting).get_json()["user"]["role"] == "user"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("UPDATE users SET disabled_at = clock_timestamp()", "session_revoked"),
        ("UPDATE refresh_tokens SET revoked_at = clock_timestamp()", "session_revoked"),
        ("DELETE FROM refresh_tokens", "token_invalid"),
        ("DELETE FROM users", "token_invalid"),
    ],
)
def test_an_ended_session_ends_its_access_tokens_at_once(unlimited, ada, tables, change, expected):
    assert code(unlimited.me(ada.access)) == 200
    tables.execute(change)
    assert code(unlimited.me(ada.access)) == expected


def test_keys_rotate_without_signing_anybody_out(unlimited, ada, config, configured):
    keys = {"access_secret": NEW_KEY.encode(), "refresh_secret": NEW_KEY[::-1].encode()}
    previous = {"access_secret_previous": config.access_secret, "refresh_secret_previous": config.refresh_secret}
    during, after = Client(configured(**keys, **previous)), Client(configured(**keys))
    assert code(after.me(ada.access)) == "token_invalid"
    assert code(after.refresh(ada.refresh)) == REFUSED
    assert code(during.me(ada.access)) == 200
    renewed = during.refresh(ada.refresh).get_json()
    newer = replace(ada, access=renewed["accessToken"], refresh=renewed["refreshToken"])
    assert code(after.me(newer.access)) == 200
    assert code(after.refresh(newer.refresh)) == 200
    assert code(unlimited.me(newer.access)) == "token_invalid"
    mixed = with_header(ada.access, NEW_KEY), with_header(newer.access, ACCESS_KEY)
    assert [code(during.me(token)) for token in mixed] == ["token_invalid", "token_invalid"]
