"""The Postman collection keeps up with the API; `make e2e` runs it."""

import json
import re
from pathlib import Path

from authflow.web.routes import routes

POSTMAN = Path(__file__).parents[2] / "postman"


def requests_of(item):
    """Every request below an item, in folders or not."""
    if "request" in item:
        yield item["request"]
    for part in item.get("item", ()):
        yield from requests_of(part)


def test_it_tries_every_route(services, config):
    collection = json.loads((POSTMAN / "authflow.postman_collection.json").read_text())
    tried = {(each["method"], "/" + "/".join(each["url"]["path"])) for each in requests_of(collection)}
    for route in routes(services, config):
        path = re.compile(re.sub(r"<[^>]+>", "[^/]+", route.path))
        assert [method for method, url in tried if method == route.method and path.fullmatch(url)], route.path


def test_what_is_installed_is_locked_and_from_no_particular_place():
    lock = json.loads((POSTMAN / "package-lock.json").read_text())
    for name, package in lock["packages"].items():
        assert "resolved" not in package
        assert not name or package["integrity"].startswith("sha512-")
