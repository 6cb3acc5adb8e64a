"""Whether a secret was made by a generator, or is one that others know or could guess."""

import base64
import binascii
import re
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from itertools import pairwise

# Keys that are printed in tutorials, generators and documentation: everybody holds them.
KNOWN_SECRETS = re.compile(
    r"change[-_ ]?(me|this|it)|replace[-_ ]?(me|this|with)|your[-_ ]|(?:^|\W)(?:sample|placeholder)(?:\W|$)"
    r"|secret[-_ ]?(key|token|jwt)|jwt[-_ ]?(secret|token|key)|super[-_ ]?secret|for[-_ ]development|insecure"
    r"|a-string-secret-at-least-256-bits-long|correct[-_ ]horse|keyboard[-_ ]cat",
    re.IGNORECASE,
)
# What was to be filled in: <your key>, {{ key }}, ${KEY}, [key], %KEY%, __KEY__.
TEMPLATE = re.compile(r"(<|\{\{|\$\{|\$\(|\[|%|__)[\w .:/-]+(>|\}\}|\}|\)|\]|%|__)")
HEX = re.compile("[0-9a-fA-F]*")
# Fewer different characters than this is a key that somebody typed, not one that a generator made.
MIN_DIFFERENT = 8
# Of what zxcvbn would need to guess that many characters one by one. Random keys have 0.9 and more, words 0.7.
MIN_SHARE = 0.8
# zxcvbn takes a tenth of a second for these, and far more for more.
LOOKED_AT = 48
SEPARATORS = re.compile(r"[\s_.,-]+")
# Of the SHA-256 of a known one; known_secrets.txt has them of a public list (github.com/wallarm/jwt-secrets, MIT),
# of the keys of RFC 7515 to 7520, of frameworks' documentation, and of hashes of common words.
HASH_DIGITS = 12


@lru_cache(maxsize=64)
def is_guessable(value: str) -> bool:
    """Also by what it is an encoding of."""
    return is_known(value) or any(_is_patterned(text) or _is_of_words(text) for text in _readings(value))


def is_known(value: str) -> bool:
    return any(_is_known(text) for text in _readings(value))


def _readings(value: str) -> Iterator[str]:
    """The text itself, without quotation marks, and the text that it is the base64 or hexadecimal digits of."""
    yield value
    bare = value.strip("'\"")
    if bare != value:
        yield bare
    for decode in (bytes.fromhex, _from_base64):
        try:
            inner = decode(bare).decode("ascii").strip()
        except (ValueError, binascii.Error):
            continue
        # Random bytes are not all of them characters that can be read.
        if len(inner) >= MIN_DIFFERENT and inner.isprintable():
            yield inner


def _from_base64(text: str) -> bytes:
    text = text.replace("-", "+").replace("_", "/").rstrip("=")
    return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)


def _is_known(value: str) -> bool:
    hashed = sha256(value.encode()).hexdigest()[:HASH_DIGITS]
    return bool(KNOWN_SECRETS.search(value) or TEMPLATE.fullmatch(value)) or hashed in _known_hashes()


@lru_cache(maxsize=1)
def _known_hashes() -> frozenset[str]:
    return frozenset((files("authflow.config") / "known_secrets.txt").read_text().split())


def _is_patterned(value: str) -> bool:
    return len(set(value)) < MIN_DIFFERENT or _counts_up(value) or _climbs(value)


def _counts_up(value: str) -> bool:
    """Whether most characters, or pairs of them, follow the one before, as in 12345678 or 000102030405."""
    pairs = [value[at : at + 2] for at in range(0, len(value), 2)]
    steps = sum(ord(after) - ord(before) in {1, -1} for before, after in pairwise(value))
    if steps > len(value) // 2:
        return True
    try:
        numbers = [int(pair, 16) for pair in pairs]
    except ValueError:
        return False
    return sum(after - before in {1, -1, 17, 16} for before, after in pairwise(numbers)) > len(numbers) // 2


def _climbs(value: str) -> bool:
    """The keys of a generator that tutorials love: every other character is three letters on (n2r5u8x/A?D)."""
    if HEX.fullmatch(value):
        return False
    letters = [
        (before.lower(), after.lower())
        for before, after in zip(value, value[2:], strict=False)
        if (before + after).isascii() and before.isalpha() and after.isalpha()
    ]
    climbing = sum((ord(after) - ord(before)) % 26 in {2, 3, 4} for before, after in letters)
    return len(letters) >= MIN_DIFFERENT and climbing > 0.6 * len(letters)


def _is_of_words(value: str) -> bool:
    # Imported late: most commands have looked at no secret by then.
    from zxcvbn import zxcvbn

    text = SEPARATORS.sub("", value)[:LOOKED_AT]
    return not text or float(zxcvbn(text)["guesses_log10"]) < MIN_SHARE * len(text)
