"""What a client reads of bodies in several forms, and of answers that differ by the configuration."""

from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator

from authflow.bootstrap import build_services
from authflow.domain.event import EventType
from authflow.web.cookies import Cookies
from authflow.web.ops.openapi import describe
from authflow.web.routes import routes
from tests.contract.every_route import WITH_BODY, fields_of, forms_of, named


@pytest.mark.parametrize("route", [route for route in WITH_BODY if forms_of(route)], ids=named)
def test_the_forms_of_a_body_are_told_apart(bare, route):
    """Whatever is given of the fields: what is described is what is taken."""
    description, name = bare.get("/openapi.json").get_json(), type(route.takes).__name__
    described = Draft202012Validator(description["components"]["schemas"][name])
    values = {field: "ada@example.com" for field in fields_of(route) if field != "delivery"}
    for number in range(2 ** len(values)):
        given = {field: value for place, (field, value) in enumerate(values.items()) if number >> place & 1}
        assert described.is_valid(given) == (not route.takes.validate(given)), given


@pytest.mark.parametrize("required", [True, False])
def test_both_answers_of_a_registration_are_described(config, required):
    there = replace(config, require_email_verification=required)
    operations = {route.path: route for route in routes(build_services(there), there)}
    answers = describe((operations["/api/auth/register"],), "x", Cookies.of(there))["paths"]["/api/auth/register"]
    schemas = {
        status: answers["post"]["responses"][status]["content"]["application/json"]["schema"]["$ref"]
        for status in ("201", "202")
    }
    assert [schemas["201"].rpartition("/")[2], schemas["202"].rpartition("/")[2]] == [
        "UserOut",
        "VerificationRequestedOut",
    ]


@pytest.mark.parametrize("route", [route for route in WITH_BODY if forms_of(route)], ids=named)
def test_each_form_is_described_as_a_whole_for_generators_that_read_no_conditions(bare, route):
    schema = bare.get("/openapi.json").get_json()["components"]["schemas"][type(route.takes).__name__]
    for form in schema["oneOf"]:
        assert set(form["required"]) <= form["properties"].keys() <= schema["properties"].keys()
        assert form["additionalProperties"] is False
    described = {frozenset(form["required"]) - set(schema.get("required", ())) for form in schema["oneOf"]}
    assert described == {form.fields for form in route.takes.forms}


def test_an_answer_that_says_success_says_it_always_and_never_otherwise(bare):
    schemas = bare.get("/openapi.json").get_json()["components"]["schemas"]
    saying = [name for name in schemas if "success" in schemas[name].get("properties", ())]
    assert {"UserOut", "LoggedInOut", "MessageOut", "SessionsOut", "EventsOut", "Error"} <= set(saying)
    for name in set(saying) - {"Error"}:
        assert schemas[name]["properties"]["success"]["enum"] == [True], name
        assert "success" in schemas[name]["required"], name


def test_the_types_of_events_are_described_one_by_one_and_one_of_a_newer_release_is_allowed(bare):
    schemas = bare.get("/openapi.json").get_json()["components"]["schemas"]
    assert schemas["EventType"]["enum"] == [str(each) for each in EventType]
    of_event = Draft202012Validator({**schemas["Event"]["properties"]["type"], "components": {"schemas": schemas}})
    assert of_event.is_valid("of_a_newer_release")
    assert {"$ref": "#/components/schemas/EventType"} in schemas["Event"]["properties"]["type"]["anyOf"]
