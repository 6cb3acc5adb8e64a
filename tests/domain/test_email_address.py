"""Who is who: case and IDNA do not matter, everything else does, and nothing is folded silently."""

import pytest

from authflow.domain.email_address import EmailAddress, NotAnEmail


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("Ada@Example.COM", "ada@example.com"),
        ("a.d.a+news@example.com", "a.d.a+news@example.com"),
        ("ada@bücher.example.com", "ada@xn--bcher-kva.example.com"),
        ("ada@BÜCHER.example.com", "ada@xn--bcher-kva.example.com"),
        ("ada@XN--BCHER-KVA.example.com", "ada@xn--bcher-kva.example.com"),
        ("o'brien@example.co.uk", "o'brien@example.co.uk"),
    ],
)
def test_the_canonical_form(typed, canonical):
    email = EmailAddress.parse(typed)
    assert (email.typed, email.canonical) == (typed, canonical)


@pytest.mark.parametrize(
    "typed",
    [
        "", "ada", "@example.com", "ada@", "ada@localhost", "a b@example.com", "a\u200bda@example.com",
        "ada@exam\u200bple.com", "ada@\u202eexample.com", "ada\r\nBcc: x@example.com", "ada@example.com\0",
        "ada@\ud800.com", "ada@@example.com", "ada＠example.com", "ﬀ@example.com", "ada@ｅxample.com",
        "ada@exa\u00admple.com", "ada@example。com", "ıda@example.com", "İda@example.com", "аda@example.com",
        "ada@example.com,eve@example.com", "ada@[127.0.0.1]", '"ada lovelace"@example.com',
        "x" * 65 + "@example.com", "ada@" + "x" * 300 + ".com", "Ada <ada@example.com>", "ada@example..com",
        "ada.@example.com", "ada@\u212a.example.com",
    ],
)  # fmt: skip
def test_what_is_no_address_or_would_be_folded_into_another_is_refused(typed):
    with pytest.raises(NotAnEmail):
        EmailAddress.parse(typed)


@pytest.mark.parametrize(
    "around", [" ", "\n", "\r\n", "\t", "\u00a0", "\u3000", "\u200b", "\ufeff", "\u2060 ", "\u200e"]
)
def test_blanks_around_it_and_what_nobody_sees_there_are_taken_off(around):
    for typed in (f"{around}Ada@example.com", f"Ada@example.com{around}", f"{around}Ada@example.com{around}"):
        assert EmailAddress.parse(typed) == EmailAddress("Ada@example.com", "ada@example.com")
    # As some programs copy an address: between marks of direction.
    assert EmailAddress.parse("\u202aada@example.com\u202c").typed == "ada@example.com"


@pytest.mark.parametrize("typed", ["ada@mail.test", "ada@office.local", "ada@a.b.local"])
def test_names_of_test_setups_and_offices_are_taken(typed):
    assert EmailAddress.parse(typed).canonical == typed


@pytest.mark.parametrize("typed", ["ada@test", "ada@local", "ada@a.localhost", "ada@a.invalid", "ada@a.onion"])
def test_other_reserved_names_are_not(typed):
    with pytest.raises(NotAnEmail):
        EmailAddress.parse(typed)


@pytest.mark.parametrize("letter", ["x", "\u00e4", "\ufdfa"])
def test_a_text_too_long_is_refused_before_unicode_looks_at_it(letter, monkeypatch):
    monkeypatch.setattr("authflow.domain.email_address.unicodedata", None)
    with pytest.raises(NotAnEmail):
        EmailAddress.parse(letter * 250 + "@example.com")


def test_the_local_part_is_as_typed():
    assert EmailAddress.parse("Ada+x@Example.com").local_part == "Ada+x"
