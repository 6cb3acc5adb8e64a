"""render.yaml: what a click on it sets is a configuration that starts."""

import base64
import json
import re
import secrets
from pathlib import Path

import pytest
import yaml

from authflow.config import Config, load_config
from authflow.config.setting import Environment

CHECKOUT = Path(__file__).parents[2]
BLUEPRINT = yaml.safe_load((CHECKOUT / "render.yaml").read_text())
(SERVICE,) = BLUEPRINT["services"]
VARIABLES = {variable["key"]: variable for variable in SERVICE["envVars"]}
# Read by Render itself.
OF_THE_PLATFORM = {"PYTHON_VERSION"}
TYPED_IN = {
    "FRONTEND_URL": "https://app.example.com",
    "RESEND_API_KEY": "re_Vb7xK2mQ_9tR4wZ6yC1nD8sF3gH5jL0pA",
    "MAIL_FROM": "Acme <accounts@example.com>",
}
# As Render writes it: without a port.
CONNECTION = "postgresql://authflow_user:Vb7xK2mQ9tR4wZ6yC1nD8sF3gH5jL0pA@dpg-d0abc1defghij2k3lm4n-a/authflow_db"


def value_of(name: str) -> str:
    variable = VARIABLES[name]
    if variable.get("generateValue"):
        return base64.b64encode(secrets.token_bytes(32)).decode()
    if "fromDatabase" in variable:
        return CONNECTION
    return TYPED_IN[name] if variable.get("sync") is False else variable["value"]


@pytest.fixture
def config() -> Config:
    return load_config({"PORT": "10000"} | {name: value_of(name) for name in VARIABLES})


def test_it_is_a_configuration_that_starts(config: Config):
    assert not config.development
    assert config.rate_limits
    assert (config.port, config.trusted_proxies, config.web_workers) == (10_000, 1, 1)
    assert config.mail_transport == "resend"


def test_every_variable_is_one_that_is_read(monkeypatch: pytest.MonkeyPatch):
    read = set()

    def noting(self, setting, real=Environment.read):
        read.add(setting.name)
        return real(self, setting)

    monkeypatch.setattr(Environment, "read", noting)
    load_config({name: value_of(name) for name in VARIABLES})
    assert set(VARIABLES) - OF_THE_PLATFORM <= read


def test_a_person_is_asked_for_what_cannot_be_known():
    assert {name for name, variable in VARIABLES.items() if variable.get("sync") is False} == set(TYPED_IN)


def test_no_secret_stands_in_the_file():
    generated = {name for name, variable in VARIABLES.items() if variable.get("generateValue")}
    assert generated == {"JWT_ACCESS_SECRET", "JWT_REFRESH_SECRET"}


def test_values_are_text():
    """YAML would make a number or a boolean of them."""
    for variable in VARIABLES.values():
        assert isinstance(variable.get("value", ""), str), variable["key"]


def test_the_database_is_the_one_defined_and_closed_to_the_internet():
    (database,) = BLUEPRINT["databases"]
    assert VARIABLES["DATABASE_URL"]["fromDatabase"] == {
        "name": database["name"],
        "property": "connectionString",
    }
    assert database["ipAllowList"] == []


def test_it_installs_what_is_locked_and_runs_a_python_that_the_package_takes():
    assert "--no-deps --require-hashes -r locks/build.txt -r locks/run.txt" in SERVICE["buildCommand"]
    assert SERVICE["preDeployCommand"] == "authflow migrate"
    wanted = re.search(r'requires-python = ">=3\.(\d+)"', (CHECKOUT / "pyproject.toml").read_text())
    assert wanted is not None
    assert int(VARIABLES["PYTHON_VERSION"]["value"].split(".")[1]) >= int(wanted[1])


def test_the_front_end_that_may_be_switched_on_is_served_as_on_vercel():
    text = (CHECKOUT / "render.yaml").read_text()
    written = yaml.safe_load(re.sub("^  # (?=[- ])", "  ", text, flags=re.MULTILINE))
    (site,) = (service for service in written["services"] if service.get("runtime") == "static")
    vercel = json.loads((CHECKOUT / "frontend" / "vercel.json").read_text())
    (policy,) = (
        each["value"]
        for header in vercel["headers"]
        for each in header["headers"]
        if each["key"] == "Content-Security-Policy"
    )
    headers = {(header["path"], header["name"]): header["value"] for header in site["headers"]}
    assert headers["/*", "Content-Security-Policy"] == policy
    to_api = [route["destination"] for route in site["routes"] if route["source"] != "/*"]
    assert [each.replace("/*", "/:path*") for each in to_api] == [
        rewrite["destination"] for rewrite in vercel["rewrites"] if rewrite["destination"] != "/index.html"
    ]
    assert site["routes"][-1] == {"type": "rewrite", "source": "/*", "destination": "/index.html"}
    assert site["buildCommand"] == f"{vercel['installCommand']} && {vercel['buildCommand']}"
