"""An answer: compact JSON in bytes."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import Response

# Made once: json.dumps would make another for every answer.
ENCODER = json.JSONEncoder(separators=(",", ":"))


class JsonResponse(Response):
    """One that is whole as it was made: nothing of it is still to be worked out when it is sent."""

    def __call__(self, _environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response(self.status, self.headers.to_wsgi_list())
        return self.iter_encoded()


def json_response(content: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    body = ENCODER.encode(content).encode()
    return JsonResponse(body, status, headers, content_type="application/json")
