"""`authflow user import` of what `psql` exports, as the README shows it: booleans, times, empty cells."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.administration.users_file import BOB, HASH, row, rows
from tests.support.client import ADA

README = Path(__file__).parents[2] / "README.md"
# As the articles make it, and as other tutorials do.
ARTICLES = """
    CREATE TABLE users (
        id serial PRIMARY KEY, username varchar(255) NOT NULL, email varchar(255) UNIQUE NOT NULL,
        {password} text, created_at timestamp DEFAULT now()
    )
"""


def exported(tables, query):
    r"""What `\\copy (query) TO 'users.csv' WITH (FORMAT csv, HEADER)` writes."""
    with tables.cursor().copy(f"COPY ({query}) TO STDOUT WITH (FORMAT csv, HEADER)") as copied:
        return b"".join(copied)


@pytest.fixture
def old_schema(tables):
    """Where the table of the other system stands; the session sees it instead of ours."""
    tables.execute("CREATE SCHEMA articles; SET search_path = articles")
    yield tables
    tables.execute("DROP SCHEMA articles CASCADE; RESET search_path")


@pytest.mark.parametrize("column", ["password_hash", "password"])
def test_the_export_that_the_readme_shows_can_be_imported(imported, old_schema, column):
    (shown,) = re.findall(r"^\\copy (\(.*\)) TO 'users.csv' (.*)$", README.read_text(), re.MULTILINE)
    (renaming,) = re.findall(r"`(password AS password_hash)`", README.read_text())
    query = shown[0] if column == "password_hash" else shown[0].replace("password_hash", renaming)
    old_schema.execute(ARTICLES.format(password=column))
    old_schema.execute(
        f"INSERT INTO users (username, email, {column}) VALUES ('A, \"B\"', %s, %s), ('Bob', %s, NULL)",
        [ADA, HASH, BOB],
    )
    with old_schema.cursor().copy(f"COPY {query} TO STDOUT {shown[1]}") as copied:
        content = b"".join(copied)
    assert imported(content) == (0, "2 imported (1 without a password), 0 refused", {})
    ada, bob = old_schema.execute("SELECT username, password_hash FROM public.users ORDER BY id").fetchall()
    assert (ada, bob) == (('A, "B"', HASH), ("Bob", None))


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "America/St_Johns"])
def test_booleans_and_times_are_read_as_psql_prints_them(imported, tables, zone):
    tables.execute(f"SET TIME ZONE '{zone}'")
    query = f"""
        SELECT * FROM (VALUES
            ('{ADA}', 'Ada', '{HASH}', true, timestamptz '2024-01-31 09:30:00+00'),
            ('{BOB}', 'Bob', '{HASH}', false, timestamptz '2024-01-31 09:30:00.123456+00')
        ) AS old (email, username, password_hash, verified, created_at)
    """
    content = exported(tables, query)
    tables.execute("RESET TIME ZONE")
    assert imported(content)[:2] == (0, "2 imported, 0 refused")
    then = datetime(2024, 1, 31, 9, 30, tzinfo=UTC)
    assert tables.execute("SELECT email_verified, created_at FROM users ORDER BY id").fetchall() == [
        (True, then),
        (False, then.replace(microsecond=123456)),
    ]


@pytest.mark.parametrize(
    ("text", "verified"),
    [("t", True), ("T", True), ("TRUE", True), ("1", True), ("f", False), ("False", False), ("0", False)],
)
def test_a_boolean_may_be_written_in_each_usual_way(imported, tables, text, verified):
    assert imported(rows(row(verified=text)))[0] == 0
    assert tables.execute("SELECT email_verified FROM users").fetchone() == (verified,)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2026-01-31 09:30:00", 0),
        ("2026-01-31T09:30:00", 0),
        ("2026-01-31 09:30:00.5", 0.5),
        ("2026-01-31 09:30:00+00", 0),
        ("2026-01-31 11:30:00+02", 0),
        ("2026-01-31 15:00:00+05:30", 0),
        ("2026-01-31 15:00:00+0530", 0),
        ("2026-01-31 09:30:10+00:00:10", 0),
        ("2026-01-31t09:30:00z", 0),
    ],
)
def test_a_time_may_have_an_offset_or_none(imported, tables, text, seconds):
    assert imported(rows(row(created_at=text)))[0] == 0
    then = datetime(2026, 1, 31, 9, 30, tzinfo=UTC) + timedelta(seconds=seconds)
    assert tables.execute("SELECT created_at FROM users").fetchone() == (then,)


def test_a_clock_ahead_of_utc_keeps_nobody_out(imported, tables):
    this_evening = datetime.now(UTC).replace(tzinfo=None) + timedelta(hours=9)
    assert imported(rows(row(created_at=f"{this_evening:%Y-%m-%d %H:%M:%S}")))[0] == 0
    assert tables.execute("SELECT created_at <= clock_timestamp() FROM users").fetchone() == (True,)


@pytest.mark.parametrize(
    "header", ["EMAIL,USERNAME,PASSWORD_HASH,VERIFIED,CREATED_AT", ' Email,"Username", Password_Hash,v,c']
)
def test_columns_are_named_in_any_case(imported, tables, header):
    header = header.replace(",v,c", ",verified,Created_At")
    assert imported("\ufeff" + rows(row(), header=header))[:2] == (0, "1 imported, 0 refused")


def test_fields_of_objects_are_named_in_any_case(imported):
    content = f'{{"Email": "{ADA}", "USERNAME": "Ada", "password_hash": null}}'
    assert imported(content, name="users.jsonl")[:2] == (0, "1 imported (1 without a password), 0 refused")


@pytest.mark.parametrize("option", [[], ["--dry-run"]])
def test_the_summary_says_how_many_have_no_password(imported, option):
    content = rows(f"{ADA},Ada", f"{BOB},Bob", "x,Eve", header="email,username")
    before = "nothing was changed: 2 would be imported" if option else "2 imported"
    assert imported(content, *option)[1] == f"{before} (2 without a password), 1 refused"
