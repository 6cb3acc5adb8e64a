"""Making an account (verification off)."""

import re

import pytest
from tests.support.client import PASSWORD


def test_the_answer_shows_the_account_and_no_hash_of_its_password(api, tables):
    answer = api.register("Ada@Example.com", name="  Ada L. ")
    assert answer.status_code == 201
    user = answer.get_json()["user"]
    assert (user["username"], user["email"]) == ("Ada L.", "Ada@Example.com")
    assert (user["emailVerified"], user["role"]) == (False, "user")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", user["createdAt"])
    ((stored,),) = tables.execute("SELECT password_hash FROM users")
    assert stored not in answer.text
    assert PASSWORD not in answer.text


@pytest.mark.parametrize("again", ["ada@example.com", "ADA@example.com", "ada@EXAMPLE.COM"])
def test_an_email_is_taken_once(api, again):
    api.register("ada@example.com")
    answer = api.register(again)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "email_taken")


@pytest.mark.parametrize("name", ["O'Brien", "José", "李", "Mary Ann", "🏴‍☠️", "x", "x" * 64, "नमस्ते"])
def test_any_name_of_the_world_will_do(api, name):
    assert api.register(name=name).get_json()["user"]["username"] == name


@pytest.mark.parametrize("name", ["Ada ", "\u200bAda", "\ufeffAda\u00a0", "\t Ada\r\n"], ids=ascii)
def test_blanks_around_a_name_are_taken_off(api, name):
    assert api.register(name=name).get_json()["user"]["username"] == "Ada"


@pytest.mark.parametrize(
    "name",
    [
        "", "   ", "x" * 65, "a\tb", "a\r\nb", "a\u202eb", "a\u2028b", "\u200e", "a\x00b",
        "\u200b", "\u200d\ufe0f", "\u3164", "\u2800 \u2800", "\u0301", "\u00ad", "\U000e0041", "\u115f\u1160",
    ],
    ids=ascii,
)  # fmt: skip
def test_names_that_hide_or_forge_are_refused(api, name):
    answer = api.register(name=name)
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, ["username"])


def test_the_same_password_is_stored_differently_each_time(api, tables):
    api.register("ada@example.com", PASSWORD)
    api.register("bob@example.com", PASSWORD)
    hashes = [row[0] for row in tables.execute("SELECT password_hash FROM users")]
    assert len(set(hashes)) == 2
    for stored in hashes:
        assert re.fullmatch(r"\$bcrypt-sha256\$v=2,t=2b,r=\d+\$[./A-Za-z0-9]{22}\$[./A-Za-z0-9]{31}", stored)


def test_a_refused_password_costs_no_hash(api, monkeypatch):
    def unexpected(*_):
        raise AssertionError("hashed")

    monkeypatch.setattr("authflow.crypto.password_hash.PasswordHash.make", unexpected)
    assert api.register(password="x" * 1_025).status_code == 422
    assert api.register(password="short").status_code == 422
