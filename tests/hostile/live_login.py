"""How schemathesis is signed in: loaded by it, as HOSTILE_EMAIL with HOSTILE_PASSWORD at HOSTILE_URL."""

import json
import os
import urllib.error
import urllib.request
from typing import Any

import schemathesis

# Seconds.
PATIENCE = 10


@schemathesis.auth(refresh_interval=None)  # what it asks may be to log out: its token is looked at before each use
class LiveLogin:
    def __init__(self) -> None:
        self._token = ""

    def get(self, case: schemathesis.Case[Any], context: schemathesis.AuthContext) -> str:
        if not self._token or asked("/me", self._token) is None:
            login = {"email": os.environ["HOSTILE_EMAIL"], "password": os.environ["HOSTILE_PASSWORD"]}
            self._token = asked("/login", content=login)["accessToken"]
        return self._token

    def set(self, case: schemathesis.Case[Any], data: str, context: schemathesis.AuthContext) -> None:
        case.headers["Authorization"] = f"Bearer {data}"


def asked(path: str, token: str = "", content: dict[str, str] | None = None) -> Any:
    """What it answers; None to a token that is dead."""
    headers = {"Authorization": f"Bearer {token}"} if token else {"Content-Type": "application/json"}
    body = None if content is None else json.dumps(content).encode()
    request = urllib.request.Request(f"{os.environ['HOSTILE_URL']}/api/auth{path}", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        if error.code != 401:
            raise
        return None
