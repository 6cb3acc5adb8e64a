"""A mail as every server takes it: one line of a subject, an address in ASCII, text that UTF-8 can write."""

from dataclasses import replace

from authflow.domain.email_address import EmailAddress, NotAnEmail
from authflow.domain.header_line import header_line, writable
from authflow.mail.sender import Mail, MailNotSent

# RFC 5322 folds longer ones over lines; nobody reads them.
SUBJECT_MAX = 200


def plain(mail: Mail) -> Mail:
    """The same mail without what could forge a header. Raises MailNotSent."""
    return replace(
        mail,
        to=_ascii(mail.to),
        subject=header_line(mail.subject)[:SUBJECT_MAX],
        text=writable(mail.text),
        html=writable(mail.html),
    )


def _ascii(address: str) -> str:
    try:
        return EmailAddress.parse(address).in_ascii
    except NotAnEmail:
        raise MailNotSent("not an address that mail can be sent to", is_final=True) from None
