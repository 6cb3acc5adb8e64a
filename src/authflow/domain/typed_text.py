"""What people type or paste beside what they mean: blanks, and characters that nobody sees."""

import unicodedata

# What Python, and Unicode, take for a blank.
BLANKS = "".join(char for char in map(chr, range(0x3001)) if char.isspace())
# As they come along from web pages, chats and word processors: zero-width ones, word joiner, byte order mark.
UNSEEN = "\u200b\u2060\ufeff"
# Unicode UAX #9: they change the direction of what follows ("Trojan source"), and some programs copy them along.
BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Letters and symbols by their category, blank on the screen: the fillers of Hangul, the empty Braille cell.
BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
# Unicode's Default_Ignorable_Code_Point that a category does not tell.
IGNORABLE = frozenset({"\u034f", "\u2065", *map(chr, range(0xFFF0, 0xFFF9)), *map(chr, range(0xE0000, 0xE1000))})
# Controls, formats, blanks, and marks: those need a letter to stand on.
UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Zs", "Mn", "Me", "Mc"})


def trimmed(typed: str, around: str = UNSEEN) -> str:
    """Without blanks, and those characters, at both ends. What stands within stays."""
    return typed.strip(BLANKS + around)


def is_visible(char: str) -> bool:
    """Whether anything is seen of it; what a later Unicode brings is."""
    return not (unicodedata.category(char) in UNSEEN_CATEGORIES or char in BLANK_LETTERS or char in IGNORABLE)
