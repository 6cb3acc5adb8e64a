"""A mail as RFC 5322 writes it, for the transports that hand over bytes."""

import hashlib
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from authflow.mail.sender import Mail

# Whatever stands in a body, a NUL or a line of a thousand characters: on the way it is short lines of ASCII.
ENCODING = "quoted-printable"


def message_of(mail: Mail, sender: Address) -> EmailMessage:
    """`mail` is plain already (see `plain.py`)."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = Address(addr_spec=mail.to)
    message["Subject"] = mail.subject
    message["Date"] = datetime.now(UTC)
    message["Message-ID"] = f"<{id_of(mail)}@{sender.domain}>"
    # RFC 3834: no holiday notice answers it.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text, cte=ENCODING)
    message.add_alternative(mail.html, subtype="html", cte=ENCODING)
    return message


def id_of(mail: Mail) -> str:
    """The same at every attempt, so that whoever got two copies of one mail can tell."""
    return hashlib.sha256(mail.key.encode(errors="replace")).hexdigest()[:32]
