"""Texts of callers and moments, as a mail may show them."""

import unicodedata
from datetime import UTC, datetime

from authflow.domain.typed_text import BIDI_CONTROLS
from authflow.domain.username import HIDDEN_CATEGORIES

# strftime would write them in the language of the machine, and a mail sent twice must be the same bytes.
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def one_line(text: str, most: int) -> str:
    """At most so many characters, without those that forge a line or turn the text around."""
    shown = "".join(_shown(char) for char in text)
    return " ".join(shown.split())[:most].rstrip()


def moment(at: datetime) -> str:
    """To the minute, in UTC, rounded down: nothing is promised for longer than it holds."""
    at = at.astimezone(UTC)
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}, {at:%H:%M} UTC"


def _shown(char: str) -> str:
    if char in BIDI_CONTROLS:
        return ""
    return " " if unicodedata.category(char) in HIDDEN_CATEGORIES else char
