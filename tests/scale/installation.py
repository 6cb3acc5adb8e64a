"""The service in this process, on a filled database, and its calls at random accounts."""

import random
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import psycopg
from werkzeug.test import Client

from authflow.bootstrap import Services, build_services
from authflow.config import load_config
from authflow.crypto.hash_slots import HashSlots
from authflow.crypto.password_format import make_hash
from authflow.crypto.password_hash import PasswordHash
from authflow.database.migrator import Migrator
from authflow.database.pool import Pool
from authflow.domain.email_address import EmailAddress
from authflow.web.app import create_app
from tests.scale.filling import Filled, fill
from tests.support.settings import SETTINGS

PASSWORD = "correct horse battery"
# What a hash takes is the same for any number of users.
CHEAP_COST = 4
TABLES = ("users", "refresh_tokens", "events")


@dataclass(frozen=True)
class Installation:
    services: Services
    client: Client
    filled: Filled
    chance: random.Random
    url: str

    @property
    def calls(self) -> dict[str, Callable[[], object]]:
        """What is measured, each at another account every time."""
        return {
            "GET /me": self.show,
            "POST /refresh": self.refresh,
            "POST /login": self.log_in,
            "GET /sessions": self.list_sessions,
            "POST /forgot-password": self.forget,
            "authflow user show": self.look_up,
        }

    def show(self) -> None:
        self._ask("GET", "/me", headers=self._bearer())

    def refresh(self) -> None:
        """Another session every time, but for chance: one that was met before is answered within the grace."""
        session, secret = self.filled.any_session(self.chance)
        token = self.services.sessions.tokens.refresh.issue(session, secret)
        self._ask("POST", "/refresh", json={"refreshToken": token}, may_be={HTTPStatus.UNAUTHORIZED})

    def log_in(self) -> None:
        self._ask("POST", "/login", json={"email": self.filled.any_email(self.chance), "password": PASSWORD})

    def list_sessions(self) -> None:
        self._ask("GET", "/sessions", headers=self._bearer())

    def forget(self) -> None:
        self._ask("POST", "/forgot-password", json={"email": self.filled.any_email(self.chance)})

    def look_up(self) -> None:
        operator = self.services.account_operator
        operator.list_sessions(operator.get_status(EmailAddress.parse(self.filled.any_email(self.chance))))

    def sweep(self) -> int:
        """How many rows were removed."""
        return self.services.sweeping.sweep().sessions

    def sizes(self) -> dict[str, float]:
        """Bytes of a row, with its part of the indexes."""
        with psycopg.connect(self.url) as connection:
            return {
                table: size / max(rows, 1)
                for table in TABLES
                for size, rows in connection.execute(
                    f"SELECT pg_total_relation_size('{table}'), (SELECT count(*) FROM {table})"
                ).fetchall()
            }

    def _bearer(self) -> dict[str, str]:
        session, _ = self.filled.any_session(self.chance)
        token = self.services.sessions.tokens.access.issue(session.user_id, session.id, "user")
        return {"Authorization": f"Bearer {token}"}

    def _ask(
        self, method: str, path: str, may_be: frozenset[int] | set[HTTPStatus] = frozenset(), **given: Any
    ) -> None:
        answer = self.client.open(f"/api/auth{path}", method=method, **given)
        assert answer.status_code == HTTPStatus.OK or answer.status_code in may_be, answer.get_data(as_text=True)


@contextmanager
def installation(server_url: str, name: str, users: int) -> Generator[Installation]:
    """On a new database of that server."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    url = server_url.replace("/postgres?", f"/{name}?")
    Migrator(url).up()
    with psycopg.connect(url, autocommit=True) as connection:
        filled = fill(connection, users, make_hash(PASSWORD, CHEAP_COST))
    config = load_config({**SETTINGS, "DATABASE_URL": url})
    pool = Pool(url, 4)
    services = build_services(config, pool, PasswordHash(CHEAP_COST, HashSlots(slots=2)))
    try:
        yield Installation(services, Client(create_app(services, config)), filled, random.Random(users), url)  # noqa: S311, accounts to be met
    finally:
        pool.close()
