"""Mail for development: a Maildir on disk, read by `/dev/mailbox` or by any mail program."""

import os
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from authflow.mail.message import id_of, message_of
from authflow.mail.safe_mail import plain
from authflow.mail.sender import Mail, MailNotSent

# https://cr.yp.to/proto/maildir.html: written in `tmp`, moved to `new`; a mail program moves on to `cur`.
FOLDERS = ("tmp", "new", "cur")


@dataclass(frozen=True)
class SentMail:
    id: str
    to: str
    subject: str
    text: str
    html: str
    sent_at: datetime


@dataclass(frozen=True)
class MaildirSender:
    directory: Path
    sender: Address

    def send(self, mail: Mail) -> None:
        """A mail that was sent before is replaced. Raises MailNotSent."""
        ready = plain(mail)
        content = message_of(ready, self.sender).as_bytes(policy=default)
        with _told_as_not_sent():
            self._write(content).replace(self.directory / "new" / id_of(ready))

    def check(self) -> None:
        """Raises MailNotSent where nothing can be written."""
        with _told_as_not_sent():
            self._write(b"").unlink()

    def _write(self, content: bytes) -> Path:
        for folder in FOLDERS:
            # Its links and codes open accounts, if only a developer's.
            (self.directory / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, unfinished = tempfile.mkstemp(dir=self.directory / "tmp")
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        return Path(unfinished)


@contextmanager
def _told_as_not_sent() -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise MailNotSent(f"the mailbox cannot be written: {type(error).__name__}") from None


def list_mails(directory: Path) -> list[SentMail]:
    """Newest first."""
    return sorted(_read_all(directory), key=lambda mail: mail.sent_at, reverse=True)


def _read_all(directory: Path) -> Iterator[SentMail]:
    for folder in FOLDERS[1:]:
        for path in (directory / folder).glob("[!.]*"):
            # Moved or deleted meanwhile: it is seen next time.
            with suppress(FileNotFoundError):
                yield _read(path)


def _read(path: Path) -> SentMail:
    message = message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=default)
    return SentMail(
        # A mail program writes its flags behind a colon.
        id=path.name.partition(":")[0],
        to=str(message.get("To", "")),
        subject=str(message.get("Subject", "")),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        sent_at=datetime.fromtimestamp(path.stat().st_mtime, UTC),
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return part.get_content() if part is not None else ""
