"""Apps and extensions have origins too, allow-listed exactly, case included (CONTRACT, section 4)."""

from dataclasses import replace

import pytest

from authflow.config import load_config
from authflow.web.app import create_app
from tests.support.client import Client
from tests.support.settings import ENVIRONMENT

APPS = (
    "capacitor://localhost",
    "ionic://localhost",
    "tauri://localhost",
    "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
    "moz-extension://0c5ee2ca-1b0d-4e4c-a2d1-3f1f6a5e9d10",
)
OTHERS = (
    "capacitor://Localhost",
    "CAPACITOR://localhost",
    "capacitor://localhost:1",
    "capacitor://localhost.evil.example",
    "ionic://localhos",
    "https://localhost",
    "null",
)


@pytest.fixture
def client(services, config, database_url, tables):
    settings = {**ENVIRONMENT, "DATABASE_URL": database_url, "CORS_ORIGINS": ", ".join(APPS)}
    origins = load_config(settings).cors_origins
    return Client(create_app(services, replace(config, cors_origins=origins)))


@pytest.mark.parametrize("origin", APPS)
def test_a_listed_app_may_call_and_read_the_answer(client, origin):
    answer = client.post("/logout", headers={"Origin": origin})
    assert answer.status_code == 401
    assert answer.headers["Access-Control-Allow-Origin"] == origin


@pytest.mark.parametrize("origin", OTHERS)
def test_another_origin_may_not(client, origin):
    answer = client.post("/logout", headers={"Origin": origin})
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers
