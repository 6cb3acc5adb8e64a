"""What strangers make the database keep: rows and bytes of 10,000 requests of each route, and until when."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from psycopg import Connection, sql

from authflow.bootstrap import build_services
from authflow.config import Config
from authflow.crypto.hash_slots import HashSlots
from authflow.crypto.password_hash import PasswordHash
from authflow.database.pool import Pool
from authflow.web.app import create_app
from authflow.worker.app import handlers_of
from tests.support.client import PASSWORD, Client
from tests.support.jobs import age_jobs, work_off
from tests.support.outbox import Outbox
from tests.support.tables import TABLES, age_limits, age_resets, age_verifications

REQUESTS, TOLD = 500, 10_000
KIB = 1_024
MINUTE, HOUR, DAY = 60, 3_600, 86_400
# For good: an account is its owner's, and there is one row of each cause of withheld mails.
STAY = {"users", "withheld_mails"}
FORGED = "-" + "A" * 43

Content = dict[str, Any]
# Each from an IP, and with an email, of its own: the most that a route can be made to keep.
ROUTES: dict[str, tuple[str, Callable[[str], Content]]] = {
    "login": ("/login", lambda email: {"email": email, "password": "wrong " + PASSWORD}),
    "register": ("/register", lambda email: {"username": "Eve", "email": email, "password": PASSWORD}),
    "register, 422": ("/register", lambda email: {"username": "Eve", "email": email, "password": "password"}),
    "forgot-password": ("/forgot-password", lambda email: {"email": email}),
    "resend-verification, email": ("/resend-verification", lambda email: {"email": email}),
    "resend-verification, id": ("/resend-verification", lambda email: {"registrationId": email}),
    "reset-password, code": (
        "/reset-password",
        lambda email: {"email": email, "otp": "00000000", "password": PASSWORD},
    ),
    "reset-password, link": ("/reset-password", lambda _: {"token": "r1" + FORGED, "password": PASSWORD}),
    "verify-email, code": ("/verify-email", lambda email: {"registrationId": email, "otp": "00000000"}),
    "verify-email, link": ("/verify-email", lambda email: {"registrationId": email, "token": "p1" + FORGED}),
    "refresh": ("/refresh", lambda email: {"refreshToken": email}),
    "logout": ("/logout", lambda email: {"refreshToken": email}),
}


class Service:
    def __init__(self, config: Config, database_url: str, tables: Connection) -> None:
        self.pool = Pool(config.database_url, 4)
        self.services = build_services(config, self.pool, PasswordHash(4, HashSlots(slots=4)), Outbox())
        self.api = Client(create_app(self.services, config))
        self.url, self.tables = database_url, tables

    def work(self) -> None:
        work_off(self.services.job_queue, self.url, handlers_of(self.services))
        self.services.sweeping.sweep()

    def age(self, seconds: int) -> None:
        for make_older in (age_limits, age_jobs, age_resets, age_verifications):
            make_older(self.tables, seconds)

    def rows(self) -> dict[str, int]:
        return {table: self._number("SELECT count(*) FROM {}", table) for table in TABLES if table not in STAY}

    def bytes(self) -> int:
        return sum(self._number("SELECT pg_total_relation_size({}::regclass)", table) for table in TABLES)

    def _number(self, question: str, table: str) -> int:
        name = sql.Literal(table) if "regclass" in question else sql.Identifier(table)
        row = self.tables.execute(sql.SQL(question).format(name)).fetchone()
        return row[0] if row else 0


@pytest.fixture
def service(config: Config, database_url: str, tables: Connection):
    tables.execute(sql.SQL("TRUNCATE {} CASCADE").format(sql.SQL(",").join(map(sql.Identifier, TABLES))))
    service = Service(replace(config, require_email_verification=True), database_url, tables)
    yield service
    service.pool.close()


@pytest.mark.parametrize("route", ROUTES)
def test_what_strangers_write_is_gone_in_a_day(service: Service, report: Callable[[str], None], route: str):
    path, content = ROUTES[route]
    before = service.bytes()
    for n in range(REQUESTS):
        place = {"environ_base": {"REMOTE_ADDR": f"10.0.{n // 250}.{n % 250}"}}
        service.api.post(path, content(f"stranger{n}@example.com"), **place)
    written, kib = service.rows(), (service.bytes() - before) / KIB
    left: list[int] = []
    for seconds in (0, 5 * MINUTE, HOUR, DAY):
        service.age(seconds + 1)
        service.work()
        left.append(sum(service.rows().values()))
    times = TOLD // REQUESTS
    of_each = ", ".join(f"{rows * times} {table}" for table, rows in written.items() if rows)
    report(
        f"{TOLD} × {route}: {of_each or 'no row'}; {kib * times:.0f} KiB; rows left once the worker is done, "
        f"after 5 min, an hour more, a day more: {' / '.join(str(rows * times) for rows in left)}"
    )
    assert left[-1] == 0
