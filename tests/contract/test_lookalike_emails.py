"""Addresses that look like another one's: refused, or somebody else's (CVE-2019-19844, GHSA-7rqj-j65f-68wh)."""

import pytest

VICTIM = "mike.fisk@example.com"
# Each becomes the victim's address, or looks it, by some way of folding, stripping or guessing.
REFUSED = [
    "m\u0131ke.fisk@example.com",  # dotless i, whose capital is I
    "M\u0130KE.fisk@example.com",  # dotted I
    "mike.fis\u212a@example.com",  # Kelvin sign, whose small letter is k
    "mike.\ufb01sk@example.com",  # ligature fi
    "m\u0456ke.fisk@example.com",  # Cyrillic
    "mike.fi\u017fk@example.com",  # long s
    "\uff4dike.fisk@example.com",  # full width
    "mike\uff0efisk@example.com",
    "mike.fisk\uff20example.com",
    "mike.fisk@example\u3002com",
    "mike.fisk@exam\u00adple.com",  # soft hyphen
    "mike.fisk@\u24d4xample.com",  # circled e
    "mike.fisk@exam\u200bple.com",
    "mike.fisk @example.com",
    "mike.fisk@example.com.",
    "mike.fisk@example.com\0",
    "<mike.fisk@example.com>",
    "mike.fisk@example.com,eve@example.net",
    "mike.fisk(comment)@example.com",
    '"mike.fisk"@example.com',
]
# Providers may deliver them to one mailbox; it is not for us to know.
OTHERS = [
    "mikefisk@example.com",
    "mike.fisk+news@example.com",
    "mike-fisk@example.com",
    "mike.fisk@examp\u04cfe.com",  # Cyrillic palochka
    "mike.fisk@ex\u00e4mple.com",
]
SAME = [
    "MIKE.FISK@EXAMPLE.COM",
    "Mike.Fisk@Example.com",
    "mike.fisk@EXAMPLE.com",
    "mike.fisk@example.com ",
    "\u00a0mike.fisk@example.com\n",
    "\u200bmike.fisk@example.com\u200b",
]


@pytest.fixture
def victim(api):
    assert api.register(VICTIM).status_code == 201


def refused_fields(answer):
    return answer.status_code, list(answer.get_json().get("errors", ()))


@pytest.mark.parametrize("email", REFUSED, ids=ascii)
def test_what_could_be_folded_into_another_address_is_none(api, victim, mailbox, email):
    assert refused_fields(api.register(email)) == (422, ["email"])
    assert refused_fields(api.login(email)) == (422, ["email"])
    assert refused_fields(api.post("/forgot-password", {"email": email})) == (422, ["email"])
    assert mailbox.received() == []


@pytest.mark.parametrize("email", OTHERS, ids=ascii)
def test_what_only_looks_like_another_address_is_an_account_of_its_own(api, victim, mailbox, email):
    assert api.login(email).status_code == 401
    api.post("/forgot-password", {"email": email})
    assert mailbox.received() == []
    theirs = "another password altogether"
    assert api.register(email, theirs).status_code == 201
    assert api.login(email, theirs).get_json()["user"]["email"] == email
    assert api.login(VICTIM, theirs).status_code == 401
    assert api.login(VICTIM).get_json()["user"]["email"] == VICTIM


@pytest.mark.parametrize("email", SAME, ids=ascii)
def test_letters_of_either_case_are_the_same_and_blanks_around_are_none(api, victim, mailbox, tables, email):
    assert api.register(email).status_code == 409
    assert api.login(email).get_json()["user"]["email"] == VICTIM
    api.post("/forgot-password", {"email": email})
    assert [mail.to for mail in mailbox.received()] == [VICTIM]
    assert tables.execute("SELECT email, email_canonical FROM users").fetchall() == [(VICTIM, VICTIM)]
