"""What an operator says about mail: faults by name, all at once, and never a value."""

from pathlib import Path

import pytest
from tests.support.settings import ENVIRONMENT

from authflow.config import load_config
from authflow.config.setting import ConfigurationError
from authflow.mail.maildir import MaildirSender
from authflow.mail.resend import ResendSender
from authflow.mail.smtp import SmtpSender
from authflow.mail.transports import sender_for

GOOD = {**ENVIRONMENT, "DATABASE_URL": "postgresql://nowhere/nothing"}
WITHOUT_MAIL = {name: GOOD[name] for name in GOOD if name not in {"MAIL_TRANSPORT", "MAIL_FROM", "SMTP_URL"}}
RESEND = {"RESEND_API_KEY": "re_8f2Kq7LmZ4vX", "MAIL_FROM": "Acme <no-reply@example.com>"}


def faults(environment):
    with pytest.raises(ConfigurationError) as raised:
        load_config(environment)
    return raised.value.faults


def test_production_sends_by_resend_unless_told_otherwise():
    config = load_config({**WITHOUT_MAIL, **RESEND})
    assert (config.mail_transport, config.resend_api_url) == ("resend", "https://api.resend.com")
    assert sender_for(config) == ResendSender(
        config.resend_api_key, config.resend_api_url, sender_for(config).sender
    )
    assert str(sender_for(config).sender) == "Acme <no-reply@example.com>"


def test_development_keeps_its_mail_to_itself(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    config = load_config({"APP_ENV": "development"})
    assert config.mail_transport == "mailbox"
    assert config.mailbox_directory == tmp_path / ".authflow" / "mailbox"
    assert sender_for(config) == MaildirSender(config.mailbox_directory, sender_for(config).sender)


def test_smtp_needs_no_key_of_resend():
    config = load_config(GOOD)
    assert sender_for(config) == SmtpSender("smtp://127.0.0.1:9", sender_for(config).sender)
    assert config.mailbox_directory == Path.cwd() / ".authflow" / "mailbox"


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({}, ["MAIL_FROM", "RESEND_API_KEY"]),
        ({"MAIL_TRANSPORT": "resend", "MAIL_FROM": "a@example.com"}, ["RESEND_API_KEY"]),
        ({"MAIL_TRANSPORT": "smtp"}, ["MAIL_FROM", "SMTP_URL"]),
        ({"MAIL_TRANSPORT": "smtp", **RESEND}, ["SMTP_URL"]),
        ({"MAIL_TRANSPORT": "mailbox"}, ["MAIL_TRANSPORT", "MAIL_FROM"]),
        ({"MAIL_TRANSPORT": "pigeon", "SMTP_URL": "pigeon"}, ["MAIL_TRANSPORT", "MAIL_FROM", "SMTP_URL"]),
        (
            {"APP_ENV": "production", "MAIL_TRANSPORT": "mailbox", "MAIL_FROM": "x"},
            ["MAIL_TRANSPORT", "MAIL_FROM"],
        ),
    ],
)
def test_production_without_a_transport_does_not_start(changes, missing):
    assert [fault.split()[0] for fault in faults({**WITHOUT_MAIL, **changes})] == missing


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAIL_FROM", "Acme"),
        ("MAIL_FROM", "Acme <no-reply>"),
        ("MAIL_FROM", "a@example.com, b@example.com"),
        ("MAIL_FROM", "Acme, Inc. <a@example.com>"),
        ("MAIL_FROM", "Acme\r\nBcc: b@example.com <a@example.com>"),
        ("MAIL_FROM", '"Acme\nBcc: b@example.com" <a@example.com>'),
        ("MAIL_FROM", "=?utf-8?q?Acme=0D=0ABcc=3A_b=40example.com?= <a@example.com>"),
        ("MAIL_FROM", "Acme <a@example.com> <b@example.com>"),
        ("RESEND_API_KEY", "re_two\nlines_of_secret"),
        ("RESEND_API_KEY", "short"),
        ("RESEND_API_KEY", "re_with a space"),
        ("RESEND_API_URL", "http://api.resend.com"),
        ("RESEND_API_URL", "resend.example.com"),
        ("RESEND_API_URL", "https://user:secret@api.resend.com"),
        ("RESEND_API_URL", "https://api.resend.com?key=secret"),
        ("RESEND_API_URL", "https://[::1"),
        ("SMTP_URL", "mail.example.com:587"),
        ("SMTP_URL", "http://mail.example.com"),
        ("SMTP_URL", "smtp://:2525"),
        ("SMTP_URL", "smtp://user@mail.example.com"),
        ("SMTP_URL", "smtp://user:sec/ret@mail.example.com"),
        ("SMTP_URL", "smtp://user:sec@ret@mail.example.com"),
        ("SMTP_URL", "smtp://user:sec:ret@mail.example.com"),
        ("SMTP_URL", "smtp://user:sec#ret@mail.example.com"),
        ("SMTP_URL", "smtp://user:sec%ret@mail.example.com"),
        ("SMTP_URL", "smtp://user:sécret@mail.example.com"),
        ("SMTP_URL", "smtp://user:secret%0D%0A@mail.example.com"),
        ("SMTP_URL", "smtp://mail.example.com:port"),
        ("SMTP_URL", "smtp://mail.example.com:70000"),
        ("SMTP_URL", "smtp://mail.example.com/path"),
        ("SMTP_URL", "smtp://mail example.com"),
    ],
)
def test_a_bad_value_is_named_and_never_shown(name, value):
    (fault,) = faults({**GOOD, name: value})
    assert fault.startswith(f"{name} must be ")
    assert value not in fault
    assert "secret" not in fault


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAIL_FROM", '"Acme, Inc." <no-reply@example.com>'),
        ("RESEND_API_URL", "http://localhost:8025/resend"),
        ("RESEND_API_URL", "https://proxy.example.com:8443"),
        ("SMTP_URL", "smtp://mailer%40example.com:p%3Aa%2Fs%40s%25@mail.example.com:2525"),
        ("SMTP_URL", "smtps://user:password@mail.example.com"),
        ("SMTP_URL", "smtp://[::1]:1025"),
        ("SMTP_URL", "smtp://localhost:1025/"),
    ],
)
def test_what_is_good_is_taken(name, value):
    assert getattr(load_config({**GOOD, name: value}), name.lower()) == value


def test_a_slash_at_the_end_of_an_address_does_no_harm():
    config = load_config({**GOOD, "RESEND_API_URL": "https://api.resend.com/"})
    assert config.resend_api_url == "https://api.resend.com"


def test_a_key_of_resend_is_no_signing_key():
    (fault,) = faults({**GOOD, "RESEND_API_KEY": GOOD["JWT_ACCESS_SECRET"]})
    assert fault == "RESEND_API_KEY must be different from JWT_ACCESS_SECRET"


def test_nothing_secret_is_in_the_printed_form():
    config = load_config({**GOOD, **RESEND, "SMTP_URL": "smtps://user:hidden-password@mail.example.com"})
    assert RESEND["RESEND_API_KEY"] not in repr(config)
    assert "hidden-password" not in repr(config) + repr(sender_for(config))
