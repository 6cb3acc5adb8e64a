"""How the configuration's values about mail are read, and what is said of one that cannot be."""

import re
from urllib.parse import unquote, urlsplit

from authflow.config.setting import Refused
from authflow.config.values import one_of
from authflow.domain.cookie_site import LOOPBACK
from authflow.domain.email_address import NotAnEmail
from authflow.domain.sender_address import sender_address

# Whom mail in the mailbox of development is from, where nobody else is named.
MAILBOX_SENDER = "no-reply@example.com"


def transport(value: str, production: bool) -> str:
    """Production does not keep in files what it should send."""
    return (
        one_of("resend", "smtp")(value, production)
        if production
        else one_of("mailbox", "resend", "smtp")(value, production)
    )


def mail_from(value: str, _production: bool) -> str:
    try:
        sender_address(value)
    except NotAnEmail:
        raise Refused("an address such as no-reply@example.com or Name <no-reply@example.com>") from None
    return value


def resend_api_key(value: str, _production: bool) -> str:
    """Also refused: what could not stand in a header, and would be quoted in the error that says so."""
    if not re.fullmatch(r"[!-~]{8,200}", value):
        raise Refused("an API key of Resend, for MAIL_TRANSPORT=resend; smtp needs SMTP_URL instead")
    return value


def resend_api_url(value: str, _production: bool) -> str:
    expected = "an address such as https://api.resend.com; http is for localhost only"
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise Refused(expected) from None
    is_bare = not (parts.query or parts.fragment or "@" in parts.netloc)
    if not host or not is_bare or not (parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)):
        raise Refused(expected)
    return value.rstrip("/")


def smtp_url(value: str, _production: bool) -> str:
    """Also refused: an address of which a piece of the password would be taken for the host or the port."""
    expected = (
        "an address such as smtp://user:password@host:587 or smtps://user:password@host, in ASCII; "
        "in user and password, : / @ % # ? are written %3A %2F %40 %25 %23 %3F"
    )
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise Refused(expected) from None
    login, has_login, _ = parts.netloc.rpartition("@")
    if (
        parts.scheme not in {"smtp", "smtps"}
        or parts.path.strip("/")
        or parts.query
        or parts.fragment
        or not re.fullmatch(r"[a-z0-9._-]+|[0-9a-f:.]+", host)
        or (has_login and not _is_login(login))
    ):
        raise Refused(expected)
    return value


def _is_login(text: str) -> bool:
    """User and password, both there; smtplib sends ASCII only."""
    given = re.fullmatch(r"((?:[^:@/%]|%[0-9A-Fa-f]{2})+):((?:[^:@/%]|%[0-9A-Fa-f]{2})+)", text)
    decoded = unquote(text)
    return given is not None and decoded.isascii() and decoded.isprintable()
