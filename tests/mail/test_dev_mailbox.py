"""`/dev/mailbox`: the mails of development, for people and for programs, and for nobody in production."""

import re
from dataclasses import replace

import pytest
from mails import FROM, MAIL
from tests.support.settings import ENVIRONMENT

from authflow.bootstrap import build_services
from authflow.config import load_config
from authflow.mail.maildir import MaildirSender, list_mails
from authflow.web.app import create_app

URL = "/dev/mailbox"
POLICY = "Content-Security-Policy"
# Nothing is connected: the page asks no database.
CONFIG = load_config({**ENVIRONMENT, "DATABASE_URL": "postgresql://nowhere/nothing"})


def client_of(**changes):
    config = replace(CONFIG, **changes)
    return create_app(build_services(config), config).test_client(use_cookies=False)


@pytest.fixture
def sender(tmp_path):
    return MaildirSender(tmp_path, FROM)


@pytest.fixture
def client(tmp_path):
    return client_of(development=True, mail_transport="mailbox", mailbox_directory=tmp_path)


def as_json(client):
    return client.get(URL, headers={"Accept": "application/json"})


def test_an_empty_mailbox_says_what_to_do(client):
    assert "No mail yet" in client.get(URL).text
    assert as_json(client).data == b'{"mails":[]}'


def test_programs_get_json(client, sender, tmp_path):
    sender.send(MAIL)
    sender.send(replace(MAIL, key="reset/8", subject="The second"))
    answer = as_json(client)
    assert answer.content_type == "application/json"
    assert b": " not in answer.data.replace(b"link: ", b"")
    second, first = answer.get_json()["mails"]
    assert second["subject"] == "The second"
    assert list(first) == ["id", "to", "subject", "text", "html", "sentAt"]
    assert (first["to"], first["subject"], first["text"], first["html"]) == (
        MAIL.to, MAIL.subject, MAIL.text, MAIL.html,
    )  # fmt: skip
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", first["sentAt"])
    assert [second["id"], first["id"]] == [mail.id for mail in list_mails(tmp_path)]


@pytest.mark.parametrize("accept", [None, "*/*", "text/html", "text/html,application/xhtml+xml,*/*;q=0.8"])
def test_people_get_a_page(client, sender, accept):
    sender.send(MAIL)
    answer = client.get(URL, headers={"Accept": accept} if accept else {})
    assert answer.content_type == "text/html; charset=utf-8"
    assert MAIL.subject in answer.text
    assert (
        '<a href="http://localhost:5173/auth/x" rel="noopener" target="_blank">http://localhost:5173/auth/x</a>'
        in answer.text
    )


def test_what_a_mail_says_is_text_on_the_page(client, sender):
    bad = "<script>alert(1)</script>"
    sender.send(replace(MAIL, subject=f"{bad} \" onload='x'", text=f"{bad} https://a.example/'\"><b>"))
    page = client.get(URL).text
    assert "<script" not in page
    assert "<b>" not in page
    assert "onload='x'" not in page


def test_nothing_runs_on_the_page_and_nothing_comes_from_elsewhere(client):
    for path in (URL, f"{URL}/page.css"):
        with client.get(path) as answer:
            assert answer.status_code == 200
            directives = dict(each.strip().split(" ", 1) for each in answer.headers[POLICY].split(";"))
            assert directives["default-src"] == "'self'"
            assert (directives["script-src"], directives["frame-ancestors"]) == ("'none'", "'none'")
            assert answer.headers.getlist("Cache-Control") == ["no-store"]
            assert answer.headers.getlist("Referrer-Policy") == ["no-referrer"]


def test_a_mail_is_shown_with_its_styles_in_a_frame_that_can_only_open_links(client, sender, tmp_path):
    sender.send(MAIL)
    (mail,) = list_mails(tmp_path)
    page = client.get(URL).text
    assert f'<iframe src="{URL}/{mail.id}"' in page
    answer = client.get(f"{URL}/{mail.id}")
    assert answer.text == f'<!doctype html><base target="_blank">{MAIL.html}'
    policy = answer.headers[POLICY]
    assert "style-src 'unsafe-inline'" in policy
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert "script" not in policy
    assert "frame-ancestors 'self'" in policy


@pytest.mark.parametrize("mail_id", ["0" * 32, "..", "%2e%2e%2fcur", "page.html", "a\0b"])
def test_an_unknown_mail_is_not_found(client, sender, mail_id):
    sender.send(MAIL)
    answer = client.get(f"{URL}/{mail_id}")
    assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found")


def test_many_mails_do_not_make_the_page_slow(client, sender):
    for number in range(60):
        sender.send(replace(MAIL, key=str(number)))
    page = client.get(URL).text
    assert page.count("<iframe") == 50
    assert "newest 50 of 60" in page
    assert len(as_json(client).get_json()["mails"]) == 60


@pytest.mark.parametrize(
    "changes",
    [
        {"development": False, "mail_transport": "mailbox"},
        {"development": True, "mail_transport": "smtp"},
        {"development": False, "mail_transport": "resend"},
    ],
)
def test_elsewhere_there_is_no_such_page(sender, tmp_path, changes):
    sender.send(MAIL)
    client = client_of(mailbox_directory=tmp_path, **changes)
    for path in (URL, f"{URL}/page.css", f"{URL}/{list_mails(tmp_path)[0].id}"):
        answer = client.get(path)
        assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found")
