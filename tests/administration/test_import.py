"""`authflow user import`: who comes in, and who stays out and why."""

import json
from datetime import UTC, datetime
from itertools import count

import pytest
from tests.administration.users_file import BOB, HASH, emails, row, rows
from tests.support.client import ADA, PASSWORD

from authflow.commands.main import main

LONG_PASSWORD = "Grüße " * 20
# Made by bcryptjs 3.0.3, as in an Express app.
LONG_HASH = "$2b$04$cNuts9rcAMiRhO7.2FDzu.tLUnY7vwesDEJ2FFNkGxXkSjh/rqusC"
# Of passlib's documentation.
PRE_HASHED = "$bcrypt-sha256$v=2,t=2b,r=12$n79VH.0Q2TMWmt3Oqt9uku$Kq4Noyk3094Y2QlB8NdRT8SvGiI4ft2"


def test_users_come_in_as_they_are_in_the_file(imported, tables):
    content = rows(
        row("Ada@Example.com", "  Ada  ", verified="true", created_at="2024-02-29T09:30:00+02:00"),
        row(BOB, '"Bob ""B"", the 2nd"', f'"{PRE_HASHED}"', "false"),
    )
    assert imported(content) == (0, "2 imported, 0 refused", {})
    ada, bob = tables.execute(
        "SELECT username, email, email_canonical, email_verified, role, created_at, password_hash"
        " FROM users ORDER BY id"
    ).fetchall()
    then = datetime(2024, 2, 29, 7, 30, tzinfo=UTC)
    assert ada == ("Ada", "Ada@Example.com", ADA, True, "user", then, HASH)
    assert bob[:4] == ('Bob "B", the 2nd', BOB, BOB, False)
    assert abs((datetime.now(UTC) - bob[5]).total_seconds()) < 60


def test_columns_come_in_any_order_and_optional_ones_may_be_left_out(imported, tables):
    content = rows(f"{HASH},{ADA},Ada", header="password_hash,email,username")
    assert imported(content)[0] == 0
    assert tables.execute("SELECT email, username, email_verified FROM users").fetchone() == (ADA, "Ada", False)


def test_json_lines_say_the_same(imported, tables):
    ada = {"email": ADA, "username": "Ada", "password_hash": HASH, "verified": True, "created_at": None}
    bob = {"email": BOB, "username": "Bob", "password_hash": HASH}
    content = "\n".join(json.dumps(each) for each in (ada, bob))
    assert imported(content, name="users.JSONL") == (0, "2 imported, 0 refused", {})
    assert tables.execute("SELECT email, email_verified FROM users ORDER BY id").fetchall() == [
        (ADA, True),
        (BOB, False),
    ]


@pytest.mark.parametrize("prefix", ["2a", "2b", "2y"])
def test_an_old_password_logs_in_and_is_hashed_anew(imported, api, tables, prefix):
    imported(rows(row(password_hash=LONG_HASH.replace("2b", prefix, 1))))
    assert api.login(ADA, "not " + LONG_PASSWORD).status_code == 401
    assert api.login(ADA, LONG_PASSWORD).status_code == 200
    assert tables.execute("SELECT password_hash FROM users").fetchone()[0].startswith("$bcrypt-sha256$v=2,")
    # What bcrypt had cut off counts from now on.
    assert api.login(ADA, LONG_PASSWORD).status_code == 200
    assert api.login(ADA, LONG_PASSWORD + "x").status_code == 401


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (row(email=""), "email: It is missing."),
        (row(email="nobody"), "email: It is not a valid email address."),
        (row(email="a\0@example.com"), "email: It must be written in plain characters."),
        (row(email="a" * 65 + "@example.com"), "email: It is not a valid email address."),
        (row(username=" "), "username: It must have 1 to 64 characters."),
        (row(username="x" * 65), "username: It must have 1 to 64 characters."),
        (row(username="A\0da"), "username: It must not have control or text-direction characters."),
        (row(username='"A\nda"'), "username: It must not have control or text-direction characters."),
        (row(verified="yes"), "verified: It must be true or false (or t, f, 1, 0)."),
        (row(verified="tr"), "verified: It must be true or false (or t, f, 1, 0)."),
        (row(created_at="2024-01-31T09:30"), "created_at: It must be like 2026-01-31T09:30:00Z"),
        (row(created_at="infinity"), "created_at: It must be like 2026-01-31T09:30:00Z"),
        (row(created_at="2024-01-31"), "created_at: It must be like"),
        (row(created_at="٢٠٢٤-01-31T09:30:00Z"), "created_at: It must be like"),
        (row(created_at="2023-02-29T09:30:00Z"), "created_at: There is no such date and time."),
        (row(created_at="2024-01-31T09:30:00+24:00"), "created_at: There is no such date and time."),
        (row(created_at="2999-01-31T09:30:00Z"), "created_at: It must be between 1970 and now."),
        (row(created_at="0001-01-01T00:00:00+14:00"), "created_at: It must be between 1970 and now."),
        (row(email="x", verified="x"), "email: It is not a valid email address. verified: It must be true or"),
    ],
    ids=count(),
)
def test_what_is_not_valid_stays_out_and_the_rest_comes_in(imported, tables, line, reason):
    status, summary, refusals = imported(rows(line, row(BOB)))
    assert (status, summary, list(refusals)) == (1, "1 imported, 1 refused", [2])
    assert refusals[2].startswith(reason)
    assert emails(tables) == [BOB]


@pytest.mark.parametrize(
    "stored",
    [
        "!",
        PASSWORD,
        HASH[:-1],
        HASH + "x",
        HASH.replace("$2b$", "$2x$"),
        HASH.replace("$04$", "$03$"),
        HASH.replace("$04$", "$17$"),
        "$2b$04$" + "." * 21 + "/" + "." * 31,
        PRE_HASHED.replace("v=2", "v=1"),
        "$argon2id$v=19$m=65536$c29tZXNhbHQ$RdescudvJCsgt3ub",
    ],
)
def test_what_no_login_could_check_stays_out_and_is_not_shown(imported, tables, capfd, stored):
    _, summary, refusals = imported(rows(row(password_hash=f'"{stored}"')))
    assert summary == "0 imported, 1 refused"
    assert refusals[2].startswith("password_hash: ")
    assert stored not in refusals[2]


def test_neither_log_nor_reasons_have_an_email_or_a_hash(imported, tables, capfd, tmp_path):
    (tmp_path / "users.csv").write_text(rows(row(), row(), row(BOB, password_hash=HASH + "x"), row("x@y")))
    main(["user", "import", "users.csv"])
    said = capfd.readouterr()
    logged = [json.loads(line) for line in said.err.splitlines() if line.startswith("{")]
    assert [(line["event"], line["added"], line["refused"]) for line in logged] == [("users_imported", 1, 3)]
    assert not [secret for secret in (ADA, BOB, HASH, "x@y") if secret in said.out + said.err]
