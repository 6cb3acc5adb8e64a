"""The one table from MAIL_TRANSPORT to what sends."""

from collections.abc import Callable

from authflow.config import Config
from authflow.domain.sender_address import sender_address
from authflow.mail.maildir import MaildirSender
from authflow.mail.resend import ResendSender
from authflow.mail.sender import Sender
from authflow.mail.smtp import SmtpSender


def sender_for(config: Config) -> Sender:
    """Nothing is connected yet."""
    return TRANSPORTS[config.mail_transport](config)


def _resend(config: Config) -> Sender:
    return ResendSender(config.resend_api_key, config.resend_api_url, sender_address(config.mail_from))


def _smtp(config: Config) -> Sender:
    return SmtpSender(config.smtp_url, sender_address(config.mail_from))


def _mailbox(config: Config) -> Sender:
    return MaildirSender(config.mailbox_directory, sender_address(config.mail_from))


TRANSPORTS: dict[str, Callable[[Config], Sender]] = {"resend": _resend, "smtp": _smtp, "mailbox": _mailbox}
