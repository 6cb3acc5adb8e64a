"""Text of a mail as every server takes it: what UTF-8 can write, and in a header what cannot forge another one."""

import re

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# Half of a character: no encoding writes it.
SURROGATE = re.compile(r"[\ud800-\udfff]")


def header_line(text: str) -> str:
    """For a header: `=?` would begin an encoded word, which may hold a line's end (RFC 2047; CVE-2024-6923)."""
    return CONTROL.sub(" ", writable(text)).replace("=?", "= ?")


def writable(text: str) -> str:
    return SURROGATE.sub("\ufffd", text)
