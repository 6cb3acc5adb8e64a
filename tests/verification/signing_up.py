"""What people send who sign up and prove their mailbox, and what becomes of them."""

import re
from typing import Any

from psycopg import Connection
from tests.support.client import ADA, Client
from werkzeug.test import TestResponse

CHOSEN = "a password of the owner's"
STRANGERS = "a password of the stranger's"
RANDOM = re.compile(rb'(?<="requestId":")[^"]+|(?<="registrationId":")[^"]+')


def sign_up(api: Client, email: str = ADA, password: str = CHOSEN, name: str = "Ada") -> str:
    """Its `registrationId`."""
    answer: Any = api.register(email, password, name).get_json()
    return answer["registrationId"]


def verify(api: Client, **content: str) -> TestResponse:
    return api.post("/verify-email", content)


def resend(api: Client, **content: str) -> TestResponse:
    return api.post("/resend-verification", content)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**8:08}"


def users(tables: Connection) -> list[tuple[str, bool]]:
    return tables.execute("SELECT email, email_verified FROM users ORDER BY id").fetchall()


def seen(answer: TestResponse) -> tuple[int, bytes, list[tuple[str, str]]]:
    """All that a stranger is told, byte by byte, but for what is random or counts the stranger's own tries."""
    headers = [(name, value) for name, value in answer.headers if name not in {"X-Request-Id", "RateLimit"}]
    return answer.status_code, RANDOM.sub(b"", answer.data), sorted(headers)
