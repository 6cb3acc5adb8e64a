"""The three transports, each with the real thing behind it, and the mails that reached their readers."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from authflow.mail.maildir import list_mails
from authflow.mail.sender import Mail
from tests.support.resend_server import API_KEY, ResendServer, running_resend
from tests.support.smtp_server import Received, SmtpServer, running_smtp


@dataclass(frozen=True)
class Provider:
    """`settings` are the fields of the configuration that point at it."""

    settings: dict[str, Any]
    delivered: Callable[[], list[Mail]]


def at_smtp(port: int) -> dict[str, Any]:
    return {"mail_transport": "smtp", "smtp_url": f"smtp://127.0.0.1:{port}"}


def at_resend(port: int) -> dict[str, Any]:
    api = {"resend_api_key": API_KEY, "resend_api_url": f"http://127.0.0.1:{port}"}
    return {"mail_transport": "resend", **api}


def delivered_by_smtp(server: SmtpServer) -> list[Mail]:
    return [_received(mail) for mail in server.mails]


def delivered_by_resend(server: ResendServer) -> list[Mail]:
    return [
        Mail(mail["key"], *mail["to"], subject=mail["subject"], text=mail["text"], html=mail["html"])
        for mail in server.mails
    ]


@contextmanager
def smtp(_directory: Path) -> Generator[Provider]:
    with running_smtp() as server:
        yield Provider(at_smtp(server.port), lambda: delivered_by_smtp(server))


@contextmanager
def resend(_directory: Path) -> Generator[Provider]:
    with running_resend() as server:
        port = int(server.url.rpartition(":")[2])
        yield Provider(at_resend(port), lambda: delivered_by_resend(server))


@contextmanager
def maildir(directory: Path) -> Generator[Provider]:
    settings = {"mail_transport": "mailbox", "mailbox_directory": directory}
    yield Provider(settings, lambda: _oldest_first(directory))


def _received(mail: Received) -> Mail:
    texts = [mail.message.get_body((kind,)).get_content().replace("\r\n", "\n") for kind in ("plain", "html")]
    return Mail(mail.message["Message-ID"], *mail.to, mail.message["Subject"], *texts)


def _oldest_first(directory: Path) -> list[Mail]:
    mails = reversed(list_mails(directory))
    return [Mail(mail.id, mail.to, mail.subject, mail.text, mail.html) for mail in mails]
