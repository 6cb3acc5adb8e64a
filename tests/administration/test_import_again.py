"""`authflow user import` of what is in already, for show, or only until something fails."""

from pathlib import Path

from tests.administration.users_file import BOB, emails, row, rows
from tests.support.client import ADA

from authflow.commands.main import main
from authflow.repositories.users_import import UsersImport


def test_an_email_comes_in_once(imported, api, tables):
    api.register(BOB)
    content = rows(row(), row("ADA@EXAMPLE.com"), row("BOB@example.com", "Mallory"), row("ada@example.org"))
    status, summary, refusals = imported(content)
    assert (status, summary) == (1, "2 imported, 2 refused")
    assert refusals == {3: "email: It is the same as on line 2.", 4: "email: It has an account already."}
    assert tables.execute("SELECT username FROM users WHERE email = %s", [BOB]).fetchone() == ("Ada",)
    assert api.login(BOB).status_code == 200


def test_again_refuses_what_is_in_and_brings_the_rest(imported, tables):
    imported(rows(row(), row("x")))
    assert imported(rows(row(), row(BOB)))[1:] == (
        "1 imported, 1 refused",
        {2: "email: It has an account already."},
    )
    assert emails(tables) == [ADA, BOB]


def test_a_dry_run_says_the_same_and_changes_nothing(imported, api, tables):
    api.register(BOB)
    content = rows(row(), row(), row(BOB), row("x"))
    status, summary, would_be = imported(content, "--dry-run")
    assert (status, summary) == (1, "nothing was changed: 1 would be imported, 3 refused")
    assert emails(tables) == [BOB]
    assert imported(content)[2] == would_be


def test_a_failure_leaves_whole_batches_and_again_brings_the_rest(imported, tables, monkeypatch, capfd):
    real, calls = UsersImport.add, []

    def add(self, users):
        calls.append(users)
        if len(calls) == 2:
            # The server ends this statement after it has begun to write.
            self._statements.execute("SET statement_timeout = '1ms'")
        return real(self, users)

    monkeypatch.setattr(UsersImport, "add", add)
    content = rows(*(row(f"user{number}@example.com") for number in range(2_500)))
    (file := Path("users.csv")).write_text(content)
    assert main(["user", "import", str(file)]) == 1
    assert "stopped; so far 1000 imported, 0 refused" in capfd.readouterr().err
    assert len(emails(tables)) == 1_000
    assert imported(content)[:2] == (1, "1500 imported, 1000 refused")


def test_ctrl_c_says_what_is_in(tables, monkeypatch, capfd):
    real, calls = UsersImport.add, []

    def add(self, users):
        calls.append(users)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(self, users)

    monkeypatch.setattr(UsersImport, "add", add)
    Path("users.csv").write_text(rows(*(row(f"user{number}@example.com") for number in range(1_500))))
    assert main(["user", "import", "users.csv"]) == 130
    said = capfd.readouterr().err
    assert "interrupted; so far 1000 imported, 0 refused" in said
    assert '"added":1000,"refused":0' in said
