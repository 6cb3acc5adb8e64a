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
        "", "ada", "@example.com", "ada@", "ada@localhost", "a b@example.com", " ada@example.com",
        "ada@example.com ", "ada@example.com\n", "ada\r\nBcc: x@example.com", "ada@example.com\0",
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


def test_the_local_part_is_as_typed():
    assert EmailAddress.parse("Ada+x@Example.com").local_part == "Ada+x"
