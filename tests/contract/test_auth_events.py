"""What happens to an account is one line of the log: when, what, to whom, from where, in which request."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from psycopg import Connection
from werkzeug.test import TestResponse

from tests.contract.every_route import GRACE, NEW_PASSWORD
from tests.contract.minting import claims_of
from tests.contract.pending import leave_pending, reset_of, verification_of
from tests.support.client import ADA, PASSWORD, Client, Person
from tests.support.outbox import Mailbox, code_in
from tests.support.tables import age_sessions

WRONG = "not the password of anybody"
IP = "192.0.2.77"


@dataclass(frozen=True)
class World:
    """Ada is signed in and was mailed a reset and a verification; `verifying` is a service that asks for those."""

    api: Client
    verifying: Client
    ada: Person
    tables: Connection
    mailbox: Mailbox

    def post(self, path: str, client: Client | None = None, /, **content: str) -> TestResponse:
        return self.ask("POST", path, client, json=content)

    def own(self, method: str, path: str, **content: str) -> TestResponse:
        return self.ask(method, path, json=content, headers=self.ada.headers)

    def ask(self, method: str, path: str, client: Client | None = None, /, **options: Any) -> TestResponse:
        options["environ_base"] = {"REMOTE_ADDR": IP}
        return (client or self.api).request(method, f"/api/auth{path}", **options)

    def disabled(self) -> TestResponse:
        self.tables.execute("UPDATE users SET disabled_at = clock_timestamp()")
        return self.post("/login", email=ADA, password=PASSWORD)

    def other_device(self) -> TestResponse:
        return self.own("DELETE", f"/sessions/{claims_of(self.api.signed_in().refresh)['sid']}")

    def theft(self) -> TestResponse:
        newest = self.ada.refresh
        for _ in range(2):
            newest = self.api.refresh(newest).get_json()["refreshToken"]
            age_sessions(self.tables, 31)
        return self.post("/refresh", refreshToken=self.ada.refresh)

    def proved(self, *names: str, **content: str) -> TestResponse:
        return self.post("/verify-email", **{name: verification_of(self.ada)[name] for name in names}, **content)

    def moved(self) -> TestResponse:
        registration = self.own("POST", "/change-email", newEmail=GRACE, password=PASSWORD).get_json()
        (mail,) = (mail for mail in self.mailbox.received() if mail.to == GRACE)
        return self.post("/verify-email", registrationId=registration["registrationId"], otp=code_in(mail))


# Each with the event, the status, and whose account it is: nobody's, where there is none yet or it must not tell.
REGISTER = {"username": "Grace", "email": GRACE, "password": PASSWORD}
CHANGE = {"newPassword": NEW_PASSWORD}
FLOWS = {
    "register": (lambda world: world.post("/register", **REGISTER), "account_registered", 201, GRACE),
    "sign up": (lambda world: world.post("/register", world.verifying, **REGISTER), "signed_up", 202, None),
    "log in": (lambda world: world.post("/login", email=ADA, password=PASSWORD), "login_succeeded", 200, ADA),
    "wrong password": (lambda world: world.post("/login", email=ADA, password=WRONG), "login_failed", 401, ADA),
    "unknown email": (lambda world: world.post("/login", email=GRACE, password=WRONG), "login_failed", 401, None),
    "disabled": (lambda world: world.disabled(), "login_refused", 403, ADA),
    "unproved": (
        *(lambda world: world.post("/login", world.verifying, email=ADA, password=PASSWORD), "email_proof_asked"),
        *(403, ADA),
    ),
    "log out": (lambda world: world.own("POST", "/logout"), "logged_out", 200, ADA),
    "log out everywhere": (lambda world: world.own("POST", "/logout-all"), "logged_out_everywhere", 200, ADA),
    "end a session": (lambda world: world.other_device(), "session_ended", 200, ADA),
    "theft": (lambda world: world.theft(), "refresh_reuse", 401, ADA),
    "change password": (
        lambda world: world.own("POST", "/change-password", currentPassword=PASSWORD, **CHANGE),
        *("password_changed", 200, ADA),
    ),
    "change password, wrong": (
        lambda world: world.own("POST", "/change-password", currentPassword=WRONG, **CHANGE),
        *("password_check_failed", 422, ADA),
    ),
    "change email": (
        lambda world: world.own("POST", "/change-email", newEmail=GRACE, password=PASSWORD),
        *("email_change_asked", 202, ADA),
    ),
    "change email, wrong": (
        lambda world: world.own("POST", "/change-email", newEmail=GRACE, password=WRONG),
        *("password_check_failed", 422, ADA),
    ),
    "email changed": (lambda world: world.moved(), "email_changed", 200, ADA),
    "reset": (
        lambda world: world.post("/reset-password", token=reset_of(world.ada)["token"], password=NEW_PASSWORD),
        *("password_reset", 200, ADA),
    ),
    "reset, wrong": (
        lambda world: world.post("/reset-password", email=ADA, otp="00000000", password=NEW_PASSWORD),
        *("reset_code_wrong", 400, ADA),
    ),
    "verify": (lambda world: world.proved("registrationId", "otp"), "email_verified", 200, ADA),
    "verify, wrong code": (
        lambda world: world.proved("registrationId", otp="00000000"),
        *("verification_code_refused", 400, ADA),
    ),
    "verify, wrong password": (
        lambda world: world.proved("token", password=WRONG),
        *("verification_password_wrong", 401, ADA),
    ),
    "delete, wrong": (lambda world: world.own("DELETE", "/me", password=WRONG), "password_check_failed", 422, ADA),
    "delete": (lambda world: world.own("DELETE", "/me", password=PASSWORD), "account_deleted", 200, ADA),
}


@pytest.fixture
def world(api, configured, tables, mailbox):
    ada = api.signed_in()
    leave_pending(tables, ada)
    return World(api, Client(configured(require_email_verification=True)), ada, tables, mailbox)


def ids(tables):
    return dict(tables.execute("SELECT email_canonical, id FROM users").fetchall())


@pytest.mark.parametrize(("do", "event", "status", "whose"), FLOWS.values(), ids=FLOWS)
def test_each_is_logged_once_with_all_that_an_operator_asks(world, tables, log, do, event, status, whose):
    before = ids(tables)
    answer = do(world)
    request_id = answer.headers["X-Request-Id"]
    happened, request = [line for line in log.lines if line.get("request_id") == request_id]
    assert (happened["event"], request["event"]) == (event, "request")
    assert (answer.status_code, request["status"]) == (status, status)
    assert happened.get("user_id") == {None: None, **ids(tables), **before}[whose]
    for line in (happened, request):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
        assert line["ip"] == IP
    assert [line for line in log.lines if line["event"] == event and line["request_id"] != request_id] == []
