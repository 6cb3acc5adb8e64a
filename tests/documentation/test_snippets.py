"""The pieces of files that the documents show, put where they belong: settings, vercel.json, an endpoint."""

import json
import os
import re
import shutil
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from tests.documentation.blocks import CHECKOUT, blocks
from tests.support.settings import ENVIRONMENT, SETTINGS

from authflow.config import load_config

# Seconds; it starts within two.
PATIENCE = 60


@pytest.mark.parametrize("block", blocks("settings"), ids=lambda block: block.name)
def test_settings_that_are_shown_are_good_for_production(block):
    given = dict(line.split("=", 1) for line in block.lines)
    config = load_config(
        {**ENVIRONMENT, "DATABASE_URL": "postgresql://nowhere/nothing", "APP_ENV": "production"} | given
    )
    assert config.mail_transport == "smtp"
    mail = urlsplit(config.smtp_url)
    assert (mail.scheme, mail.hostname) == ("smtps", "smtp.gmail.com")


def rewritten(rewrites, path):
    """As Vercel does it where no file has that name: the first match counts."""
    for rewrite in rewrites:
        source = re.sub(r":(\w+)\*", r"(?P<\1>.*)", rewrite["source"])
        if found := re.fullmatch(source, path):
            return re.sub(r":(\w+)\*", lambda name: found[name[1]], rewrite["destination"])
    return None


@pytest.mark.parametrize("block", blocks("json"), ids=lambda block: block.name)
def test_mailed_links_are_pages_and_calls_go_to_the_api(block):
    rewrites = json.loads(block.text)["rewrites"]
    api = "https://YOUR-API.onrender.com"
    for path in ("/api/auth/me", "/api/auth/sessions/00000000-0000-4000-8000-000000000000"):
        assert rewritten(rewrites, path) == api + path
    token = f"r1-{'x' * 43}"
    for path in (
        *(f"/auth/reset-password/{token}", f"/auth/verify-email/{token}", "/auth/forgot-password"),
        *("/", "/auth/login", "/profile"),
    ):
        assert rewritten(rewrites, path) == "/index.html"
    assert rewritten(rewrites, "/assets/gone.js") is None


ASK = """
import json, sys
from authflow.bootstrap import build_services
from authflow.config import load_config
from authflow.web.app import create_app

config = load_config()
client = create_app(build_services(config), config).test_client(use_cookies=False)
person = {"username": "Ada", "email": "ada@example.com", "password": "violet kettle harbour"}
client.post("/api/auth/register", json=person)
del person["username"]
token = client.post("/api/auth/login", json=person).get_json()["accessToken"]
described = client.get("/openapi.json").get_json()["paths"]["/api/auth/greeting"]["get"]
greeting = client.get("/api/auth/greeting", headers={"Authorization": f"Bearer {token}"}).get_json()
print(json.dumps([described["summary"], client.get("/api/auth/greeting").status_code, greeting]))
"""


@pytest.fixture
def with_endpoint(tmp_path):
    """A copy of the source in which the two snippets stand where they say."""
    for room in ("src/authflow", "migrations"):
        shutil.copytree(CHECKOUT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    (controller,), (route,) = blocks("python"), blocks("diff")
    place = re.match(r"# (\S+)\n", controller.text)
    (tmp_path / place[1]).write_text(controller.text)
    place = re.match(r" # (\S+)\n", route.text)
    routes = tmp_path / place[1]
    imported, line = re.findall(r"^\+(.*)$", route.text, re.MULTILINE)
    (before,) = re.findall(r"^ (    return \()$", route.text, re.MULTILINE)
    text = routes.read_text().replace("\nfrom authflow", f"\n{imported}\nfrom authflow", 1)
    assert text.count(f"{before}\n") == 1
    routes.write_text(text.replace(f"{before}\n", f"{before}\n{line}\n"))
    return tmp_path


def test_the_endpoint_of_ones_own_starts_as_it_is_printed(with_endpoint, database_url, tables):
    environment = {**SETTINGS, "DATABASE_URL": database_url, "PYTHONPATH": str(with_endpoint / "src")}
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=with_endpoint,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    summary, as_stranger, greeting = json.loads(done.stdout.splitlines()[-1])
    assert (summary, as_stranger) == ("Greet whoever is signed in", 401)
    assert greeting == {"success": True, "message": "Hello Ada"}
