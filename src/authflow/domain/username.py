"""A display name: any writing of the world, but nothing that hides, forges a line or turns the text around."""

import unicodedata

from authflow.domain.typed_text import BIDI_CONTROLS, is_visible, trimmed

MAX_CHARACTERS = 64
# Control characters, line and paragraph separators, surrogates (PostgreSQL text takes none of the last).
HIDDEN_CATEGORIES = {"Cc", "Zl", "Zp", "Cs"}


class NotAUsername(ValueError):
    """Says, for people, what is wrong with a name."""


def parse_username(typed: str) -> str:
    """The name without blanks around it. Raises NotAUsername."""
    name = trimmed(typed)
    if not 1 <= len(name) <= MAX_CHARACTERS:
        raise NotAUsername(f"It must have 1 to {MAX_CHARACTERS} characters.")
    if any(unicodedata.category(char) in HIDDEN_CATEGORIES or char in BIDI_CONTROLS for char in name):
        raise NotAUsername("It must not have control or text-direction characters.")
    if not any(map(is_visible, name)):
        raise NotAUsername("It must have something that can be seen.")
    return name
