"""Mail over Resend's API, against a server that refuses what Resend refuses."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from mails import FROM, MAIL, TEXTS
from tests.support.resend_server import API_KEY, ResendServer, running_resend
from tests.support.timed import at_most

from authflow.domain.sender_address import sender_address
from authflow.mail.resend import ResendSender


@pytest.fixture
def server() -> Iterator[ResendServer]:
    with running_resend() as server:
        yield server


@pytest.fixture
def sender(server: ResendServer) -> ResendSender:
    return ResendSender(API_KEY, server.url, FROM)


def answer(status, name):
    return status, {"statusCode": status, "name": name, "message": "about ada@example.com"}


def test_a_mail_arrives_whole(server, sender):
    sender.send(MAIL)
    assert server.mails == [{
        "from": "Authflow <no-reply@example.com>", "to": ["ada@example.com"], "subject": MAIL.subject,
        "text": MAIL.text, "html": MAIL.html, "headers": {"Auto-Submitted": "auto-generated"}, "key": MAIL.key,
    }]  # fmt: skip


def test_a_mail_sent_again_is_one_mail(server, sender):
    sender.send(MAIL)
    sender.send(MAIL)
    assert (len(server.mails), server.requests) == (1, 2)


def test_a_key_that_was_used_with_another_content_was_sent(server, sender):
    sender.send(MAIL)
    sender.send(replace(MAIL, text="The template changed meanwhile."))
    assert [mail["text"] for mail in server.mails] == [MAIL.text]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_any_text_is_taken(server, sender, text):
    sender.send(replace(MAIL, subject=text or "Empty", text=text, html=text))
    assert len(server.mails[0]["subject"].splitlines()) == 1


@pytest.mark.parametrize("name", ["Acme, Inc.", "Søren 🎉", "Acme (EU)"])
def test_any_name_of_a_sender_is_taken(server, name):
    ResendSender(API_KEY, server.url, sender_address(f'"{name}" <a@example.com>')).send(MAIL)
    assert len(server.mails) == 1


def test_who_asks_for_patience_gets_it(server, sender, refusal):
    server.misbehave = "limit"
    refused = refusal(sender)
    assert (refused.retry_after, refused.is_final) == (2, False)
    assert "429" in str(refused)


@pytest.mark.parametrize(("given", "seconds"), [("999999999", 3_600), ("soon", None), ("-1", None), ("٣", None)])
def test_an_odd_wish_for_patience_does_no_harm(server, sender, refusal, given, seconds):
    server.misbehave, server.retry_after = "limit", given.encode().decode("latin-1")
    assert refusal(sender).retry_after == seconds


@pytest.mark.parametrize("how", ["error", "garbage", "list", "drop"])
def test_an_outage_is_not_final(server, sender, refusal, how):
    server.misbehave = how
    refused = refusal(sender)
    assert (refused.retry_after, refused.is_final) == (None, False)
    server.misbehave = None
    sender.send(MAIL)


@pytest.mark.parametrize("how", ["hang", "drip"])
def test_who_does_not_answer_is_not_waited_for(impatient, server, sender, refusal, how):
    server.misbehave = how
    start = time.monotonic()
    assert not refusal(sender).is_final
    assert time.monotonic() - start < at_most(3)


def test_nobody_there_is_not_final(sender, refusal):
    assert not refusal(replace(sender, api_url="http://127.0.0.1:9"), secrets=(API_KEY,)).is_final


def test_a_bad_key_is_not_final_and_not_shown(server, sender, refusal):
    refused = refusal(replace(sender, api_key="re_another_secret"), secrets=("re_another_secret",))
    assert not refused.is_final
    assert str(refused) == "Resend answered 403 invalid_api_key"
    refused = refusal(replace(sender, api_key="re_two\r\nlines"), secrets=("re_two",))
    assert not refused.is_final
    assert "re_another_secret" not in repr(replace(sender, api_key="re_another_secret"))


@pytest.mark.parametrize(
    ("status", "name", "is_final"),
    [
        (400, "validation_error", True),
        (422, "validation_error", True),
        (422, "missing_required_field", True),
        (422, "invalid_from_address", False),
        (401, "restricted_api_key", False),
        (403, "validation_error", False),
        (404, "not_found", False),
        (409, "concurrent_idempotent_requests", False),
        (429, "daily_quota_exceeded", False),
        (451, "security_error", False),
        (503, "ada@example.com", False),
        (422, ["ada@example.com"], False),
        (200, None, False),
    ],
)
def test_only_what_another_attempt_cannot_mend_is_final(server, sender, refusal, status, name, is_final):
    server.misbehave = answer(status, name)
    assert refusal(sender).is_final == is_final


def test_a_refused_address_is_final(server, sender, refusal):
    assert refusal(sender, replace(MAIL, to="ada@example.com, evil@example.org")).is_final
    assert server.requests == 0


def test_threads_do_not_disturb_each_other(server, sender):
    threads = [threading.Thread(target=sender.send, args=(replace(MAIL, key=f"reset/{n}"),)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {mail["key"] for mail in server.mails} == {f"reset/{n}" for n in range(20)}
