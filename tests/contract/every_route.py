"""Every route of the service, and for each a request that is right: a test then has one thing to make wrong."""

import json
import re
from collections.abc import Mapping
from typing import Any

from flask import Flask
from marshmallow import fields, validate
from werkzeug.test import TestResponse

from authflow.bootstrap import build_services
from authflow.config import load_config
from authflow.web.guards import IsSignedIn
from authflow.web.route import Route
from authflow.web.routes import API, routes
from tests.contract.minting import claims_of
from tests.contract.pending import reset_of, verification_of
from tests.support.client import ADA, PASSWORD, Client, Person
from tests.support.settings import ENVIRONMENT

# Nothing is connected until the first statement: this table is for reading only.
CONFIG = load_config({**ENVIRONMENT, "DATABASE_URL": "postgresql://nowhere/nothing"})
ROUTES = routes(build_services(CONFIG), CONFIG)
GUARDED = [route for route in ROUTES if route.guard]
SIGNED_IN = [route for route in GUARDED if isinstance(route.guard, IsSignedIn)]
UNSAFE = [route for route in ROUTES if route.method not in {"GET", "HEAD"}]
WITH_BODY = [route for route in ROUTES if route.takes is not None]
WITH_QUERY = [route for route in ROUTES if route.takes_query is not None]
WITH_ID = [route for route in ROUTES if "<" in route.path]
# They answer whatever has become of the database.
WITHOUT_DATABASE = [route for route in ROUTES if route.path in {"/", "/health"}]
# Their body may carry the credential: one that is unreadable carries none (CONTRACT, section 4).
BODY_IS_CREDENTIAL = [route for route in GUARDED if route not in SIGNED_IN and route in WITH_BODY]

# Of the fields that none of them requires, these together will do (CONTRACT, section 2).
FORMS = {
    f"POST {API}/forgot-password": [("email",), ("userEmail",)],
    f"POST {API}/reset-password": [("token",), ("email", "otp")],
    f"POST {API}/verify-email": [("registrationId", "otp"), ("registrationId", "token"), ("token", "password")],
    f"POST {API}/resend-verification": [("registrationId",), ("email",)],
}

GRACE = "grace@example.com"
NEW_PASSWORD = "another horse, another battery"
NO_SUCH_ID = "00000000-0000-4000-8000-000000000000"


def named(value: Any) -> str:
    return f"{value.method} {value.path}" if isinstance(value, Route) else str(value)


def forms_of(operation: Any) -> list[tuple[str, ...]]:
    """None where no field depends on another one. Of a route, or of what is called as one."""
    return FORMS.get(named(operation), [])


def url_of(route: Route, person: Person | None = None) -> str:
    """The id in a path is that of a session: the person's own."""
    session_id = claims_of(person.refresh)["sid"] if person and person.refresh else NO_SUCH_ID
    return re.sub(r"[<{][^>}]+[>}]", session_id, route.path)


def fields_of(route: Route) -> dict[str, fields.Field]:
    """By their names on the wire."""
    return {field.data_key or name: field for name, field in route.takes.load_fields.items()}


def required_of(route: Route) -> set[str]:
    return {name for name, field in fields_of(route).items() if field.required}


FIELDS = [(route, name) for route in WITH_BODY for name in fields_of(route)]


def right_value(route: Route, name: str, person: Person) -> Any:
    """For a field nobody has thought of yet: its first choice, its example, or just a text."""
    field = fields_of(route)[name]
    known = {
        "email": GRACE if route.path.endswith("/register") else ADA,
        "password": PASSWORD,
        "currentPassword": PASSWORD,
        "newPassword": NEW_PASSWORD,
        "userEmail": ADA,
        "newEmail": GRACE,
        "refreshToken": person.refresh,
        **(reset_of(person) if route.path.endswith("/reset-password") else verification_of(person)),
    }
    choices = [choice for each in field.validators if isinstance(each, validate.OneOf) for choice in each.choices]
    return known.get(name, (choices or [field.metadata.get("example", "text")])[0])


def right_fields(route: Route, person: Person, name: str = "") -> dict[str, Any]:
    """What the route needs, in a form that has the field of that name; and the credential, where it is a field."""
    if route.takes is None:
        return {}
    forms = forms_of(route) or [()]
    form = next((form for form in forms if name in form), forms[0])
    needed = [
        each
        for each, field in fields_of(route).items()
        if field.required or each in form or each == "refreshToken"
    ]
    return {each: right_value(route, each, person) for each in needed}


def credentials(route: Route, person: Person) -> dict[str, str]:
    return person.headers if route in SIGNED_IN else {}


def as_json(content: Mapping[str, Any], **raw: str) -> str:
    """The text of an object, some of whose values are written out, as no Python value would be."""
    written = {name: json.dumps(value) for name, value in content.items()} | raw
    return "{" + ",".join(f"{json.dumps(name)}:{text}" for name, text in written.items()) + "}"


class Unchecked:
    """Asks as `Client` does, where the answer is forced or refused for what no route describes."""

    def __init__(self, application: Flask) -> None:
        self._client = application.test_client(use_cookies=False)

    def request(self, method: str, path: str, **options: Any) -> TestResponse:
        return self._client.open(path, method=method, **options)


def send(
    client: Client | Unchecked, route: Route, person: Person, body: str | bytes | None, **options: Any
) -> TestResponse:
    """A request of that person with this body, as JSON unless told otherwise."""
    options = {"content_type": "application/json" if body is not None else None} | options
    options["headers"] = {**credentials(route, person), **options.get("headers", {})}
    return client.request(route.method, url_of(route, person), data=body, **options)


def send_right(client: Client | Unchecked, route: Route, person: Person, **options: Any) -> TestResponse:
    body = as_json(right_fields(route, person)) if route.takes is not None else None
    return send(client, route, person, body, **options)
