"""An answer: compact JSON in bytes."""

import json
from collections.abc import Mapping

from flask import Response

# Made once: json.dumps would make another for every answer.
ENCODER = json.JSONEncoder(separators=(",", ":"))


def json_response(content: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    body = ENCODER.encode(content).encode()
    return Response(body, status, headers, mimetype="application/json")
