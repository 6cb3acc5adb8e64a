"""Databases as others set them up: what we rely on is set, and what cannot be is said with the way out."""

import secrets
from collections.abc import Callable, Iterator
from urllib.parse import quote, urlsplit

import psycopg
import pytest
from tests.support.client import PASSWORD
from tests.support.jobs import work_off
from tests.support.outbox import Outbox
from tests.support.settings import ENVIRONMENT

from authflow.bootstrap import build_services
from authflow.config import load_config
from authflow.crypto.hash_slots import HashSlots
from authflow.crypto.password_hash import PasswordHash
from authflow.database.migration_files import MigrationError
from authflow.database.migrator import Migrator
from authflow.database.pool import Pool
from authflow.doctor.database import findings_of_database
from authflow.web.app import create_app
from authflow.worker.app import handlers_of

STRANGE = {
    "DateStyle": "SQL, DMY",
    "IntervalStyle": "sql_standard",
    "TimeZone": "Asia/Kolkata",
    "bytea_output": "escape",
    "extra_float_digits": "0",
    "array_nulls": "off",
    "transform_null_equals": "on",
    "row_security": "off",
    "client_encoding": "LATIN1",
    "default_transaction_isolation": "serializable",
    "default_transaction_deferrable": "on",
    "default_transaction_read_only": "on",
    "statement_timeout": "0",
    "lock_timeout": "0",
    "idle_session_timeout": "1s",
}
ADA = {"username": "Ada Łovelace 🎩", "email": "ada@example.com", "password": PASSWORD}
Run = Callable[..., None]


@pytest.fixture
def run(empty_database: str) -> Run:
    def run(*statements: str) -> None:
        with psycopg.connect(empty_database, autocommit=True) as connection:
            connection.execute("SET default_transaction_read_only = off")
            for each in statements:
                connection.execute(each.encode())

    return run


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


def database_of(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


def test_no_default_of_a_database_breaks_anything(empty_database: str, run: Run):
    Migrator(empty_database).up()
    with psycopg.connect(empty_database) as connection:
        known = {name for (name,) in connection.execute("SELECT name FROM pg_settings").fetchall()}
    name = database_of(empty_database)
    run(*(f"ALTER DATABASE {name} SET {each} = '{STRANGE[each]}'" for each in STRANGE if each in known))
    # The owner of the test needs to write.
    with psycopg.connect(empty_database, autocommit=True) as connection:
        assert connection.execute("SHOW DateStyle").fetchone() == ("SQL, DMY",)
    run(f"ALTER DATABASE {name} SET default_transaction_read_only = off")
    use(empty_database)
    run(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    assert readiness_of(empty_database)[0] == 200
    assert Migrator(empty_database).up() == []


def test_a_read_only_default_does_not_keep_migrations_out(empty_database: str, run: Run):
    run(f"ALTER DATABASE {database_of(empty_database)} SET default_transaction_read_only = on")
    assert "0001_users" in Migrator(empty_database).up()


@pytest.fixture(params=["SQL_ASCII", "LATIN1"])
def other_encoding(request: pytest.FixtureRequest, postgres_url: str) -> Iterator[str]:
    name = f"empty_{secrets.token_hex(6)}"
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} ENCODING '{request.param}' LOCALE 'C' TEMPLATE template0".encode())
    yield urlsplit(postgres_url)._replace(path=f"/{name}").geturl()
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def test_a_database_that_cannot_hold_every_name_is_refused(other_encoding: str):
    with pytest.raises(MigrationError, match=r"encoding is .* ENCODING 'UTF8'"):
        Migrator(other_encoding).up()
    assert "ENCODING 'UTF8'" in problems_of(other_encoding)
    assert readiness_of(other_encoding) == (503, {"database": "failed", "migrations": "failed"})


@pytest.fixture
def roles(empty_database: str, run: Run) -> Iterator[tuple[str, str, str]]:
    """One that migrates and one that serves, and the schema of the first, as docs/database.md makes them."""
    word = secrets.token_hex(4)
    owner, server, schema = f"owner_{word}", f"server_{word}", f"auth_{word}"
    run(
        f"CREATE ROLE {owner} LOGIN",
        f"CREATE ROLE {server} LOGIN",
        f"CREATE SCHEMA {schema} AUTHORIZATION {owner}",
        f"ALTER ROLE {owner} SET search_path = {schema}",
        f"ALTER ROLE {server} SET search_path = {schema}",
    )
    yield owner, server, schema
    run(f"DROP OWNED BY {owner}, {server} CASCADE", f"DROP ROLE {owner}, {server}")


def as_role(url: str, role: str) -> str:
    return url.replace("://postgres@", f"://{role}@")


def test_a_role_with_no_more_rights_than_it_needs_serves_from_a_schema_of_its_own(
    empty_database: str, run: Run, roles: tuple[str, str, str]
):
    owner, server, schema = roles
    run("CREATE TABLE users (id int)", "CREATE TABLE schema_migrations (version varchar PRIMARY KEY)")
    Migrator(as_role(empty_database, owner)).up()
    serving = as_role(empty_database, server)
    assert readiness_of(serving)[0] == 503
    run(f"GRANT USAGE ON SCHEMA {schema} TO {server}")
    assert readiness_of(serving) == (503, {"database": "failed", "migrations": "failed"})
    assert "GRANT it SELECT" in problems_of(serving)
    # For tables that were there before; see docs/database.md.
    run(
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {server}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {server}",
    )
    use(serving)


def test_a_schema_may_be_named_in_the_address(empty_database: str, run: Run):
    run("CREATE SCHEMA auth")
    url = f"{empty_database}&options={quote('-csearch_path=auth')}"
    Migrator(url).up()
    use(url)
    with psycopg.connect(empty_database) as connection:
        assert connection.execute("SELECT to_regclass('public.users')").fetchone() == (None,)


def test_a_role_that_may_not_create_is_told_so(empty_database: str, run: Run, roles: tuple[str, str, str]):
    _, server, schema = roles
    run(f"GRANT USAGE ON SCHEMA {schema} TO {server}")
    with pytest.raises(MigrationError, match=f"GRANT CREATE ON SCHEMA {schema} TO {server}"):
        Migrator(as_role(empty_database, server)).up()


def test_without_a_schema_it_is_told_so(empty_database: str):
    with pytest.raises(MigrationError, match="search_path"):
        Migrator(f"{empty_database}&options={quote('-csearch_path=nowhere')}").up()


@pytest.mark.parametrize(
    "theirs",
    [
        "CREATE TABLE users (id int)",
        "CREATE TABLE schema_migrations (version varchar PRIMARY KEY)",
        "CREATE TABLE procrastinate_jobs (id int)",
    ],
)
def test_a_table_of_somebody_else_is_left_alone_and_a_schema_advised(empty_database: str, run: Run, theirs: str):
    run(theirs)
    with pytest.raises(MigrationError, match="a schema of its own, see docs"):
        Migrator(empty_database).up()
    with psycopg.connect(empty_database) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert tables == (1,)
    assert readiness_of(empty_database)[0] == 503
