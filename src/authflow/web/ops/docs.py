"""`/openapi.json`, and `/docs`: Swagger UI from its own package, under a policy that lets in nothing else."""

from functools import lru_cache
from importlib.resources import files
from mimetypes import guess_type
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, send_from_directory

from authflow.web.cookies import Cookies
from authflow.web.envelope import json_response
from authflow.web.headers import CONTENT_SECURITY_POLICY
from authflow.web.ops.openapi import describe
from authflow.web.route import Route

# Swagger UI's own style sheet draws its arrows from data: addresses; nothing inline, nothing from elsewhere.
POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
ASSETS = {"swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"}
OWN = Path(__file__).parent / "swagger"


def docs_blueprint(routes: tuple[Route, ...], service_name: str, cookies: Cookies) -> Blueprint:
    blueprint = Blueprint("docs", __name__)
    description = lru_cache(maxsize=1)(lambda: describe(routes, service_name, cookies))

    @blueprint.get("/openapi.json")
    def openapi() -> Response:
        return json_response(description())

    @blueprint.get("/docs")
    def docs() -> Response:
        return _page("page.html")

    @blueprint.get("/docs/<name>")
    def asset(name: str) -> Response:
        return _page(name) if name not in ASSETS else _from_package(name)

    return blueprint


def _page(name: str) -> Response:
    return _with_policy(send_from_directory(OWN, name, conditional=False))


def _from_package(name: str) -> Response:
    return _with_policy(Response(_read(name), mimetype=guess_type(name)[0]))


@lru_cache(maxsize=len(ASSETS))
def _read(name: str) -> bytes:
    """Kept: read and sent in pieces, 1.5 MB for each of many callers held up everybody else."""
    return (files("flask_swagger_ui") / "dist" / name).read_bytes()


def _with_policy(response: Any) -> Response:
    response.headers[CONTENT_SECURITY_POLICY] = POLICY
    # What Flask says of files; `headers.py` says it for every answer.
    response.headers.pop("Cache-Control", None)
    return response
