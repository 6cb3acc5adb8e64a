"""Access tokens: nothing in a token is believed but what our own key has signed (RFC 8725)."""

import math
import socket
import string
import time

import pytest

from tests.contract.contents import contents
from tests.contract.minting import (
    ACCESS_KEY,
    ATTACKERS_KEY,
    DROPPED,
    INJECTED_HEADERS,
    REFRESH_KEY,
    claims_of,
    encoded,
    header_of,
    signed,
    with_claims,
    with_header,
    with_raw_claim,
)

CLAIMS = {"iss", "aud", "sub", "sid", "role", "iat", "exp", "jti"}


@pytest.fixture
def ada(unlimited):
    return unlimited.signed_in()


def refusal(api, token):
    answer = api.me(token)
    assert answer.status_code in {200, 401}
    if answer.status_code == 401:
        assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    return answer.get_json().get("code", "none")


def test_a_token_says_who_and_until_when_and_nothing_about_them(unlimited, ada):
    claims, header = claims_of(ada.access), header_of(ada.access)
    assert claims.keys() == CLAIMS
    assert header.keys() == {"alg", "typ", "kid"}
    assert (header["alg"], header["typ"]) == ("HS256", "at+jwt")
    assert (claims["iss"], claims["aud"], claims["role"]) == ("authflow", "authflow", "user")
    assert claims["exp"] - claims["iat"] == 900
    assert abs(claims["iat"] - time.time()) < 10
    assert isinstance(claims["sub"], str)
    again = claims_of(unlimited.login().get_json()["accessToken"])
    assert again["sub"] == claims["sub"]
    assert again["jti"] != claims["jti"]
    assert again["sid"] != claims["sid"]


def test_a_copy_that_our_key_signed_is_as_good_as_the_original(unlimited, ada):
    """So what is refused below is refused for the one thing that it changes."""
    assert refusal(unlimited, with_claims(ada.access, ACCESS_KEY)) == "none"
    assert refusal(unlimited, with_header(ada.access, ACCESS_KEY)) == "none"


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE", "", "HS384", "HS512", "RS256", "PS256"])
def test_the_token_does_not_choose_its_algorithm(unlimited, ada, algorithm):
    header, claims = {**header_of(ada.access), "alg": algorithm}, claims_of(ada.access)
    for key in ("", "\0", ATTACKERS_KEY, ACCESS_KEY):
        for real in ("HS256", "HS384", "HS512"):
            token = signed(header, claims, key, real)
            assert refusal(unlimited, token) == "token_invalid"
            assert refusal(unlimited, token.rpartition(".")[0] + ".") == "token_invalid"
            assert refusal(unlimited, token.rpartition(".")[0]) == "token_invalid"


def test_no_other_signature_will_do(unlimited, ada):
    head, _, signature = ada.access.rpartition(".")
    # Of the last character four bits count: some others say the same bytes, and yet it is another token.
    others = [signature[:-1] + last for last in string.ascii_letters + string.digits if last != signature[-1]]
    for other in (*others, "", signature[:-4], signature[::-1], "A" * 43, signature * 2, encoded(b"\0" * 32)):
        assert refusal(unlimited, f"{head}.{other}") == "token_invalid"
    for key in ("", " ", "secret", "authflow", header_of(ada.access)["kid"], ATTACKERS_KEY, REFRESH_KEY):
        assert refusal(unlimited, with_claims(ada.access, key)) == "token_invalid"
    for algorithm in ("HS384", "HS512"):
        assert refusal(unlimited, signed(header_of(ada.access), claims_of(ada.access), ACCESS_KEY, algorithm)) == (
            "token_invalid"
        )


@pytest.mark.parametrize("key", [ATTACKERS_KEY, ACCESS_KEY], ids=["attacker's key", "our key"])
def test_no_header_brings_a_key_or_an_extension(unlimited, ada, tables, monkeypatch, key):
    called = []
    monkeypatch.setattr(socket.socket, "connect", lambda _, address: called.append(address))
    before = contents(tables)
    for header in INJECTED_HEADERS:
        assert refusal(unlimited, with_header(ada.access, key, **header)) == "token_invalid", header
    assert contents(tables) == before
    assert called == []


def with_claim(token, claim, value):
    return with_claims(token, ACCESS_KEY, **{claim: value})


@pytest.mark.parametrize("claim", sorted(CLAIMS))
def test_every_claim_is_needed_and_of_its_type(unlimited, ada, claim):
    right = claims_of(ada.access)[claim]
    for value in (DROPPED, None, [right], {"a": 1}, True, [], {}, 1.5):
        assert refusal(unlimited, with_claim(ada.access, claim, value)) == "token_invalid", value


@pytest.mark.parametrize("claim", ["iss", "aud", "sub", "sid"])
def test_a_claim_is_compared_as_a_whole(unlimited, ada, claim):
    right = claims_of(ada.access)[claim]
    for value in (right[:-1], right[1:], f"{right}0", f"0{right}x", f" {right}", f"{right},x", "", "\0", "\ud800"):
        assert refusal(unlimited, with_claim(ada.access, claim, value)) == "token_invalid", value


def test_a_subject_is_the_number_of_a_user_or_nothing(unlimited, ada):
    right = claims_of(ada.access)["sub"]
    full_width = "".join(chr(ord(digit) + 0xFEE0) for digit in right)
    arabic = "".join(chr(ord(digit) + 0x630) for digit in right)
    for value in (
        full_width,
        arabic,
        f"+{right}",
        f"-{right}",
        f"{right}.0",
        f"{right}e0",
        f"{right} OR 1=1",
        "0x1",
    ):
        assert refusal(unlimited, with_claim(ada.access, "sub", value)) == "token_invalid", value
    for digits in (19, 20, 400, 5_000):
        assert refusal(unlimited, with_claim(ada.access, "sub", "9" * digits)) == "token_invalid", digits


@pytest.mark.parametrize("claim", ["iat", "exp", "nbf"])
def test_a_time_is_a_whole_number(unlimited, ada, claim):
    now = int(time.time())
    texts = [
        f'"{now + 60}"',
        f"{now + 60}.5",
        "1e308",
        "-1e308",
        "1e999",
        "NaN",
        "Infinity",
        f"[{now}]",
        "true",
        "null",
    ]
    for raw in texts:
        assert refusal(unlimited, with_raw_claim(ada.access, ACCESS_KEY, claim, raw)) == "token_invalid", raw
    for raw in ("-1", "-" + "9" * 400, "9" * 5_000):
        expired_or_ahead = refusal(unlimited, with_raw_claim(ada.access, ACCESS_KEY, claim, raw))
        assert expired_or_ahead in {"token_invalid", "token_expired"} or (claim != "exp" and raw[0] == "-")


def test_the_clocks_may_differ_by_thirty_seconds(unlimited, ada):
    def minted(**times):
        answer, began = "", -math.inf
        # Again where the machine was busy with something else for the second that the rounding allows.
        while time.monotonic() - began > 1:
            began = time.monotonic()
            claims = {name: rounded() + seconds for name, (rounded, seconds) in times.items()}
            answer = refusal(unlimited, with_claims(ada.access, ACCESS_KEY, **claims))
        return answer

    # Rounded so that a moment passing between here and the answer does not matter.
    def down():
        return math.floor(time.time())

    def up():
        return math.ceil(time.time())

    assert minted(iat=(up, -900), exp=(up, -29)) == "none"
    assert minted(iat=(down, -900), exp=(down, -31)) == "token_expired"
    assert minted(iat=(down, 29)) == "none"
    assert minted(iat=(up, 31)) == "token_invalid"
    assert minted(nbf=(down, 29)) == "none"
    assert minted(nbf=(up, 31)) == "token_invalid"


def test_a_token_that_was_good_a_moment_ago_expires_all_the_same(unlimited, ada):
    end = 0.0
    # Again where the machine was busy with something else meanwhile.
    while time.time() >= end:
        end = math.ceil(time.time() + 0.7)
        token = with_claims(ada.access, ACCESS_KEY, exp=end - 30)
        first = refusal(unlimited, token)
    assert first == "none"
    time.sleep(max(0, end - time.time()) + 0.01)
    assert refusal(unlimited, token) == "token_expired"


def test_a_session_belongs_to_its_user(unlimited, ada):
    bob = unlimited.signed_in("bob@example.com")
    for mine, others in ((ada, bob), (bob, ada)):
        for claim in ("sub", "sid"):
            token = with_claims(mine.access, ACCESS_KEY, **{claim: claims_of(others.access)[claim]})
            assert refusal(unlimited, token) == "token_invalid"
