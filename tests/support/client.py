"""An HTTP client in the words of the product; every answer must be one that the OpenAPI description declares."""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import Flask
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

ADA = "ada@example.com"
PASSWORD = "correct horse battery staple"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
NEW_PASSWORD = "another horse, another battery"


@dataclass(frozen=True)
class Person:
    email: str
    password: str
    access: str
    refresh: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.access}"}


def assert_says_why(content: dict[str, Any]) -> None:
    """Each reason is a sentence; one that is alone is also the message, after the name of its field."""
    reasons = [reason for reasons in content["errors"].values() for reason in reasons]
    assert all(reason[0].isupper() and reason.endswith(".") for reason in reasons), reasons
    if len(content["errors"]) == 1:
        told = " ".join(reasons)
        assert content["message"].endswith(f": {told[0].lower()}{told[1:]}"), content


@lru_cache(maxsize=8)
def description_of(application: Flask) -> Any:
    """What it says of itself."""
    return application.test_client().get("/openapi.json").get_json()


class Client:
    def __init__(self, application: Flask) -> None:
        self._client = application.test_client(use_cookies=False)
        self._description = description_of(application)

    def request(self, method: str, path: str, **options: Any) -> TestResponse:
        response = self._client.open(path, method=method, **options)
        self._check(method, path, response)
        return response

    def post(self, path: str, content: Any = None, **options: Any) -> TestResponse:
        if content is not None:
            options["json"] = content
        return self.request("POST", f"/api/auth{path}", **options)

    def register(self, email: str = ADA, password: str = PASSWORD, name: str = "Ada") -> TestResponse:
        return self.post("/register", {"username": name, "email": email, "password": password})

    def login(self, email: str = ADA, password: str = PASSWORD, **options: Any) -> TestResponse:
        return self.post("/login", {"email": email, "password": password}, **options)

    def refresh(self, token: str, key: str | None = None) -> TestResponse:
        """`key`: what goes along as `Idempotency-Key`."""
        headers = {"Idempotency-Key": key} if key is not None else {}
        return self.post("/refresh", {"refreshToken": token}, headers=headers)

    def reset(self, token: str, password: str = NEW_PASSWORD) -> TestResponse:
        return self.post("/reset-password", {"token": token, "password": password})

    def me(self, access: str) -> TestResponse:
        return self.request("GET", "/api/auth/me", headers={"Authorization": f"Bearer {access}"})

    def signed_in(self, email: str = ADA, password: str = PASSWORD) -> Person:
        """A person who is registered (now or before) and has just logged in."""
        self.register(email, password)
        tokens = self.login(email, password).get_json()
        return Person(email, password, tokens["accessToken"], tokens["refreshToken"])

    def _check(self, method: str, path: str, response: TestResponse) -> None:
        operation = self._operation(method, path.partition("?")[0])
        if operation is None or method == "HEAD":
            return
        declared = operation["responses"].get(str(response.status_code))
        assert declared is not None, f"{method} {path} answered {response.status_code}, which is not declared"
        schema = declared["content"]["application/json"]["schema"]
        components = self._description["components"]
        Draft202012Validator({**schema, "components": components}).validate(response.get_json())
        if response.status_code == 422:
            assert_says_why(response.get_json())
        # Compact, and without a newline at the end.
        assert response.data == json.dumps(response.get_json(), separators=(",", ":")).encode()

    def _operation(self, method: str, path: str) -> dict[str, Any] | None:
        described = re.sub(r"/sessions/[^/]+$", "/sessions/{id}", path)
        return self._description["paths"].get(described, {}).get(method.lower())
