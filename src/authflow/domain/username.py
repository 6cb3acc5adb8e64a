"""A display name: any writing of the world, but nothing that hides, forges a line or turns the text around."""

import unicodedata

MAX_CHARACTERS = 64
# Control characters, line and paragraph separators, surrogates (PostgreSQL text takes none of the last).
HIDDEN_CATEGORIES = {"Cc", "Zl", "Zp", "Cs"}
# Unicode UAX #9: characters that change the direction of what follows ("Trojan source").
BIDI_CONTROLS = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class NotAUsername(ValueError):
    """Says, for people, what is wrong with a name."""


def parse_username(typed: str) -> str:
    """The name without blanks around it. Raises NotAUsername."""
    name = typed.strip()
    if not 1 <= len(name) <= MAX_CHARACTERS:
        raise NotAUsername(f"It must have 1 to {MAX_CHARACTERS} characters.")
    if any(unicodedata.category(char) in HIDDEN_CATEGORIES or char in BIDI_CONTROLS for char in name):
        raise NotAUsername("It must not have control or text-direction characters.")
    return name
