"""Patience short enough for tests, a look at refusals, and a certificate."""

import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from mails import MAIL
from tests.support.smtp_server import make_certificate

from authflow.mail import deadline, resend, smtp
from authflow.mail.sender import Mail, MailNotSent, Sender

Refusal = Callable[..., MailNotSent]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """One answer is waited for 0.2 s, and all of them 0.5."""
    monkeypatch.setattr(resend, "SOCKET_TIMEOUT", 0.2)
    monkeypatch.setattr(smtp, "SOCKET_TIMEOUT", 0.2)
    monkeypatch.setattr(deadline, "IN_ALL", 0.5)


@pytest.fixture
def refusal() -> Refusal:
    """How a mail is refused; what is said of it must not name its reader, nor anything secret."""

    def refuse(sender: Sender, mail: Mail = MAIL, secrets: tuple[str, ...] = ()) -> MailNotSent:
        with pytest.raises(MailNotSent) as raised:
            sender.send(mail)
        shown = "".join(traceback.format_exception(raised.value)) + repr(raised.value)
        for secret in ("ada@", *secrets):
            assert secret not in shown
        return raised.value

    return refuse


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For 127.0.0.2: this machine, but by an address that is not treated as such."""
    return make_certificate(tmp_path_factory.mktemp("certificates"), "127.0.0.2")
