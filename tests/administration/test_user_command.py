"""`authflow user` as an operator sees it: what it says, what it changes, and how it fails."""

import json
import re

import pytest
from tests.support.client import ADA, PASSWORD
from tests.support.tables import age_sessions

from authflow.commands.main import main

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
# Seconds.
WEEK = 7 * 24 * 3_600


@pytest.fixture
def ada(api):
    return api.signed_in()


@pytest.fixture
def user(capfd):
    """Runs the command; its status and the lines on its standard output."""

    def run(*arguments):
        capfd.readouterr()
        status = main(["user", *arguments])
        return status, capfd.readouterr().out.splitlines()

    return run


def code(answer):
    return answer.get_json().get("code", answer.status_code)


def facts(lines):
    return dict(line.split(maxsplit=1) for line in lines if not line.startswith(" "))


def test_show_tells_how_the_account_stands(api, ada, user):
    api.login(headers={"User-Agent": FIREFOX})
    status, lines = user("show", "Ada@EXAMPLE.com")
    shown = facts(lines)
    assert status == 0
    assert list(shown) == ["id", "username", "email", "verified", "role", "disabled", "created", "sessions"]
    assert (shown["username"], shown["email"], shown["role"]) == ("Ada", ADA, "user")
    assert (shown["verified"], shown["disabled"], shown["sessions"]) == ("no", "no", "2")
    assert len({line.index(value) for line, value in zip(lines, shown.values(), strict=False)}) == 1
    newest = lines[len(shown)]
    assert re.fullmatch(r"  \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ  127\.0\.0\.1 +Firefox on Linux", newest)


def test_show_counts_living_sessions_only(api, ada, tables, user):
    age_sessions(tables, WEEK)
    api.login()
    api.post("/logout", headers=api.signed_in().headers)
    assert facts(user("show", ADA)[1])["sessions"] == "1"


def test_show_tells_no_hash(ada, tables, user):
    stored = tables.execute("SELECT u.password_hash, encode(t.secret_hash, 'hex') FROM users u, refresh_tokens t")
    said = "\n".join(user("show", ADA)[1])
    assert not [secret for secret in stored.fetchone() if secret in said]


def test_a_disabled_account_is_out_at_once_and_stays_out(api, ada, user):
    phone = api.signed_in()
    assert user("disable", ADA) == (0, ["disabled; 2 session(s) ended"])
    assert code(api.me(ada.access)) == "session_revoked"
    assert code(api.refresh(phone.refresh)) == "session_revoked"
    assert code(api.login()) == "account_disabled"
    assert code(api.login(password="not " + PASSWORD)) == "invalid_credentials"
    assert facts(user("show", ADA)[1])["disabled"].startswith("since 2")


def test_disabling_again_leaves_the_time(ada, tables, user):
    user("disable", ADA)
    since = tables.execute("SELECT disabled_at FROM users").fetchone()
    assert user("disable", ADA) == (0, ["disabled; 0 session(s) ended"])
    assert tables.execute("SELECT disabled_at FROM users").fetchone() == since


def test_disabling_voids_what_was_asked_for(ada, tables, user):
    tables.execute("UPDATE users SET reset_nonce = 'x', reset_asked_at = '2026-01-01Z'")
    user("disable", ADA)
    voided = "SELECT reset_nonce IS NULL AND reset_asked_at > clock_timestamp() - interval '1 minute' FROM users"
    assert tables.execute(voided).fetchone() == (True,)


def test_disabling_is_all_or_nothing(ada, api, tables, services, monkeypatch):
    from authflow.domain.email_address import EmailAddress
    from authflow.repositories.sessions import SessionRows

    def fail(*_, **__):
        raise RuntimeError

    monkeypatch.setattr(SessionRows, "revoke_all", fail)
    with pytest.raises(RuntimeError):
        services.account_operator.disable(EmailAddress.parse(ADA))
    assert tables.execute("SELECT disabled_at FROM users").fetchone() == (None,)


def test_enabled_again_one_logs_in_and_old_sessions_stay_dead(api, ada, user):
    user("disable", ADA)
    assert user("enable", ADA) == (0, ["enabled"])
    assert code(api.me(ada.access)) == "session_revoked"
    assert api.login().status_code == 200


def test_a_role_bites_at_once_without_a_new_login(api, ada, user):
    assert user("role", ADA, "support-2") == (0, ["the role is now support-2"])
    assert api.me(ada.access).get_json()["user"]["role"] == "support-2"


@pytest.mark.parametrize("role", ["", "Admin", "2nd", "_x", "an admin", "admin\n", "ädmin", "a" * 33])
def test_what_is_no_role_is_a_usage_error(ada, tables, role, capfd):
    with pytest.raises(SystemExit) as left:
        main(["user", "role", ADA, role])
    assert left.value.code == 2
    assert "a role is one word" in capfd.readouterr().err
    assert tables.execute("SELECT role FROM users").fetchone() == ("user",)


def test_verify_takes_the_mailbox_for_proved(api, ada, user):
    assert user("verify", ADA) == (0, ["the email counts as verified"])
    assert api.me(ada.access).get_json()["user"]["emailVerified"] is True


def test_sign_out_ends_every_session_and_nothing_else(api, ada, user):
    api.signed_in()
    assert user("sign-out", ADA) == (0, ["signed out; 2 session(s) ended"])
    assert code(api.me(ada.access)) == "session_revoked"
    assert api.login().status_code == 200


@pytest.mark.parametrize("action", ["disable", "role", "sign-out"])
def test_nobody_else_is_touched(api, user, action):
    api.signed_in()
    bob = api.signed_in("bob@example.com")
    user(action, ADA, *(["admin"] if action == "role" else []))
    assert api.me(bob.access).get_json()["user"]["role"] == "user"


@pytest.mark.parametrize("action", ["show", "disable", "enable", "role", "verify", "sign-out"])
def test_an_unknown_email_is_said_in_one_line(tables, capfd, action):
    assert main(["user", action, "nobody@example.com", *(["admin"] if action == "role" else [])]) == 1
    said = capfd.readouterr()
    assert (said.out, said.err) == ("", "authflow user: there is no account with the email nobody@example.com\n")


@pytest.mark.parametrize(
    "arguments", [[], ["show"], ["show", "nobody"], ["promote", ADA], ["role", ADA], ["show", ADA, "x"]]
)
def test_what_it_does_not_understand_is_a_usage_error(arguments):
    with pytest.raises(SystemExit) as left:
        main(["user", *arguments])
    assert left.value.code == 2


def test_a_database_that_is_away_is_one_line_without_the_password(monkeypatch, capfd):
    monkeypatch.setenv("DATABASE_URL", "postgresql://ada:swordfish@127.0.0.1:1/authflow")
    assert main(["user", "show", ADA]) == 1
    said = capfd.readouterr()
    assert "authflow user: the database cannot be reached" in said.err
    assert "swordfish" not in said.out + said.err


@pytest.mark.parametrize(
    ("arguments", "event"),
    [
        (["disable", ADA], "account_disabled"),
        (["enable", ADA], "account_enabled"),
        (["role", ADA, "admin"], "role_changed"),
        (["verify", ADA], "email_verified_by_operator"),
        (["sign-out", ADA], "signed_out_by_operator"),
    ],
)
def test_each_change_is_logged_by_id_and_never_by_email(ada, api, capfd, arguments, event):
    user_id = api.me(ada.access).get_json()["user"]["id"]
    capfd.readouterr()
    main(["user", *arguments])
    (line,) = capfd.readouterr().err.splitlines()
    logged = json.loads(line)
    assert (logged["event"], logged["user_id"]) == (event, user_id)
    assert ADA not in line
