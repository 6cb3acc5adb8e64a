"""One request on its way in: its body and its fields, each read once."""

from dataclasses import dataclass, field
from typing import Any, cast

from flask import Request
from marshmallow import ValidationError

from authflow.errors import ValidationFailed
from authflow.web.json_body import read_object
from authflow.web.request_errors import MalformedJson, UnsupportedMediaType
from authflow.web.schemas.shapes import In

# Of names that we do not know: 16 KiB can hold thousands, and the answer has a sentence for each.
MOST_TOLD = 20


@dataclass
class Incoming:
    request: Request
    takes: In | None
    _given: Any = field(default=None, init=False)

    def given(self) -> Any:
        """The validated input. Raises UnsupportedMediaType, MalformedJson, ValidationFailed."""
        if self._given is None and self.takes is not None:
            content = read_object(self.request, may_be_empty=not self.takes.needs_fields)
            self._given = _load(self.takes, content)
        return self._given

    def given_if_readable(self) -> Any:
        """As `given`, but None for a body that is unreadable or not JSON. Raises ValidationFailed."""
        try:
            return self.given()
        except (UnsupportedMediaType, MalformedJson):
            return None

    def given_or_nothing(self) -> Any:
        """As `given`, but a body that is unreadable or not JSON is an empty one, here and later."""
        if self.given_if_readable() is None and self.takes is not None:
            self._given = _load(self.takes, {})
        return self._given


def read_query(request: Request, takes: In) -> Any:
    """The validated query. Raises ValidationFailed, also for a name that comes twice."""
    if repeated := [name for name, values in request.args.lists() if len(values) > 1]:
        raise ValidationFailed({name: ["It must be given only once."] for name in repeated})
    return _load(takes, request.args.to_dict())


def _load(takes: In, content: dict[str, Any]) -> Any:
    unknown = [name for name in content if name not in takes.names]
    for name in unknown[MOST_TOLD:]:
        del content[name]
    try:
        return takes.load(content)
    except ValidationError as error:
        raise ValidationFailed(cast("dict[str, list[str]]", error.messages)) from None
