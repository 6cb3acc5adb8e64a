"""A database in use: by a person, by `/ready`, by `authflow doctor`."""

from collections.abc import Callable

import psycopg
from tests.support.client import PASSWORD
from tests.support.jobs import work_off
from tests.support.outbox import Outbox
from tests.support.settings import ENVIRONMENT

from authflow.bootstrap import build_services
from authflow.config import load_config
from authflow.crypto.hash_slots import HashSlots
from authflow.crypto.password_hash import PasswordHash
from authflow.database.pool import Pool
from authflow.doctor.database import findings_of_database
from authflow.web.app import create_app
from authflow.worker.app import handlers_of

ADA = {"username": "Ada Łovelace 🎩", "email": "ada@example.com", "password": PASSWORD}
Run = Callable[..., None]


def use(url: str) -> None:
    """Sign up, sign in, forget the password, and have the mail sent."""
    config = load_config({**ENVIRONMENT, "DATABASE_URL": url})
    pool, outbox = Pool(url, 2), Outbox()
    services = build_services(config, pool, PasswordHash(4, HashSlots(slots=1)), outbox)
    client = create_app(services, config).test_client()
    try:
        assert client.get("/ready").json == {"status": "ok", "checks": {"database": "ok", "migrations": "ok"}}
        assert client.post("/api/auth/register", json=ADA).status_code == 201
        login = client.post("/api/auth/login", json={"email": ADA["email"], "password": PASSWORD})
        assert login.json["user"]["username"] == ADA["username"]
        bearer = {"Authorization": f"Bearer {login.json['accessToken']}"}
        assert client.get("/api/auth/sessions", headers=bearer).status_code == 200
        assert (
            client.post("/api/auth/refresh", json={"refreshToken": login.json["refreshToken"]}).status_code == 200
        )
        with psycopg.connect(url) as connection:
            connection.execute("UPDATE users SET email_verified = true")
        assert client.post("/api/auth/forgot-password", json={"email": ADA["email"]}).status_code == 200
        work_off(services.job_queue, url, handlers_of(services))
        assert outbox.mails
        services.sweeping.sweep()
        assert client.delete("/api/auth/me", json={"password": PASSWORD}, headers=bearer).status_code == 200
    finally:
        pool.close()


def readiness_of(url: str) -> tuple[int, dict[str, str]]:
    config = load_config({**ENVIRONMENT, "DATABASE_URL": url})
    pool = Pool(url, 1)
    try:
        answer = create_app(build_services(config, pool), config).test_client().get("/ready")
    finally:
        pool.close()
    return answer.status_code, answer.json["checks"]


def problems_of(url: str) -> str:
    config = load_config({**ENVIRONMENT, "DATABASE_URL": url})
    return "\n".join(each.text for each in findings_of_database(config) if not each.is_ok)
