"""Who may see `/metrics`: whoever holds the token, and nobody where there is none."""

import pytest
from reading import BEARER, TOKEN
from tests.support.settings import ENVIRONMENT

from authflow.config import load_config
from authflow.config.setting import ConfigurationError

METHODS = ("GET", "HEAD", "POST", "DELETE", "OPTIONS")


def shape(answer):
    content = answer.get_json(silent=True) or {}
    return answer.status_code, {name: text for name, text in content.items() if name != "requestId"}


@pytest.mark.parametrize("method", METHODS)
def test_without_a_token_it_is_no_route_at_all(application, method):
    client = application.test_client()
    metrics, nothing = (client.open(path, method=method, headers=BEARER) for path in ("/metrics", "/nothing"))
    assert shape(metrics) == shape(nothing)
    assert metrics.status_code == 404


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "token_missing"),
        ("Basic c2NyYXBlOng=", "token_missing"),
        ("Bearer", "token_invalid"),
        ("Bearer wrong", "token_invalid"),
        (f"Bearer {TOKEN[:-1]}", "token_invalid"),
        (f"Bearer {TOKEN}x", "token_invalid"),
        (f"Bearer {TOKEN.lower()}", "token_invalid"),
        ("Bearer \xff\xfe", "token_invalid"),
    ],
)
def test_the_wrong_token_and_none_are_refused(measured, header, code):
    answer = measured.test_client().get("/metrics", headers={"Authorization": header} if header else {})
    assert (answer.status_code, answer.get_json()["code"]) == (401, code)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_of_a_person_is_none_for_this(api, measured):
    assert measured.test_client().get("/metrics", headers=api.signed_in().headers).status_code == 401


def test_the_right_token_gets_text_that_nobody_keeps(measured):
    answer = measured.test_client().get("/metrics", headers=BEARER)
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    assert answer.headers["Cache-Control"] == "no-store"


def test_it_is_not_described_as_it_is_no_json(api):
    assert not [path for path in api.request("GET", "/openapi.json").get_json()["paths"] if "metrics" in path]


@pytest.mark.parametrize(
    "value", ["fifteen-chars-x", "two words, 16 characters", "please-change-me-please", "ü" * 16]
)
def test_a_token_that_can_be_guessed_or_not_be_sent_is_refused(value):
    with pytest.raises(ConfigurationError) as raised:
        load_config({**ENVIRONMENT, "DATABASE_URL": "postgresql://db/authflow", "METRICS_TOKEN": value})
    (fault,) = raised.value.faults
    assert fault.startswith("METRICS_TOKEN must be ")
    assert value not in fault


def test_the_token_is_no_other_secret_and_is_not_shown(config):
    secret = ENVIRONMENT["JWT_REFRESH_SECRET"]
    environment = {**ENVIRONMENT, "DATABASE_URL": config.database_url}
    with pytest.raises(ConfigurationError, match="METRICS_TOKEN must be different from JWT_REFRESH_SECRET"):
        load_config({**environment, "METRICS_TOKEN": secret})
    loaded = load_config({**environment, "METRICS_TOKEN": TOKEN})
    assert loaded.metrics_token == TOKEN
    assert TOKEN not in repr(loaded)
    assert config.metrics_token is None
