"""A mail as every server takes it: one line of a subject, an address in ASCII, text that UTF-8 can write."""

import re
from dataclasses import replace
from email.headerregistry import Address

from authflow.domain.email_address import EmailAddress, NotAnEmail
from authflow.mail.sender import Mail, MailNotSent

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# Half of a character: no encoding writes it.
SURROGATE = re.compile(r"[\ud800-\udfff]")
# RFC 5322 folds longer ones over lines; nobody reads them.
SUBJECT_MAX = 200
NAME_AND_ADDRESS = re.compile(r'(?:"(?P<quoted>[^<>"\\]*)"|(?P<bare>[^<>@,;:"\\()]*?)) *<(?P<address>[^<>]+)>')


def plain(mail: Mail) -> Mail:
    """The same mail without what could forge a header. Raises MailNotSent."""
    return replace(
        mail,
        to=_ascii(mail.to),
        subject=header_line(mail.subject)[:SUBJECT_MAX],
        text=_readable(mail.text),
        html=_readable(mail.html),
    )


def header_line(text: str) -> str:
    """For a header: `=?` would begin an encoded word, which may hold a line's end (RFC 2047; CVE-2024-6923)."""
    return CONTROL.sub(" ", _readable(text)).replace("=?", "= ?")


def sender_address(text: str) -> Address:
    """`a@example.com` or `Name <a@example.com>`. Raises NotAnEmail."""
    match = NAME_AND_ADDRESS.fullmatch(text)
    name = (match["quoted"] or match["bare"] or "") if match else ""
    if not name.isprintable() or name != header_line(name):
        raise NotAnEmail("A name is one line.")
    return Address(name, addr_spec=_in_ascii(EmailAddress.parse(match["address"] if match else text)))


def _ascii(address: str) -> str:
    try:
        return _in_ascii(EmailAddress.parse(address))
    except NotAnEmail:
        raise MailNotSent("not an address that mail can be sent to", is_final=True) from None


def _in_ascii(address: EmailAddress) -> str:
    """As typed but for the domain: not every server knows SMTPUTF8 (RFC 6531)."""
    return f"{address.local_part}@{address.canonical.rpartition('@')[2]}"


def _readable(text: str) -> str:
    return SURROGATE.sub("\ufffd", text)
