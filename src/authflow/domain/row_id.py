"""Ids of rows, where they come from outside."""

# The largest that the database has: a larger one would be its error, not ours.
MAX_ID = 2**63 - 1


def row_id(text: str) -> int | None:
    """The id that these digits say; None for a text that is no row's."""
    if text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= MAX_ID:
        return int(text)
    return None
