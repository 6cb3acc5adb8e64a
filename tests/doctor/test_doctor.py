"""`authflow doctor`: what it looks at, and what it says of each."""

import socket

import psycopg
import pytest
from psycopg import sql
from tests.support.jobs import add_mails, age_jobs
from tests.support.resend_server import API_KEY, running_resend

from authflow.commands.main import main
from authflow.database.migrator import Migrator
from authflow.database.server_state import ServerState
from authflow.database.transaction import Database
from authflow.doctor import database as doctor_of_database
from authflow.mail import deadline
from authflow.mail import smtp as mail_by_smtp


@pytest.fixture
def resend():
    with running_resend() as server:
        yield {"MAIL_TRANSPORT": "resend", "RESEND_API_KEY": API_KEY, "RESEND_API_URL": server.url}, server


def test_where_all_is_well_every_line_says_so(examine, tables):
    tables.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    report = examine()
    assert (report.status, report.problems) == (0, [])
    assert list(report.lines) == [
        *("configuration", "database", "clock", "migrations", "worker", "jobs"),
        *("limits", "withheld"),
        *("passwords", "mail", "origin", "host", "https", "cookies"),
    ]
    assert report.lines["database"].startswith("reached, PostgreSQL 1")
    assert report.lines["worker"] == "alive 0 s ago"


def test_it_says_what_is_limited_and_which_mails_were_withheld(examine, tables):
    tables.execute("INSERT INTO withheld_mails (cause, mails, latest_at) VALUES ('reset', 12, clock_timestamp())")
    assert examine(LIMITS_PER_IP="5").lines["limits"].endswith("per IP times 5")
    report = examine(RATE_LIMITS="off")
    assert "limits" in report.problems
    assert "reset 12, the latest 0 min ago" in report.lines["withheld"]


def test_every_fault_of_the_configuration_is_a_line(capfd, examine, monkeypatch):
    monkeypatch.setenv("PORT", "x")
    report = examine(JWT_ACCESS_SECRET="short-and-secret")
    assert (report.status, set(report.problems)) == (1, {"configuration"})
    assert "short-and-secret" not in str(report)
    assert "must be" in report.lines["configuration"]


@pytest.mark.parametrize("option", ["--origin", "--api"])
@pytest.mark.parametrize("value", ["app.example.com", "https://app.example.com/path", "ftp://app.example.com"])
def test_what_is_no_origin_is_refused(option, value, capfd):
    with pytest.raises(SystemExit) as ended:
        main(["doctor", option, value])
    assert ended.value.code == 2
    assert "an origin such as https://app.example.com" in capfd.readouterr().err


def test_a_database_that_is_away_keeps_nobody_from_the_rest(examine):
    report = examine(DATABASE_URL="postgresql://authflow:hidden-Vb7xK2@127.0.0.1:9/authflow")
    assert (report.status, report.problems) == (1, ["database"])
    assert "hidden-Vb7xK2" not in str(report)
    assert "DATABASE_URL" in report.lines["database"]
    assert "cookies" in report.lines


def test_the_password_is_hidden_also_where_the_driver_quotes_it():
    url = "postgresql://authflow:hidden%2FVb7xK2@db/authflow"
    assert doctor_of_database._without_password("no host\nhidden/Vb7xK2", url) == "no host …"


def test_a_clock_that_is_off_by_half_a_minute_is_a_problem(examine, monkeypatch):
    assert "0.0 s" in examine().lines["clock"]
    for ahead, problems in ((29, []), (-29, []), (31, ["clock"]), (-31, ["clock"])):
        told = ServerState("16.4", ahead)
        monkeypatch.setattr(doctor_of_database, "read_server_state", lambda _connection, told=told: told)
        assert examine().problems == problems


@pytest.fixture
def unmigrated(postgres_url):
    name = sql.Identifier("authflow_doctor")
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        yield postgres_url.replace("/postgres?", "/authflow_doctor?")
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def test_migrations_that_were_not_applied_are_told_and_the_queue_is_left(examine, unmigrated):
    report = examine(DATABASE_URL=unmigrated)
    assert report.problems == ["migrations"]
    assert "run `authflow migrate`" in report.lines["migrations"]
    assert "jobs" not in report.lines
    Migrator(unmigrated).up()
    with psycopg.connect(unmigrated, autocommit=True) as connection:
        connection.execute("INSERT INTO schema_migrations (version, checksum) VALUES ('9999_later', 'x')")
        assert examine(DATABASE_URL=unmigrated).lines["migrations"] == "all applied, and 1 of a newer release"
        connection.execute("UPDATE schema_migrations SET checksum = 'x' WHERE version LIKE '0001%'")
    report = examine(DATABASE_URL=unmigrated)
    assert report.problems == ["migrations"]
    assert "0001" in report.lines["migrations"]


def test_without_a_worker_all_is_well_only_if_gunicorn_keeps_one(examine, tables):
    assert "RUN_WORKER" in examine().lines["worker"]
    assert examine(RUN_WORKER="off").problems == ["worker"]
    tables.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '31 seconds')")
    assert examine(RUN_WORKER="off").problems == ["worker"]
    tables.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    assert examine(RUN_WORKER="off").problems == []


def test_a_mail_that_waits_for_minutes_is_a_problem(examine, tables, pool):
    assert examine().lines["jobs"] == "none waits"
    add_mails(tables, Database(pool), 1)
    assert examine().lines["jobs"] == "the oldest has waited for 0 s"
    age_jobs(tables, 150)
    # Whatever gunicorn is to keep: it keeps none, or one that does not send.
    assert examine().problems == ["worker", "jobs"]
    tables.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    assert examine().problems == ["jobs"]


def test_what_was_given_up_is_told(examine, tables, pool):
    assert "given-up" not in examine().lines
    add_mails(tables, Database(pool), 2)
    tables.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    tables.execute("UPDATE procrastinate_jobs SET status = 'failed'")
    report = examine()
    assert (report.lines["given-up"].split()[0], report.problems) == ("2", [])


def test_a_login_at_the_mail_server_is_tried_and_nothing_is_sent(examine, smtp, settings):
    assert examine().problems == []
    assert (len(smtp.logins), smtp.mails) == (1, [])
    report = examine(SMTP_URL=settings["SMTP_URL"].replace("p%3Aa", "q%3Aa"))
    assert report.problems == ["mail"]
    assert report.lines["mail"].startswith("the SMTP server refused the session: 535: look at SMTP_URL")


def test_a_mail_server_that_is_away_or_silent_is_a_problem(examine, monkeypatch):
    monkeypatch.setattr(mail_by_smtp, "SOCKET_TIMEOUT", 0.2)
    monkeypatch.setattr(deadline, "IN_ALL", 0.5)
    assert examine(SMTP_URL="smtp://127.0.0.1:9").problems == ["mail"]
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert examine(SMTP_URL=f"smtp://127.0.0.1:{silent.getsockname()[1]}").problems == ["mail"]


def test_resend_is_asked_whether_it_knows_the_key_and_the_domain(examine, resend):
    settings, server = resend
    report = examine(**settings)
    assert report.problems == ["mail"]
    assert report.lines["mail"].startswith("at Resend, example.com is no verified domain")
    server.domains.append({"id": "1", "name": "example.com", "status": "pending"})
    assert examine(**settings).problems == ["mail"]
    server.domains.append({"id": "2", "name": "example.com", "status": "verified"})
    assert examine(**settings).problems == []
    assert server.mails == []


def test_a_wrong_key_for_resend_is_a_problem(examine, resend):
    settings, _ = resend
    report = examine(**settings | {"RESEND_API_KEY": "re_another_key_Vb7x"})
    assert report.problems == ["mail"]
    assert report.lines["mail"].startswith("Resend answered 403 invalid_api_key: look at RESEND_API_KEY")


def test_a_key_that_may_do_nothing_but_send_is_a_good_one(examine, resend):
    settings, server = resend
    server.misbehave = 401, {"statusCode": 401, "name": "restricted_api_key", "message": "Only for sending."}
    assert examine(**settings).problems == []
    server.misbehave = 401, {"statusCode": 401, "name": "missing_api_key", "message": "Missing."}
    assert examine(**settings).problems == ["mail"]


@pytest.mark.parametrize("trouble", ["error", "limit", "list", "garbage", "drop"])
def test_of_a_resend_that_misbehaves_no_more_is_said_than_that(examine, resend, trouble):
    settings, server = resend
    server.misbehave = trouble
    assert examine(**settings).problems == ["mail"]


@pytest.mark.parametrize("answer", [{"data": None}, {"data": [{}]}, {}, {"data": ["x"]}])
def test_an_answer_of_resend_that_is_none_is_a_problem(examine, resend, answer):
    settings, server = resend
    server.misbehave = 200, answer
    assert examine(**settings).problems == ["mail"]


def test_the_mailbox_of_development_must_be_writable(examine, tmp_path):
    settings = {"APP_ENV": "development", "MAIL_TRANSPORT": "mailbox", "TRUSTED_HOSTS": ""}
    settings |= {"FRONTEND_URL": "http://localhost:5173"}
    report = examine(**settings)
    assert (report.status, report.problems) == (0, [])
    assert list((tmp_path / ".authflow/mailbox").rglob("*.*")) == []
    (tmp_path / ".authflow/mailbox/tmp").rmdir()
    (tmp_path / ".authflow/mailbox/tmp").write_text("in the way")
    assert examine(**settings).problems == ["mail"]
