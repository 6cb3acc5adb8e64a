"""The log: no secret and no email in it, whatever is sent, and no text that makes a line of its own."""

import re
from dataclasses import replace

import pytest

from authflow.bootstrap import build_services
from authflow.log import LineHandler, log_defect, log_event
from authflow.web.app import create_app
from tests.contract.every_route import (
    GRACE,
    NEW_PASSWORD,
    ROUTES,
    WITHOUT_DATABASE,
    Unchecked,
    as_json,
    named,
    right_fields,
    send,
    send_right,
)
from tests.contract.failures import Failing
from tests.contract.minting import ACCESS_KEY, claims_of, with_claims
from tests.contract.pending import reset_of, verification_of
from tests.support.client import ADA, PASSWORD

CANARY = "canary-7f3a"
FORGED_LINE = '\r\n{"level":"info","event":"forged"}\x1b[2J\u2028\u2029\x85\x0b\x0c\x1c'
HOSTILE = CANARY + FORGED_LINE
# Past the client, which would refuse to send line ends; as WSGI has it, in Latin-1.
HOSTILE_HEADERS = {
    f"HTTP_{name}": HOSTILE.encode().decode("latin-1")
    for name in ("USER_AGENT", "REFERER", "COOKIE", "X_FORWARDED_FOR", "X_REQUEST_ID", "FORWARDED", "ACCEPT")
}


# Of any token, header or address, also of those that are made meanwhile.
NEVER = ("eyJ", "Bearer", "@example", "forged")


@pytest.fixture
def ada(unlimited):
    return unlimited.signed_in()


def requests_of(route, ada):
    """Wrong ones and then right ones, which may end the session; as what `send` takes after the person."""
    right = right_fields(route, ada)
    yield as_json(right), {"headers": {"Authorization": f"Basic {CANARY}"}}
    yield as_json(right), {"headers": {"Authorization": f"Bearer {CANARY}{ada.access}"}}
    yield as_json(right), {"headers": {"Authorization": f"Bearer {with_claims(ada.access, ACCESS_KEY, exp=1)}"}}
    yield as_json(right), {"headers": {"Origin": f"https://{CANARY}.example"}}
    yield as_json(right), {"content_type": f"text/{CANARY}"}
    yield as_json({**right, HOSTILE: HOSTILE}), {}
    yield f'{{"{CANARY}": "{PASSWORD}', {}
    yield as_json(right) + " " * 16_384, {}
    for name in right:
        yield as_json({**right, name: HOSTILE}), {}
        yield as_json({**right, name: CANARY + ADA}), {}
        yield as_json({**right, name: [CANARY]}), {}
    yield as_json(right), {"environ_overrides": HOSTILE_HEADERS}
    yield as_json(right), {"query_string": {"token": CANARY, "email": ADA, "access_token": ada.access}}
    yield as_json(right), {"headers": {"Origin": "https://app.example.com"}}


def secrets_of(person):
    tokens = person.access, person.refresh
    mailed = {*reset_of(person).values(), *verification_of(person).values()}
    parts = {part for token in tokens for part in token.split(".")[1:]}
    return {*tokens, *parts, *mailed, claims_of(person.refresh)["secret"], claims_of(person.access)["jti"]}


@pytest.fixture
def assert_clean(log):
    def check(secrets):
        text = log.text.lower()
        for secret in {*secrets, PASSWORD, NEW_PASSWORD, ADA, GRACE, CANARY, *NEVER}:
            assert secret.lower() not in text, secret
        assert log.text.replace("\n", "").isprintable()
        assert len(log.lines) == len(log.written)

    return check


def assert_says_when_and_what(line):
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
    assert line["level"] in {"info", "warning", "error"}
    assert re.fullmatch(r"[a-z_]+", line["event"])
    assert line["request_id"]


@pytest.mark.parametrize("route", ROUTES, ids=named)
def test_no_secret_is_logged_whatever_comes_of_it(unlimited_application, unlimited, ada, log, assert_clean, route):
    asked, client, secrets = 0, Unchecked(unlimited_application), secrets_of(ada)
    for body, options in requests_of(route, ada):
        send(client, route, ada, body, **options)
        asked += 1
    assert_clean(secrets)
    for line in log.lines:
        assert_says_when_and_what(line)
    requests = [line for line in log.lines if line["event"] == "request"]
    assert len(requests) == asked
    assert {line["route"] for line in requests} == {route.path}
    assert len({line["request_id"] for line in requests}) == asked


def test_no_secret_is_logged_with_a_defect(config, passwords, unlimited, ada, log, assert_clean):
    services = build_services(replace(config, rate_limits=False), Failing(RuntimeError("broken")), passwords)
    client = Unchecked(create_app(services, config))
    for route in ROUTES:
        send_right(client, route, ada, query_string={"token": CANARY}, environ_overrides=HOSTILE_HEADERS)
    assert_clean(secrets_of(ada))
    assert len([line for line in log.lines if "traceback" in line]) >= len(ROUTES) - len(WITHOUT_DATABASE)


@pytest.mark.parametrize(
    "path",
    [
        f"/auth/reset-password/{CANARY}",
        f"/auth/verify-email/{CANARY}",
        f"/api/auth/reset-password/{CANARY}",
        f"/api/auth/me/{CANARY}",
        f"/api/auth/{ADA}",
        f"/docs/{CANARY}",
        f"/{PASSWORD}",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS", "DELETE"])
def test_a_path_that_carries_a_secret_is_not_logged(bare, log, assert_clean, path, method):
    bare.open(path, method=method, query_string={"token": CANARY})
    assert_clean(set())
    assert [line["event"] for line in log.lines] == ["request"]


def test_a_line_names_the_request_that_was_answered(bare, log):
    login = "/api/auth/login"
    answers = [bare.get("/health"), bare.post(login, json={}), bare.put("/ready"), bare.get("/nothing")]
    told = [(line["request_id"], line["status"], line["method"], line["route"]) for line in log.lines]
    assert told == [
        (answers[0].headers["X-Request-Id"], 200, "GET", "/health"),
        (answers[1].headers["X-Request-Id"], 422, "POST", login),
        (answers[2].headers["X-Request-Id"], 405, "PUT", None),
        (answers[3].headers["X-Request-Id"], 404, "GET", None),
    ]


def test_no_text_ends_a_line_or_makes_one(log):
    log_event("told", typed=HOSTILE, number=1, where=("a", HOSTILE), half="\ud800", thing=LineHandler)
    log_defect("failed", RuntimeError(HOSTILE))
    assert [line["event"] for line in log.lines] == ["told", "failed"]
    assert log.lines[0]["typed"] == HOSTILE
    assert HOSTILE in log.lines[1]["traceback"]
    assert log.text.isascii()
    assert log.text.replace("\n", "").isprintable()
