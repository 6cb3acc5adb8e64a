"""`authflow openapi`: what is served at `/openapi.json`, without a server, a database or a configuration."""

import json

import pytest

from authflow.commands.main import main
from authflow.web.app import create_app


@pytest.fixture(autouse=True)
def _nothing_configured(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "APP_ENV", "SERVICE_NAME", "REQUIRE_EMAIL_VERIFICATION", "JWT_ACCESS_SECRET"):
        monkeypatch.delenv(name, raising=False)


def printed(capsys):
    assert main(["openapi"]) == 0
    return json.loads(capsys.readouterr().out)


def test_it_prints_what_is_served(services, config, capsys, tmp_path):
    served = create_app(services, config).test_client().get("/openapi.json").get_json()
    assert printed(capsys) == served
    assert list(tmp_path.iterdir()) == []


def test_it_describes_the_service_as_it_is_configured(monkeypatch, capsys):
    monkeypatch.setenv("SERVICE_NAME", "Acme")
    monkeypatch.setenv("REQUIRE_EMAIL_VERIFICATION", "true")
    described = printed(capsys)
    assert described["info"]["title"] == "Acme authentication"
    assert "202" in described["paths"]["/api/auth/register"]["post"]["responses"]


def test_a_bad_value_is_said(monkeypatch, capsys):
    monkeypatch.setenv("REQUIRE_EMAIL_VERIFICATION", "perhaps")
    assert main(["openapi"]) == 1
    assert "REQUIRE_EMAIL_VERIFICATION must be" in capsys.readouterr().err


def test_every_operation_has_a_title(capsys):
    for operations in printed(capsys)["paths"].values():
        assert all(operation["summary"] for operation in operations.values())
