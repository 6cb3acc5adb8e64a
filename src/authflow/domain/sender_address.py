"""Whom a mail is from: an address, with a name or without."""

import re
from email.headerregistry import Address

from authflow.domain.email_address import EmailAddress, NotAnEmail
from authflow.domain.header_line import header_line

NAME_AND_ADDRESS = re.compile(r'(?:"(?P<quoted>[^<>"\\]*)"|(?P<bare>[^<>@,;:"\\()]*?)) *<(?P<address>[^<>]+)>')


def sender_address(text: str) -> Address:
    """`a@example.com` or `Name <a@example.com>`. Raises NotAnEmail."""
    match = NAME_AND_ADDRESS.fullmatch(text)
    name = (match["quoted"] or match["bare"] or "") if match else ""
    if not name.isprintable() or name != header_line(name):
        raise NotAnEmail("A name is one line.")
    return Address(name, addr_spec=EmailAddress.parse(match["address"] if match else text).in_ascii)
