"""The description that is served: complete, strict, and true; and the page that shows it."""

import json
import re

import pytest
from jsonschema import Draft202012Validator

from authflow.bootstrap import build_services
from authflow.errors import DatabaseUnavailable
from authflow.web.app import create_app
from authflow.web.error_table import status_of
from tests.contract.every_route import (
    BODY_IS_CREDENTIAL,
    GUARDED,
    ROUTES,
    WITH_BODY,
    fields_of,
    forms_of,
    named,
    required_of,
)
from tests.contract.failures import CONTRACT, Failing
from tests.support.client import Client

ASSETS = {
    "/docs": "text/html",
    "/docs/page.js": "text/javascript",
    "/docs/page.css": "text/css",
    "/docs/swagger-ui.css": "text/css",
    "/docs/swagger-ui-bundle.js": "text/javascript",
    "/docs/favicon-32x32.png": "image/png",
}
each_route = pytest.mark.parametrize("route", ROUTES, ids=named)


@pytest.fixture
def description(bare):
    return bare.get("/openapi.json").get_json()


def operation_of(description, route):
    path = re.sub(r"<(?:[^<>:]+:)?([^<>]+)>", r"{\1}", route.path)
    return description["paths"][path][route.method.lower()]


def codes_of(operation):
    """By status, as the description lists them."""
    return {
        status: set(schema["allOf"][1]["properties"]["code"]["enum"])
        for status, answer in operation["responses"].items()
        if "allOf" in (schema := answer["content"]["application/json"]["schema"])
    }


def test_the_description_is_compact_json(bare):
    answer = bare.get("/openapi.json")
    assert answer.content_type == "application/json"
    assert answer.data == json.dumps(json.loads(answer.data), separators=(",", ":")).encode()


def test_it_is_openapi_3_1_and_names_the_service(description, config):
    assert description["openapi"].startswith("3.1.")
    assert config.service_name in description["info"]["title"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", description["info"]["version"])
    schemes = description["components"]["securitySchemes"]
    assert (schemes["bearer"]["scheme"], schemes["cookie"]["name"]) == ("bearer", "__Host-authflow-access")
    assert description.keys() <= {"openapi", "info", "paths", "components", "servers", "tags"}


def test_it_describes_every_route_and_no_other(description):
    described = [(method, path) for path, operations in description["paths"].items() for method in operations]
    assert len(described) == len(ROUTES)
    for route in ROUTES:
        assert operation_of(description, route)


def test_every_operation_has_a_name_of_its_own(description):
    operations = [operation_of(description, route) for route in ROUTES]
    assert len({operation["operationId"] for operation in operations}) == len(ROUTES)
    assert all(operation["summary"] and operation["tags"] for operation in operations)


def test_every_schema_is_one_and_every_reference_leads_somewhere(description):
    for schema in description["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    references = set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(description)))
    assert references
    for reference in references:
        room, name = re.fullmatch(r"#/components/(\w+)/(\w+)", reference).groups()
        assert name in description["components"][room]


@each_route
def test_a_parameter_of_a_path_is_described(description, route):
    named_in_path = set(re.findall(r"<(?:[^<>:]+:)?([^<>]+)>", route.path))
    parameters = operation_of(description, route).get("parameters", [])
    assert {each["name"] for each in parameters if each["in"] == "path"} == named_in_path


@each_route
def test_a_body_is_described_where_one_is_read(description, route):
    assert ("requestBody" in operation_of(description, route)) == (route in WITH_BODY)


@pytest.mark.parametrize("route", WITH_BODY, ids=named)
def test_a_body_is_described_field_by_field_and_nothing_else(description, route):
    body = operation_of(description, route)["requestBody"]
    assert list(body["content"]) == ["application/json"]
    name = body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    schema, fields = description["components"]["schemas"][name], fields_of(route)
    required = required_of(route)
    assert schema["additionalProperties"] is False
    assert schema.get("properties", {}).keys() == fields.keys()
    assert set(schema.get("required", ())) == required
    assert body["required"] == (bool(required) or bool(forms_of(route)))


@each_route
def test_what_is_guarded_says_so(description, route):
    security = operation_of(description, route).get("security", [])
    assert ({"bearer": []} in security) == ({"cookie": []} in security) == (route in GUARDED)
    # Nothing at all in the header is one of the ways only where the token may stand in the body.
    assert ({} in security) == (route in BODY_IS_CREDENTIAL)


@each_route
def test_every_code_stands_under_its_status(description, route):
    operation = operation_of(description, route)
    codes = codes_of(operation)
    assert str(route.status) in operation["responses"]
    for status, listed in codes.items():
        assert listed <= CONTRACT[int(status)]
    for error in (*route.raises, *(route.guard.errors if route.guard else ())):
        assert error.code in codes[str(status_of(error))]
    assert ("415" in codes and "422" in codes) == (route in WITH_BODY)
    assert ("429" in codes) == (route.path != "/health")
    assert {"500", "503"} <= operation["responses"].keys()


def test_a_429_says_which_limits_and_when_to_come_again(description):
    by_name = {named(route): operation_of(description, route)["responses"].get("429") for route in ROUTES}
    login = by_name["POST /api/auth/login"]
    assert (
        "login: 30 per 5 min an IP, 10 per 5 min an email or account, and right-password: 120 per 5 min an IP, "
        "20 per 5 min an account and IP; every request: 1200 per min an IP"
    ) in login["description"]
    assert login["headers"].keys() == {"Retry-After", "RateLimit", "RateLimit-Policy"}
    assert "register: 20 per hour an IP" in by_name["POST /api/auth/register"]["description"]
    assert by_name["GET /api/auth/me"]["headers"].keys() == {"Retry-After"}
    assert by_name["GET /health"] is None


def test_the_codes_of_two_routes_as_they_should_read(description):
    by_name = {named(route): codes_of(operation_of(description, route)) for route in ROUTES}
    assert by_name["POST /api/auth/login"] == {
        "400": {"bad_host", "malformed_json"},
        "401": {"invalid_credentials"},
        "403": {"origin_not_allowed", "account_disabled", "email_not_verified"},
        "413": {"body_too_large"},
        "415": {"unsupported_media_type"},
        "422": {"validation_failed"},
        "429": {"rate_limited"},
        "500": {"internal_error"},
        "503": {"unavailable"},
    }
    assert by_name["GET /api/auth/me"]["401"] == {
        "token_missing",
        "token_invalid",
        "token_expired",
        "session_revoked",
    }


def test_the_answer_of_a_service_that_is_not_ready_is_described_too(config, passwords):
    away = build_services(config, Failing(DatabaseUnavailable()), passwords)
    answer = Client(create_app(away, config)).request("GET", "/ready")
    assert answer.status_code == 503
    assert answer.get_json() == {"status": "unavailable", "checks": {"database": "failed", "migrations": "failed"}}


@pytest.mark.parametrize(("path", "mimetype"), ASSETS.items())
def test_the_page_and_its_assets_are_served_from_here(bare, path, mimetype):
    with bare.get(path) as answer:
        assert (answer.status_code, answer.mimetype) == (200, mimetype)
        assert answer.data


def test_the_page_loads_nothing_from_elsewhere(bare):
    with bare.get("/docs") as page, bare.get("/docs/page.js") as script, bare.get("/docs/page.css") as style:
        ours = page.text + script.text + style.text
        loaded = re.findall(r'(?:src|href)="([^"]*)"', page.text)
        scripts = re.findall(r"<script[^>]*>(.*?)</script>", page.text, re.DOTALL)
    assert not re.search(r"https?:|//[a-z]", ours.replace("// The", ""))
    assert "validatorUrl: null" in ours
    assert set(loaded) == (set(ASSETS) | {"/openapi.json"}) - {"/docs"}
    assert not any(scripts), "a script inside the page would need a weaker policy"
    assert not re.search(r"<style|style=|\son\w+=", ours)
    with bare.get("/docs/swagger-ui.css") as style:
        assert all(address.startswith("data:") for address in re.findall(r"url\([\"']?([^)\"']*)", style.text))


@pytest.mark.parametrize("name", ["../docs.py", "..%2fdocs.py", "index.html", "swagger-ui.js", "", "..", "a%00"])
def test_nothing_else_lies_beside_the_page(bare, name):
    assert bare.get(f"/docs/{name}").status_code == 404


@pytest.mark.parametrize("part", ["bytes=99999999-", "bytes=a", "bytes=-0", "bytes=5-2", "lines=1-2"])
def test_a_strange_range_of_a_page_is_no_defect(bare, part):
    with bare.get("/docs/page.css", headers={"Range": part}) as answer:
        assert answer.status_code in {200, 206, 416}
