"""A browser, as far as cookies go: what it got, and sends along."""

import re
from dataclasses import dataclass
from typing import Any

from tests.support.client import ADA, PASSWORD, Client
from werkzeug.test import TestResponse

ACCESS, REFRESH = "__Host-authflow-access", "__Host-authflow-refresh"
OURS = {"Origin": "https://app.example.com"}
TOKEN = r"eyJ[\w-]+\.[\w-]+\.[\w-]+"
CLEARED = [f"{name}=; Max-Age=0; Secure; HttpOnly; Path=/; SameSite=Lax" for name in (ACCESS, REFRESH)]


@dataclass(frozen=True)
class Browser:
    """By hand, so that a test can keep some of it back."""

    client: Client
    jar: dict[str, str]

    def headers(self, *names: str, **more: str) -> dict[str, str]:
        cookies = {name: self.jar[name] for name in names or self.jar}
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), **more}


def log_in(client: Client, delivery: str, email: str = ADA) -> TestResponse:
    client.register(email)
    answer = client.post("/login", {"email": email, "password": PASSWORD, "delivery": delivery})
    assert answer.status_code == 200
    return answer


def browser_of(client: Client, delivery: str = "cookies", email: str = ADA) -> Browser:
    return Browser(client, jar_of(log_in(client, delivery, email)))


def jar_of(answer: TestResponse) -> dict[str, str]:
    parts = [cookie.partition(";")[0].partition("=") for cookie in answer.headers.getlist("Set-Cookie")]
    return {name: value for name, _, value in parts}


def set_cookies(answer: TestResponse) -> list[str]:
    """As they were sent, but for the tokens."""
    return [re.sub(TOKEN, "<token>", cookie) for cookie in answer.headers.getlist("Set-Cookie")]


def code(answer: TestResponse) -> str | int:
    return answer.get_json().get("code", answer.status_code)


def show(browser: Browser, *names: str, **headers: str) -> TestResponse:
    return browser.client.request("GET", "/api/auth/me", headers=browser.headers(*names, **headers))


def refresh(browser: Browser, *names: str, content: Any = None, **headers: str) -> TestResponse:
    return browser.client.post("/refresh", content, headers=browser.headers(*names, **OURS, **headers))


def log_out(browser: Browser, *names: str, content: Any = None, **headers: str) -> TestResponse:
    return browser.client.post("/logout", content, headers=browser.headers(*names, **OURS, **headers))
