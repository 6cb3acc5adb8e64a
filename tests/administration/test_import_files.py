"""The files that `authflow user import` reads: every way to be CSV or JSON Lines, or not to be."""

import gc
import json
from itertools import chain, count

import pytest
from tests.administration.users_file import BOB, HASH, HEADER, emails, row, rows
from tests.support.client import ADA

from authflow.commands.main import main
from authflow.commands.user_import.import_csv import read_csv
from authflow.domain.user_import import ImportedUser, Record


def usage_error(imported, capfd, *arguments, **options):
    with pytest.raises(SystemExit) as left:
        imported(*arguments, **options)
    assert left.value.code == 2
    return capfd.readouterr().err


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (f"{ADA},Ada,{HASH},true", "It has 4 fields, and the first line 5."),
        (row(username='A"d\na"'), "It is not CSV: look for a quote that stands alone."),
        (row(username='"A"da'), "It is not CSV: look for a quote that stands alone."),
        (row(username="A\rda"), "It is not CSV"),
        (row(username="A" * 20_000), "It is longer than 16384 bytes"),
        (row(username='"' + "A\n" * 20_000 + '"'), "It is longer than 16384 bytes"),
        (row(username="Ad\udce9").encode(errors="surrogateescape"), "It is not UTF-8."),
        (row(username="\ud800").encode(errors="surrogatepass"), "It is not UTF-8."),
    ],
    ids=count(),
)
def test_a_line_of_csv_is_refused_by_itself(imported, tables, line, reason):
    line = line if isinstance(line, bytes) else line.encode()
    status, summary, refusals = imported(HEADER.encode() + b"\n" + line + b"\n" + row(BOB).encode())
    assert (status, summary, list(refusals)) == (1, "1 imported, 1 refused", [2])
    assert refusals[2].startswith(reason)
    assert emails(tables) == [BOB]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("nonsense", "It is not a JSON object, or names a field twice."),
        ("[]", "It is not a JSON object."),
        ("[" * 16_000, "It is not a JSON object"),
        ("1" * 5_000, "It is not a JSON object"),
        (
            '{"email": "a@example.com", "email": "b@example.com"}',
            "It is not a JSON object, or names a field twice.",
        ),
        (
            '{"email": "a@example.com", "Email": "b@example.com"}',
            "It is not a JSON object, or names a field twice.",
        ),
        ('{"role": "admin"}', "It has a field that is unknown."),
        ('{"username": 1}', "username: It must be a text."),
        ('{"verified": 1}', "verified: It must be a text."),
        ("{}", "email: It is missing. username: It is missing."),
        (
            json.dumps({"email": ADA, "username": "\ud800", "password_hash": HASH}),
            "username: It must not have control or text-direction characters.",
        ),
        (
            json.dumps({"email": "\ud800@example.com", "username": "A", "password_hash": HASH}),
            "email: It must be written",
        ),
    ],
    ids=count(),
)
def test_a_line_of_json_is_refused_by_itself(imported, tables, line, reason):
    good = json.dumps({"email": BOB, "username": "Bob", "password_hash": HASH})
    status, summary, refusals = imported(f"{good}\n{line}\n", name="users.jsonl")
    assert (status, summary) == (1, "1 imported, 1 refused")
    assert refusals[2].startswith(reason)


def test_a_name_with_a_line_end_brings_nobody_else_with_it(imported, tables):
    for filling in ("", "x" * 20_000):
        stowaway = row("evil@example.com", verified="true")
        content = rows(row(username=f'"{filling}\n{stowaway}\n"'), row(BOB))
        assert next(iter(imported(content)[2])) == 2
    assert emails(tables) == [BOB]


def test_a_quote_that_is_never_closed_refuses_what_follows(imported, tables):
    _, summary, refusals = imported(rows(row(BOB), row(username='"Ada'), row("eve@example.com")))
    assert (summary, list(refusals)) == ("1 imported, 1 refused", [3])
    # Whoever reads it knows which users are missing.
    assert refusals[3].endswith("Because of a quote, lines 3 to 4 are one.")
    assert emails(tables) == [BOB]


@pytest.mark.parametrize(
    "content",
    [
        ("\ufeff" + rows(row())),
        rows(row()).replace("\n", "\r\n"),
        rows("", row(), "   "),
        rows(row()).strip(),
    ],
)
def test_marks_line_ends_and_blank_lines_do_not_matter(imported, tables, content):
    assert imported(content)[:2] == (0, "1 imported, 0 refused")


def test_no_line_is_no_user(imported):
    assert imported(HEADER) == (0, "0 imported, 0 refused", {})


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "the file is empty"),
        ("\ufeff", "the file is empty"),
        (HEADER + ",role\n", "unknown: column 6 (role)"),
        ("email,password_hash\n", "does not name the column username"),
        (HEADER + ",email\n", "names a column twice"),
        (HEADER + ",EMAIL\n", "names a column twice"),
        ("email;username\nada@example.com;Ada\n", "separated by commas"),
        ("email\tusername\nada@example.com\tAda\n", "separated by commas"),
        (HEADER.encode("utf-16"), "must name the columns: It is not UTF-8."),
        ("x" * 20_000, "must name the columns: It is longer"),
    ],
)
def test_a_header_that_does_not_fit_refuses_the_file(imported, tables, capfd, content, reason):
    content = content if isinstance(content, bytes) else (content + row()).encode() if "\n" in content else content
    assert reason in usage_error(imported, capfd, content)
    assert emails(tables) == []


def test_a_file_without_a_header_is_not_shown(imported, capfd):
    said = usage_error(imported, capfd, row() + "\n")
    assert "unknown: column 1, column 2 (Ada), column 3" in said
    assert ADA not in said
    assert HASH not in said


def test_unknown_fields_of_the_first_object_refuse_the_file(imported, capfd):
    content = json.dumps({"id": 1, "email": ADA, "username": "Ada", "password_hash": HASH})
    assert "unknown: column 1 (id)" in usage_error(imported, capfd, content, name="users.jsonl")
    assert "the file is empty" in usage_error(imported, capfd, "", name="users.jsonl")


@pytest.mark.parametrize("file", ["users.xlsx", "users", "missing.csv", "directory.csv"])
def test_what_is_no_file_of_users_is_a_usage_error(tmp_path, file):
    (tmp_path / "directory.csv").mkdir()
    with pytest.raises(SystemExit) as left:
        main(["user", "import", file])
    assert left.value.code == 2


class Generated:
    """A file of so many users, the first of them once more at the end, that is never there as a whole."""

    def __init__(self, users):
        numbers = chain(range(users), [0])
        lines = (row(f"user{number}@example.com") for number in numbers)
        self._lines = (f"{line}\n".encode() for line in chain([HEADER], lines))

    def readline(self, _size):
        return next(self._lines, b"")


def held():
    """How many users are in memory now."""
    return sum(isinstance(each, (Record, ImportedUser)) for each in gc.get_objects())


def test_of_a_long_file_a_batch_is_held_at_a_time(services, tables):
    most = added = 0
    for batch in services.account_import.import_users(read_csv(Generated(10_000))):
        most, added = max(most, held()), added + batch.added
        refusals = batch.refusals
    assert (added, [refusal.reason for refusal in refusals]) == (10_000, ["email: It is the same as on line 2."])
    assert most <= 2 * 1_000
