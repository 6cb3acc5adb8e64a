"""OpenAPI 3.1, described by the same lines and schemas that serve."""

import inspect
import re
from collections.abc import Sequence
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from authflow import __version__, errors
from authflow.domain.event import EventType
from authflow.web import idempotency_key, request_errors
from authflow.web.cookies import Cookies
from authflow.web.error_table import status_of
from authflow.web.guards import HoldsRefreshToken
from authflow.web.ops.openapi_limits import headers_of, is_limited, limits_of
from authflow.web.route import Route

DESCRIPTION = """Log in and send the access token as `Authorization: Bearer …`. Every error has a `message` for
people and a `code` for programs. Of a 401: on `token_expired` refresh once and repeat; `invalid_credentials` is
about the form that was sent; on any other code show the login. A 503, or no answer, logs nobody out."""


def _described(error: type[errors.AuthflowError]) -> dict[str, Any]:
    """What an answer to it, or to a descendant of it, carries besides."""
    described: dict[str, Any] = dict(error.described)
    for child in error.__subclasses__():
        described |= _described(child)
    return described


ERROR: dict[str, Any] = {
    "type": "object",
    "required": ["success", "message", "code", "requestId"],
    "properties": {
        "success": {"const": False, "type": "boolean"},
        "message": {"type": "string", "description": "for people"},
        "code": {"type": "string", "description": "for programs"},
        "requestId": {"type": "string"},
        **_described(errors.AuthflowError),
    },
    "additionalProperties": False,
}
# By itself, for clients that have words for each.
EVENT_TYPE = {"type": "string", "enum": [str(each) for each in EventType]}
# As Flask writes what stands in a path.
IN_PATH = r"<uuid:(\w+)>"
FROM_ANYWHERE = (
    errors.AuthflowError,
    errors.Unavailable,
    request_errors.BadHost,
    request_errors.BodyTooLarge,
    # Also where no body is wanted: chunks that are none.
    request_errors.MalformedJson,
)
FROM_UNSAFE = (request_errors.OriginNotAllowed,)
FROM_BODY = (request_errors.UnsupportedMediaType, errors.ValidationFailed)


def describe(routes: tuple[Route, ...], service_name: str, cookies: Cookies) -> dict[str, Any]:
    """The document of `/openapi.json`."""
    spec = APISpec(
        f"{service_name} authentication",
        __version__,
        "3.1.0",
        plugins=[MarshmallowPlugin(_schema_name)],
        info={"description": DESCRIPTION},
    )
    spec.components.schema("Error", ERROR)
    spec.components.schema("EventType", EVENT_TYPE)
    spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
    in_cookie = {"type": "apiKey", "in": "cookie", "name": cookies.access_name}
    spec.components.security_scheme("cookie", {**in_cookie, "description": "of a login with delivery `cookies`"})
    for route in routes:
        spec.path(path=re.sub(IN_PATH, r"{\1}", route.path), operations={route.method.lower(): _operation(route)})
        if route.takes and route.takes.forms:
            described = spec.components.schemas[_schema_name(route.takes)]
            described["oneOf"] = _forms(described, [form.fields for form in route.takes.forms])
    return spec.to_dict()


def _schema_name(schema: Any) -> str:
    return (schema if isinstance(schema, type) else type(schema)).__name__


def _forms(described: dict[str, Any], forms: Sequence[frozenset[str]]) -> list[dict[str, Any]]:
    """Each whole by itself, for generators of clients: with its own fields and none of the others'."""
    properties: dict[str, Any] = described["properties"]
    of_all = properties.keys() - frozenset[str]().union(*forms)
    return [
        {
            "type": "object",
            "properties": {field: properties[field] for field in sorted(form | of_all)},
            "required": sorted({*form, *described.get("required", ())}),
            "additionalProperties": False,
        }
        for form in forms
    ]


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.controller.__qualname__.replace(".", "_").lower(),
        "summary": inspect.getdoc(route.controller) or route.name,
        "tags": [type(route.controller.__self__).__name__],  # pyright: ignore[reportFunctionMemberAccess]
        "responses": {
            str(route.status): _response("Success", route.gives),
            **_error_responses(route),
        },
    }
    if route.elsewhere:
        status, when, gives = route.elsewhere
        operation["responses"][str(status)] = _response(f"Success, {when}", gives)
    if route.gives_unavailable:
        operation["responses"]["503"] = _response("Unavailable", route.gives_unavailable)
    if route.takes:
        operation["requestBody"] = {
            "required": route.takes.needs_fields,
            "content": {"application/json": {"schema": route.takes}},
        }
    if parameters := _parameters(route):
        operation["parameters"] = parameters
    if route.guard:
        # Where the body takes a token too, neither is needed.
        operation["security"] = [{"bearer": []}, {"cookie": []}, *([{}] if _takes_token(route) else [])]
    return operation


def _parameters(route: Route) -> list[dict[str, Any]]:
    in_path: list[dict[str, Any]] = [
        {"in": "path", "name": name, "required": True, "schema": {"type": "string", "format": "uuid"}}
        for name in re.findall(IN_PATH, route.path)
    ]
    in_query: list[dict[str, Any]] = [{"in": "query", "schema": route.takes_query}] if route.takes_query else []
    in_header = [idempotency_key.PARAMETER] if isinstance(route.guard, HoldsRefreshToken) else []
    return [*in_path, *in_query, *in_header]


def _takes_token(route: Route) -> bool:
    return route.takes is not None and "refresh_token" in route.takes.fields


def _error_responses(route: Route) -> dict[str, Any]:
    by_status: dict[int, list[type[errors.AuthflowError]]] = {}
    for error in sorted(_errors(route), key=lambda each: each.code):
        by_status.setdefault(status_of(error), []).append(error)
    responses = {str(status): _error_response(by_status[status]) for status in sorted(by_status)}
    if is_limited(route):
        too_many = responses[str(status_of(errors.RateLimited))]
        too_many["description"] += f" Of these: {limits_of(route)}."
        too_many["headers"] = headers_of(route)
    return responses


def _errors(route: Route) -> set[type[errors.AuthflowError]]:
    return {
        *FROM_ANYWHERE,
        *(FROM_UNSAFE if route.method != "GET" else ()),
        *(FROM_BODY if route.takes else ()),
        *((errors.ValidationFailed,) if route.takes_query else ()),
        *(route.guard.errors if route.guard else ()),
        *((errors.RateLimited,) if is_limited(route) else ()),
        *route.raises,
    }


def _error_response(possible: list[type[errors.AuthflowError]]) -> dict[str, Any]:
    codes = [error.code for error in possible]
    schema = {
        "allOf": [{"$ref": "#/components/schemas/Error"}, {"properties": {"code": {"enum": codes}}}],
    }
    return _response(" / ".join(error.message for error in possible), schema)


def _response(description: str, schema: Any) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}
