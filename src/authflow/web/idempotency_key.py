"""The header `Idempotency-Key` of a refresh: who lost its answer asks again with the same key."""

import re
from typing import Any

from flask import Request

from authflow.errors import ValidationFailed

HEADER = "Idempotency-Key"
# CONTRACT.md, section 4. A blank, which is not in it, is also where two headers were joined.
PATTERN = "[!-~]{16,128}"
PARAMETER: dict[str, Any] = {
    "in": "header",
    "name": HEADER,
    "description": "chosen before the first try and kept until an answer came: who lost the answer gets it again",
    "schema": {"type": "string", "pattern": f"^{PATTERN}$"},
}


def idempotency_key(request: Request) -> str | None:
    """Raises ValidationFailed."""
    key = request.headers.get(HEADER)
    if key is None or re.fullmatch(PATTERN, key):
        return key
    raise ValidationFailed({HEADER: ["It must be one header of 16 to 128 visible ASCII characters."]})
