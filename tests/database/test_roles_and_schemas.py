"""A schema of its own, roles with few rights, and what others have in the way; as docs/database.md says."""

import re
import secrets
from collections.abc import Iterator
from urllib.parse import quote

import psycopg
import pytest
from in_use import Run, problems_of, readiness_of, use
from tests.documentation.blocks import CHECKOUT, blocks, prose

from authflow.database.connecting import connect
from authflow.database.migration_files import MigrationError
from authflow.database.migrator import Migrator
from authflow.database.pooler import lacking_of_role

Roles = tuple[str, str, str]


# Of the document, where they may be anybody's: a test has its own.
NAMES = ("authflow_owner", "authflow", "auth")
IN_SCHEMA, BOTH_ROLES, POOLED = blocks("sql")


@pytest.fixture
def roles(empty_database: str, run: Run) -> Iterator[Roles]:
    """Names for one that migrates, one that serves, and a schema."""
    word = secrets.token_hex(4)
    yield (names := (f"owner_{word}", f"server_{word}", f"auth_{word}"))
    for role in names[:2]:
        end = f"DROP OWNED BY {role} CASCADE; DROP ROLE {role}"
        run(f"DO 'BEGIN IF to_regrole(''{role}'') IS NOT NULL THEN {end}; END IF; END'")


def documented(sql: str, roles: Roles) -> list[str]:
    """The statements, of these names."""
    ours = dict(zip(NAMES, roles, strict=True))
    text = re.sub(rf"\b({'|'.join(NAMES)})\b", lambda name: ours[name[0]], sql)
    return [statement.strip() for statement in text.split(";") if statement.strip()]


@pytest.fixture
def prepared(run: Run, roles: Roles) -> Roles:
    """The roles and the schema are there; the one that serves may do nothing yet."""
    run(*(each for each in documented(BOTH_ROLES.text, roles) if re.match("CREATE|ALTER ROLE", each)))
    return roles


def as_role(url: str, role: str) -> str:
    return url.replace("://postgres@", f"://{role}@")


def test_the_documented_roles_migrate_and_serve(empty_database: str, run: Run, roles: Roles):
    run(*documented(BOTH_ROLES.text, roles))
    owner, server, _ = roles
    Migrator(as_role(empty_database, owner)).up()
    use(as_role(empty_database, server))


def test_behind_a_pooler_the_documented_role_brings_what_is_needed(
    empty_database: str, run: Run, roles: Roles, prepared: Roles
):
    with connect(as_role(empty_database, roles[1]), pooled=True) as connection:
        assert len(list(lacking_of_role(connection))) == len(documented(POOLED.text, roles))
    run(*documented(POOLED.text, roles))
    with connect(as_role(empty_database, roles[1]), pooled=True) as connection:
        assert list(lacking_of_role(connection)) == []


def test_the_documented_schema_keeps_it_apart_from_others(empty_database: str, run: Run, roles: Roles):
    _, server, schema = roles
    run("CREATE TABLE users (id int)", f"CREATE ROLE {server} LOGIN", *documented(IN_SCHEMA.text, roles))
    run(f"GRANT USAGE, CREATE ON SCHEMA {schema} TO {server}")
    Migrator(as_role(empty_database, server)).up()
    use(as_role(empty_database, server))


def test_a_role_with_no_more_rights_than_it_needs_serves_from_a_schema_of_its_own(
    empty_database: str, run: Run, prepared: Roles
):
    owner, server, schema = prepared
    run("CREATE TABLE users (id int)", "CREATE TABLE schema_migrations (version varchar PRIMARY KEY)")
    Migrator(as_role(empty_database, owner)).up()
    serving = as_role(empty_database, server)
    assert readiness_of(serving)[0] == 503
    run(f"GRANT USAGE ON SCHEMA {schema} TO {server}")
    assert readiness_of(serving) == (503, {"database": "failed", "migrations": "failed"})
    assert "GRANT it SELECT" in problems_of(serving)
    for_tables_of_before = re.findall(r"`(GRANT [^`]+)`", prose(CHECKOUT / "docs/database.md"))
    assert len(for_tables_of_before) == 3
    run(*documented(";".join(for_tables_of_before), prepared))
    use(serving)


def test_a_schema_may_be_named_in_the_address(empty_database: str, run: Run):
    run("CREATE SCHEMA auth")
    url = f"{empty_database}&options={quote('-csearch_path=auth')}"
    Migrator(url).up()
    use(url)
    with psycopg.connect(empty_database) as connection:
        assert connection.execute("SELECT to_regclass('public.users')").fetchone() == (None,)


def test_a_role_that_may_not_create_is_told_so(empty_database: str, run: Run, prepared: Roles):
    _, server, schema = prepared
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
        "CREATE TABLE users (id int) PARTITION BY RANGE (id)",
        "CREATE VIEW users AS SELECT 1 AS id",
        "CREATE MATERIALIZED VIEW users AS SELECT 1 AS id",
        "CREATE SEQUENCE users",
        "CREATE TYPE events AS (id int)",
    ],
)
def test_what_is_somebody_elses_is_left_alone_and_a_schema_advised(empty_database: str, run: Run, theirs: str):
    run(theirs)
    with pytest.raises(MigrationError, match="a schema of its own, see docs"):
        Migrator(empty_database).up()
    with psycopg.connect(empty_database) as connection:
        there = connection.execute(
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind <> 'i'"
        ).fetchone()
    assert there == (1,)
    assert "a schema of its own, see docs" in problems_of(empty_database)
    assert readiness_of(empty_database)[0] == 503


@pytest.mark.parametrize(
    "theirs",
    [
        "CREATE TYPE procrastinate_job_status AS ENUM ('todo')",
        "CREATE FUNCTION procrastinate_notify_queue() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
    ],
)
def test_types_and_functions_in_the_way_are_told_with_the_way_out(empty_database: str, run: Run, theirs: str):
    run(theirs)
    with pytest.raises(MigrationError, match=r"already exists.* a schema of its own, see docs"):
        Migrator(empty_database).up()


def test_a_role_that_may_not_call_the_functions_of_the_queue_is_told_so(
    empty_database: str, run: Run, roles: Roles
):
    owner, server, schema = roles
    run(*documented(BOTH_ROLES.text, roles))
    Migrator(as_role(empty_database, owner)).up()
    serving = as_role(empty_database, server)
    assert readiness_of(serving)[0] == 200
    # As hardened databases do it.
    run(f"REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA {schema} FROM PUBLIC, {server}")
    assert readiness_of(serving)[0] == 503
    assert "EXECUTE on the functions" in problems_of(serving)
    run(f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA {schema} TO {server}")
    use(serving)


def test_another_tools_migrations_are_not_told_as_ours(empty_database: str, run: Run):
    run("CREATE TABLE schema_migrations (version varchar PRIMARY KEY)")
    with pytest.raises(MigrationError, match="another tool's"):
        Migrator(empty_database).status()


def test_a_role_that_only_serves_is_told_what_migrates(empty_database: str, run: Run, prepared: Roles):
    _, server, schema = prepared
    run(f"GRANT USAGE ON SCHEMA {schema} TO {server}")
    assert "or migrate as another role" in problems_of(as_role(empty_database, server))
