"""Errors: one table, one shape, and of a defect of ours nothing but the id that leads to the log."""

import json
from dataclasses import replace

import pytest
from flask import abort

from authflow import errors
from authflow.bootstrap import build_services
from authflow.errors import AuthflowError, DatabaseUnavailable
from authflow.web import request_errors
from authflow.web.app import create_app
from authflow.web.controllers.accounts import Accounts
from authflow.web.error_table import status_of
from tests.contract.every_route import ROUTES, named, url_of
from tests.contract.failures import CONTRACT, Failing

ARGUMENTS = {
    errors.ValidationFailed: [{"name": ["Is too short."]}],
    errors.WrongPassword: ["password"],
    errors.RateLimited: [7],
    errors.EmailNotVerified: ["a registration"],
    request_errors.MethodNotAllowed: [["GET"]],
}
OWED = {401: "WWW-Authenticate", 405: "Allow", 429: "Retry-After", 503: "Retry-After"}
SECRET = "Key (email)=(ada@example.com) already exists"


def tree(error: type[AuthflowError]) -> list[type[AuthflowError]]:
    return [error, *(descendant for child in error.__subclasses__() for descendant in tree(child))]


# What is only an ancestor of others is never raised itself.
RAISED = [error for error in tree(AuthflowError) if not error.__subclasses__() or "code" in vars(error)]


@pytest.mark.parametrize("error", RAISED, ids=lambda error: error.__name__)
def test_every_error_has_its_place_in_the_contract(error):
    assert error.code in CONTRACT[status_of(error)]
    assert error.message.endswith(".")


def test_nothing_but_a_defect_is_answered_as_one():
    assert [error for error in tree(AuthflowError) if status_of(error) == 500] == [AuthflowError]


def test_every_error_has_one_shape(services, config):
    application = create_app(services, config)

    @application.get("/failing/<int:number>")
    def fail(number):
        raise RAISED[number](*ARGUMENTS.get(RAISED[number], []))

    for number, error in enumerate(RAISED):
        assert_is_error(application.test_client().get(f"/failing/{number}"), status_of(error), error.code)


def assert_is_error(answer, status, code):
    content = answer.get_json()
    also = {422: {"errors"}, 403: {"registrationId"} if code == "email_not_verified" else set()}.get(status, set())
    assert (answer.status_code, content["code"]) == (status, code)
    assert content.keys() == {"success", "message", "code", "requestId"} | also
    assert content["success"] is False
    assert content["requestId"] == answer.headers["X-Request-Id"]
    assert answer.content_type == "application/json"
    assert answer.data == json.dumps(content, separators=(",", ":")).encode()
    assert OWED.get(status, "X-Request-Id") in answer.headers


def test_what_a_library_aborts_with_is_no_page_of_its_own(services, config):
    application = create_app(services, config)
    application.add_url_rule("/failing/<int:status>", view_func=lambda status: abort(status, description=SECRET))
    for status in (400, 401, 403, 404, 405, 409, 410, 413, 415, 416, 418, 422, 428, 429, 500, 501, 502, 503):
        answer = application.test_client().get(f"/failing/{status}")
        assert answer.get_json()["code"] in CONTRACT[answer.status_code], status
        assert SECRET.encode() not in answer.data


@pytest.fixture
def failing_controller(services, config, monkeypatch):
    monkeypatch.setattr(Accounts, "show", lambda *_: Failing(RuntimeError(SECRET)).show())
    return create_app(services, config).test_client()


@pytest.fixture
def failing_service(broken, services):
    sessions = services.sessions
    return broken(account=Failing(RuntimeError(SECRET)), sessions=FailingAfterwards(sessions))


class FailingAfterwards:
    """Knows who calls, and then fails."""

    def __init__(self, sessions):
        self.authenticate, self.is_access_token = sessions.authenticate, sessions.is_access_token
        self.access_issued_at, self.refresh_issued_at = sessions.access_issued_at, sessions.refresh_issued_at

    def log_out_everywhere(self, _signed_in, _device):
        raise RuntimeError(SECRET)


@pytest.fixture
def failing_repository(config, passwords):
    services = build_services(replace(config, rate_limits=False), Failing(RuntimeError(SECRET)), passwords)
    return create_app(services, config).test_client()


def assert_is_defect_without_detail(answer, log):
    assert_is_error(answer, 500, "internal_error")
    assert SECRET.encode() not in answer.data
    assert b"Traceback" not in answer.data
    defects = [line for line in log.lines if "traceback" in line]
    assert [line["request_id"] for line in defects] == [answer.get_json()["requestId"]]
    assert "RuntimeError" in defects[0]["traceback"]


def test_a_defect_in_a_controller_is_in_the_log_only(failing_controller, api, log):
    assert_is_defect_without_detail(failing_controller.get("/api/auth/me", headers=api.signed_in().headers), log)


def test_a_defect_in_a_service_is_in_the_log_only(failing_service, api, log):
    headers = api.signed_in().headers
    assert_is_defect_without_detail(failing_service.post("/api/auth/logout-all", headers=headers), log)


def test_a_defect_in_a_repository_is_in_the_log_only(failing_repository, api, log):
    headers = api.signed_in().headers
    assert_is_defect_without_detail(failing_repository.get("/api/auth/me", headers=headers), log)


def test_a_missing_database_is_one_line_and_no_defect(config, passwords, api, log):
    away = build_services(config, Failing(DatabaseUnavailable("OperationalError")), passwords)
    answer = create_app(away, config).test_client().get("/api/auth/me", headers=api.signed_in().headers)
    assert_is_error(answer, 503, "unavailable")
    assert int(answer.headers["Retry-After"]) >= 1
    assert not [line for line in log.lines if "traceback" in line]
    assert [line["event"] for line in log.lines[-2:]] == ["unavailable", "request"]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_where_nothing_is_the_answer_is_404(bare, method):
    for path in ("/api", "/api/auth", "/api/auth/", "/api/auth/nothing", "/login", "/docs/x/y"):
        assert_is_error(bare.open(path, method=method), 404, "not_found")


@pytest.mark.parametrize("route", ROUTES, ids=named)
def test_a_method_that_a_route_does_not_take_is_405_with_those_it_takes(bare, route):
    taken = {other.method for other in ROUTES if other.path == route.path}
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "LINK"} - taken:
        answer = bare.open(url_of(route), method=method)
        assert_is_error(answer, 405, "method_not_allowed")
        implied = {"OPTIONS"} | ({"HEAD"} if "GET" in taken else set())
        assert set(answer.headers["Allow"].split(", ")) == taken | implied


def test_no_two_answers_have_the_same_id(bare):
    ids = [bare.get("/health", headers={"X-Request-Id": "mine"}).headers["X-Request-Id"] for _ in range(50)]
    assert len(set(ids)) == 50
    assert "mine" not in ids
