"""From the bytes of a body to a JSON object, refusing what JSON parsers disagree about (RFC 8259)."""

import json
import time
from collections.abc import Iterable
from typing import Any, NoReturn

from flask import Request
from werkzeug.exceptions import HTTPException

from authflow import request_deadline
from authflow.web.request_errors import BodyTooLarge, MalformedJson, UnsupportedMediaType

MAX_BYTES = 16 * 1024
# Our bodies are flat. A deeper one is an attack on the parser, and only Python 3.11 would notice by itself.
MAX_DEPTH = 32
# Python refuses to read longer ones; as floats they are numbers still, and the schema says what it thinks.
MAX_INTEGER_DIGITS = 4_000


def refuse_large(request: Request) -> None:
    """Raises BodyTooLarge, MalformedJson: before anything is parsed, also for a body that comes in chunks."""
    if request.content_length is not None:
        if request.content_length > MAX_BYTES:
            raise BodyTooLarge
        return
    # Werkzeug cuts a chunked body silently at its limit, which is one byte above ours.
    is_chunked = "chunked" in request.environ.get("HTTP_TRANSFER_ENCODING", "").lower()
    if is_chunked and len(_read(request)) > MAX_BYTES:
        raise BodyTooLarge


def read_object(request: Request, may_be_empty: bool) -> dict[str, Any]:
    """Raises UnsupportedMediaType, MalformedJson."""
    data = _read(request)
    if not data and may_be_empty:
        return {}
    if request.mimetype not in {"application/json", ""} or (data and not request.mimetype):
        raise UnsupportedMediaType
    return parse_object(data)


def _read(request: Request) -> bytes:
    """Raises MalformedJson for chunks that are none, and for a rest that did not come: each server in its way."""
    began = time.monotonic()
    try:
        data = request.get_data()
    except HTTPException:
        raise
    except Exception:  # noqa: BLE001
        raise MalformedJson from None
    request_deadline.prolong(time.monotonic() - began)
    return data


def parse_object(data: bytes) -> dict[str, Any]:
    """Raises MalformedJson."""
    try:
        content = DECODER.decode(data.decode())
    except (ValueError, RecursionError):
        raise MalformedJson from None
    if not isinstance(content, dict) or _is_deeper(content, MAX_DEPTH):
        raise MalformedJson
    return content


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        raise MalformedJson
    return content


def _refuse_constant(_name: str) -> NoReturn:
    """NaN and Infinity: Python reads them, JSON does not have them."""
    raise MalformedJson


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) < MAX_INTEGER_DIGITS else float(digits)


DECODER = json.JSONDecoder(
    object_pairs_hook=_without_duplicates, parse_constant=_refuse_constant, parse_int=_integer
)


def _is_deeper(content: Any, depth: int) -> bool:
    level = [content]
    while level and depth >= 0:
        level = [inner for outer in level for inner in _inside(outer)]
        depth -= 1
    return bool(level)


def _inside(value: Any) -> list[Any]:
    values: Iterable[Any] = value.values() if isinstance(value, dict) else value
    return [inner for inner in values if isinstance(inner, (dict, list))]
