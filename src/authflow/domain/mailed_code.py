"""What holds of every code that is mailed, whatever it is good for (CONTRACT.md, section 3)."""

import unicodedata

CODE_DIGITS = 8
# Seconds from the newest mail on.
CODE_LIFE = 600
# OWASP ASVS 6.6.3: so many wrong tries spend a code.
CODE_TRIES = 5
# Characters. A code in quotes, spaced and with a hyphen is far shorter; no more than this is ever looked at.
TYPED_MAX = 64
# What people and programs put between digits: blanks, hyphens and dashes, characters that nobody sees.
BETWEEN_CATEGORIES = {"Cc", "Cf", "Zl", "Zp", "Zs", "Pd"}
MINUS = "\u2212"


def find_code(typed: str) -> str | None:
    """The eight digits that were meant, in ASCII; None for what cannot be a code, which then costs no try.

    Digits of every writing count as what they are: a Japanese keyboard has wider ones, an Arabic one its own.
    """
    if len(typed) > TYPED_MAX:
        return None
    meant = [char for char in typed if unicodedata.category(char) not in BETWEEN_CATEGORIES and char != MINUS]
    digits = [unicodedata.decimal(char, None) for char in meant]
    if len(digits) != CODE_DIGITS or None in digits:
        return None
    return "".join(str(digit) for digit in digits)
