"""Mail over SMTP, against a real server."""

import time
from dataclasses import replace
from urllib.parse import quote

import pytest
from mails import FROM, MAIL, TEXTS
from tests.support.smtp_server import PASSWORD, USER, running_smtp
from tests.support.timed import at_most

from authflow.mail.smtp import SmtpSender

LOGIN = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}"
SECRETS = (PASSWORD, quote(PASSWORD, safe=""), USER)
ELSEWHERE = "127.0.0.2"


@pytest.fixture
def server():
    with running_smtp() as server:
        yield server


@pytest.fixture
def sender(server):
    return at(server)


def at(server, scheme="smtp", login="", host="127.0.0.1"):
    return SmtpSender(f"{scheme}://{login and login + '@'}{host}:{server.port}", FROM)


def test_a_mail_arrives_whole(server, sender):
    sender.send(MAIL)
    (received,) = server.mails
    assert (received.sender, received.to) == ("no-reply@example.com", ["ada@example.com"])
    message = received.message
    assert (message["From"], message["To"]) == ("Authflow <no-reply@example.com>", "ada@example.com")
    assert message["Subject"] == MAIL.subject
    texts = [message.get_body((kind,)).get_content().replace("\r\n", "\n") for kind in ("plain", "html")]
    assert texts == [MAIL.text, MAIL.html]


def test_every_attempt_carries_one_id(server, sender):
    sender.send(MAIL)
    sender.send(MAIL)
    sender.send(replace(MAIL, key="reset/8"))
    first, again, other = (received.message["Message-ID"] for received in server.mails)
    assert first == again != other


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_any_text_is_one_mail_to_one_reader(server, sender, text):
    sender.send(replace(MAIL, subject=text, text=text, html=text))
    (received,) = server.mails
    assert received.to == ["ada@example.com"]
    assert received.message["Bcc"] is None


def test_an_address_that_is_none_is_final_and_never_shown_to_the_server(server, sender, refusal):
    assert refusal(sender, replace(MAIL, to="ada@example.com>\r\nRCPT TO:<evil@example.org")).is_final
    assert server.mails == []


@pytest.mark.parametrize("where", ["rcpt", "data"])
@pytest.mark.parametrize(
    ("answer", "is_final"), [("550 No such mailbox", True), ("451 Later", False), ("530 Login", False)]
)
def test_only_a_lasting_refusal_is_final(server, sender, refusal, where, answer, is_final):
    setattr(server, where, f"{answer} ada@example.com")
    refused = refusal(sender)
    assert refused.is_final == is_final
    assert answer[:3] in str(refused)


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_dropped_connection_is_not_final(server, sender, refusal, command):
    server.drop_at = command
    assert not refusal(sender).is_final
    server.drop_at = None
    sender.send(MAIL)
    assert len(server.mails) == 1


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_who_does_not_answer_is_not_waited_for(impatient, server, sender, refusal, command):
    server.hang_at = command
    start = time.monotonic()
    assert not refusal(sender).is_final
    assert time.monotonic() - start < at_most(3)


@pytest.mark.parametrize("ruin", ["hang_at", "drop_at"])
def test_what_was_taken_is_sent_however_the_server_says_goodbye(server, sender, ruin):
    setattr(server, ruin, "QUIT")
    start = time.monotonic()
    sender.send(MAIL)
    assert len(server.mails) == 1
    assert time.monotonic() - start < at_most(3)


@pytest.mark.parametrize("url", ["smtp://127.0.0.1:9", "smtps://127.0.0.1:9", "smtp://nowhere.invalid"])
def test_nobody_there_is_not_final(impatient, refusal, url):
    assert not refusal(SmtpSender(url, FROM)).is_final


def test_a_login_is_decoded(certificate):
    with running_smtp(certificate=certificate, needs_login=True) as server:
        at(server, login=LOGIN).send(MAIL)
        assert [received.user for received in server.mails] == [USER]


def test_a_bad_or_missing_login_is_not_final_and_not_shown(refusal, certificate):
    with running_smtp(certificate=certificate, needs_login=True) as server:
        for login in ("", f"{quote(USER, safe='')}:another-secret"):
            assert not refusal(at(server, login=login), secrets=(*SECRETS, "another-secret")).is_final
        assert server.mails == []
    assert "secret" not in repr(at(server, login="user:secret"))


def test_on_this_machine_encryption_is_used_where_offered_whoever_signed_the_certificate(certificate):
    for is_tls_first, scheme in ((False, "smtp"), (True, "smtps")):
        with running_smtp(certificate=certificate, is_tls_first=is_tls_first) as server:
            at(server, scheme).send(MAIL)
            assert [received.was_encrypted for received in server.mails] == [True]


def test_elsewhere_nothing_is_said_in_the_clear(refusal):
    with running_smtp(host=ELSEWHERE) as server:
        refused = refusal(at(server, login=LOGIN, host=ELSEWHERE), secrets=SECRETS)
        assert not refused.is_final
        assert "STARTTLS" in str(refused)
        assert (server.logins, server.mails) == ([], [])


@pytest.mark.parametrize(("is_tls_first", "scheme"), [(False, "smtp"), (True, "smtps")])
def test_elsewhere_the_certificate_must_be_good(monkeypatch, refusal, certificate, is_tls_first, scheme):
    with running_smtp(host=ELSEWHERE, certificate=certificate, is_tls_first=is_tls_first) as server:
        sender = at(server, scheme, LOGIN, ELSEWHERE)
        assert not refusal(sender, secrets=SECRETS).is_final
        assert (server.logins, server.mails) == ([], [])
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        sender.send(MAIL)
        assert [(received.was_encrypted, received.user) for received in server.mails] == [(True, USER)]


def test_elsewhere_the_certificate_must_be_for_the_server(monkeypatch, refusal, certificate):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with running_smtp(host="127.0.0.3", certificate=certificate) as server:
        assert not refusal(at(server, host="127.0.0.3")).is_final
        assert server.mails == []
