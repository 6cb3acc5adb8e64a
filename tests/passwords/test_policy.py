"""What a new password must be, asked through `/register` (NIST SP 800-63B-4, OWASP ASVS 6.2)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from authflow.domain.password_policy import PasswordPolicy


def reasons(answer):
    assert answer.status_code == 422, answer.get_json()
    return answer.get_json()["errors"]["password"]


@pytest.mark.parametrize("password", ["1234abc", "😀😀", "ﬀ" * 3, "e\u0301" * 7])
def test_fewer_than_eight_characters_after_nfkc_are_refused(api, password):
    assert reasons(api.register(password=password)) == ["It must have at least 8 characters."]


@pytest.mark.parametrize("password", ["k3mq zt9", "😀🐎🔋📎🎲🪁🧭🪐", "ﬀ" * 4, "    𝕡𝕒𝕤𝕤 "])
def test_eight_characters_of_any_kind_will_do(api, password):
    assert api.register(password=password).status_code == 201
    assert api.login(password=password).status_code == 200


# The last but one is longer before NFKC than after it, the last one the other way round.
@pytest.mark.parametrize("password", ["x" * 1_025, "é" * 513, "e\u0301" * 400, "\ufdfa" * 100])
def test_more_than_1024_bytes_before_or_after_nfkc_are_refused(api, password):
    assert reasons(api.register(password=password)) == ["It must have at most 1024 bytes."]


def test_1024_bytes_are_taken_whole(api):
    assert api.register(password="é" * 512).status_code == 201
    assert api.login(password="é" * 511 + "e").status_code == 401
    assert api.login(password="é" * 512).status_code == 200


def test_nothing_is_cut_at_72_bytes(api):
    api.register(password="x" * 72 + "right")
    assert api.login(password="x" * 72 + "wrong").status_code == 401
    assert api.login(password="x" * 72 + "right").status_code == 200


def test_one_password_typed_on_two_keyboards_is_one_password(api):
    api.register(password="caf\u00e9 in the rain")
    assert api.login(password="cafe\u0301 in the rain").status_code == 200


HOSTILE = [
    "x' OR '1'='1' --",
    "%s %(name)s {0} $1",
    "<script>alert(1)</script>",
    "\r\nSet-Cookie: a=b",
    "\x1b[31m\x07\x08\x7f\x85",
    "\u202eevil\u2066\u200f\ufeff",
    "Z\u0351\u036b\u0343\u036a" * 9,
    "👩‍👩‍👧‍👦🏴‍☠️🇪🇺👍🏽",
    "\u1e9b\u0323\u2126\ufb03\u017f",
    "\uffff\U0010ffff\ufdd0\ue000",
    "correct horse " * 40,
    "пароль密码סיסמהपासवर्ड",
]


@pytest.mark.parametrize("password", HOSTILE, ids=ascii)
def test_whatever_text_is_set_logs_in_as_it_was_typed(api, password):
    padded = f"  {password.ljust(8, '_')} "
    assert api.register(password=padded).status_code == 201
    assert api.login(password=padded).status_code == 200
    assert api.login(password=padded.strip()).status_code == 401


@pytest.mark.parametrize(
    "password", ["password", "Password123", "PASSWORD1", "12345678", "qwertyuiop", "ｐａｓｓｗｏｒｄ"]
)
def test_common_passwords_are_refused_in_any_case(api, password):
    assert reasons(api.register(password=password)) == ["It is one of the most common passwords."]


def test_the_list_has_the_3000_most_common_ones_that_fit():
    assert len(PasswordPolicy(8, "Authflow").common) == 3_000
    assert all(len(word) >= 12 for word in PasswordPolicy(12, "Authflow").common)


@pytest.mark.parametrize("password", ["ada.lovelace@example.com", "ADA.LOVELACE", "countess ada", "AUTHFLOW"])
def test_what_a_guesser_tries_first_is_refused(api, password):
    answer = api.register("Ada.Lovelace@example.com", password, name="Countess Ada")
    assert reasons(answer) == ["It must not be your email, your name or the name of this service."]


@pytest.mark.parametrize("password", ["with a \0 inside", "half a \ud83d character"])
def test_what_is_no_text_is_refused_when_set_and_at_login(api, password):
    assert "NUL" in reasons(api.register(password=password))[0]
    assert "NUL" in reasons(api.login(password=password))[0]


def test_login_never_asks_the_policy(api, tables, passwords):
    api.register()
    tables.execute("UPDATE users SET password_hash = %s", [passwords.make("short")])
    assert api.login(password="short").status_code == 200


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(password=texts)
def test_whatever_text_is_hashed_is_matched(passwords, password):
    stored = passwords.make(password)
    assert passwords.match(password, stored)
    assert not passwords.match(password + "x", stored)
