"""No text in a mail becomes a header, and no address two."""

from dataclasses import replace
from email import message_from_bytes
from email.policy import compat32, default

import pytest
from mails import ADDRESSES, FROM, MAIL, TEXTS

from authflow.domain.email_address import NotAnEmail
from authflow.domain.sender_address import sender_address
from authflow.mail.message import id_of, message_of
from authflow.mail.safe_mail import plain
from authflow.mail.sender import MailNotSent

HEADERS = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"]
each_text = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)


def written(mail, sender=FROM):
    return message_of(plain(mail), sender).as_bytes()


def test_a_mail_is_text_and_html_from_whom_it_should_be():
    message = message_from_bytes(written(MAIL), policy=default)
    assert message.keys() == HEADERS
    assert (message["From"], message["To"]) == ("Authflow <no-reply@example.com>", "ada@example.com")
    assert message["Subject"] == "Choose a new password"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime.utcoffset().total_seconds() == 0
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    contents = [part.get_content().replace("\r\n", "\n") for part in message.iter_parts()]
    assert contents == [MAIL.text, MAIL.html]


@each_text
def test_no_subject_adds_a_header(text):
    content = written(replace(MAIL, subject=text))
    assert message_from_bytes(content, policy=compat32).keys() == HEADERS
    head = content.partition(b"\r\n\r\n")[0]
    assert max(len(line) for line in head.split(b"\r\n")) < 998
    assert b"\r" not in head.replace(b"\r\n", b"")
    assert b"\n" not in head.replace(b"\r\n", b"")
    assert not [line for line in head.lower().split(b"\r\n") if line.startswith(b"bcc")]
    subject = message_from_bytes(content, policy=default)["Subject"]
    assert len(subject.splitlines()) <= 1


@each_text
def test_no_body_adds_a_header_or_ends_the_mail(text):
    content = written(replace(MAIL, text=text, html=text))
    message = message_from_bytes(content, policy=compat32)
    assert message.keys() == HEADERS
    assert len(message.get_payload()) == 2
    assert max(len(line) for line in content.split(b"\r\n")) < 998
    assert content.isascii()
    assert b"\0" not in content


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_not_one_address_is_refused_for_good(address):
    with pytest.raises(MailNotSent) as raised:
        plain(replace(MAIL, to=address))
    assert raised.value.is_final
    assert not address or address not in str(raised.value)


@pytest.mark.parametrize("text", [text for text in TEXTS.values() if text])
def test_no_name_of_a_sender_adds_a_header(text):
    try:
        sender = sender_address(f'"{text}" <no-reply@example.com>')
    except NotAnEmail:
        return
    message = message_from_bytes(written(MAIL, sender), policy=default)
    assert message.keys() == HEADERS
    assert [address.addr_spec for address in message["From"].addresses] == ["no-reply@example.com"]


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("no-reply@example.com", "", "no-reply@example.com"),
        ("Acme Inc. <no-reply@example.com>", "Acme Inc.", "no-reply@example.com"),
        ('"Acme, Inc." <No-Reply@example.com>', "Acme, Inc.", "No-Reply@example.com"),
        ("Søren 🎉 <no-reply@example.com>", "Søren 🎉", "no-reply@example.com"),
        ("<no-reply@example.com>", "", "no-reply@example.com"),
        ("no-reply@bücher.example.com", "", "no-reply@xn--bcher-kva.example.com"),
    ],
)
def test_a_sender_may_have_a_name(text, name, address):
    sender = sender_address(text)
    assert (sender.display_name, sender.addr_spec) == (name, address)
    shown = message_from_bytes(written(MAIL, sender), policy=default)["From"].addresses
    assert [(each.display_name, each.addr_spec) for each in shown] == [(name, address)]


def test_the_domain_of_a_reader_is_written_in_ascii():
    assert plain(replace(MAIL, to="Ada@bücher.example.com")).to == "Ada@xn--bcher-kva.example.com"


def test_the_longest_address_stays_one():
    address = "a" * 64 + "@" + ".".join(["b" * 60] * 2 + ["example.com"])
    message = message_from_bytes(written(replace(MAIL, to=address), sender_address(address)), policy=default)
    for name in ("From", "To"):
        assert [each.addr_spec for each in message[name].addresses] == [address]
    assert message["Message-ID"] == f"<{id_of(MAIL)}@{address.partition('@')[2]}>"


def test_a_mail_keeps_its_id_at_every_attempt_and_no_other_has_it():
    again = replace(MAIL, text="Another text")
    assert id_of(MAIL) == id_of(again) != id_of(replace(MAIL, key="reset/8"))
    assert message_of(MAIL, FROM)["Message-ID"] == f"<{id_of(MAIL)}@example.com>"
