"""What an account may do elsewhere: a word that this service stores and hands out, and reads nothing into."""

import re

# One lower-case word: fit for a claim, a log line and a shell.
SHAPE = re.compile(r"[a-z][a-z0-9_-]{0,31}")


class NotARole(ValueError):
    """Says, for people, what a role looks like."""


def parse_role(typed: str) -> str:
    """Raises NotARole."""
    if not SHAPE.fullmatch(typed):
        raise NotARole("a role is one word of at most 32 characters: a-z, then also 0-9, _ and -")
    return typed
