"""The stored form: readable by other programs that know `bcrypt_sha256`, version 2."""

import bcrypt
import pytest

from authflow.crypto import password_format

# Of passlib's documentation: bcrypt_sha256.hash("password").
PUBLISHED = "$bcrypt-sha256$v=2,t=2b,r=12$n79VH.0Q2TMWmt3Oqt9uku$Kq4Noyk3094Y2QlB8NdRT8SvGiI4ft2"


def test_a_published_hash_is_matched():
    assert password_format.matches("password", PUBLISHED) is True
    assert password_format.matches("passwore", PUBLISHED) is False


def test_a_plain_hash_takes_the_bytes_as_typed_cut_at_72():
    made = bcrypt.hashpw(("é" * 36).encode(), bcrypt.gensalt(4)).decode()
    assert password_format.matches("é" * 36 + "anything", made) is True
    decomposed = bcrypt.hashpw("cafe\u0301".encode(), bcrypt.gensalt(4)).decode()
    assert password_format.matches("caf\u00e9", decomposed) is False
    assert password_format.matches("cafe\u0301", decomposed) is True


# The last salt has bits where bcrypt has none: the library would raise.
GARBAGE = [
    "",
    "x",
    "$2b$12$short",
    "$2x$04$" + "." * 53,
    "$2b$31$" + "." * 53,
    "$2b$04$" + "." * 21 + "/" + "." * 31,
]


@pytest.mark.parametrize("garbage", GARBAGE)
def test_what_is_no_hash_matches_nothing(garbage):
    assert password_format.matches("password", garbage) is None
    assert password_format.is_outdated(garbage, 4)


def test_no_password_has_the_dummy_hash():
    dummy = password_format.dummy_hash(4)
    assert password_format.matches("password", dummy) is False
    assert not password_format.is_outdated(dummy, 4)
    assert password_format.is_outdated(dummy, 5)


def test_what_is_too_long_for_a_password_is_hashed_as_it_stands(monkeypatch):
    """Unicode takes 90 ms for 16 KiB of marks, and nothing else runs meanwhile."""
    asked = []
    monkeypatch.setattr(password_format.unicodedata, "normalize", lambda *given: asked.append(given) or given[1])
    assert password_format.matches("a" + "\u0315\u0300" * 3_900, password_format.dummy_hash(4)) is False
    assert asked == []
    assert password_format.matches("a" * 1_024, password_format.dummy_hash(4)) is False
    assert len(asked) == 1
