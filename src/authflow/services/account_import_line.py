"""From a line of a file to a user whom the rules of this service allow, or to all the reasons against it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from authflow.crypto import password_format
from authflow.domain.email_address import EmailAddress, NotAnEmail
from authflow.domain.user_import import (
    REQUIRED,
    ImportedUser,
    NotImportable,
    Record,
    Refusal,
    parse_created_at,
    parse_verified,
)
from authflow.domain.username import NotAUsername, parse_username


def read_user(record: Record, now: datetime) -> ImportedUser | Refusal:
    """The reasons name fields, and hold nothing of what stands in them."""
    parsers: Mapping[str, Callable[[str], object]] = {
        "email": EmailAddress.parse,
        "username": parse_username,
        "password_hash": _parse_hash,
        "verified": parse_verified,
        "created_at": partial(parse_created_at, now=now),
    }
    user: dict[str, Any] = {"password_hash": None, "verified": False, "created_at": None}
    reasons = [f"{name}: It is missing." for name in REQUIRED if name not in record.fields]
    for name, text in record.fields.items():
        try:
            user[name] = parsers[name](text)
        except (NotAnEmail, NotAUsername, NotImportable) as error:
            reasons.append(f"{name}: {error}")
    return Refusal(record.line, " ".join(reasons)) if reasons else ImportedUser(record.line, **user)


def _parse_hash(text: str) -> str:
    """The password behind it is not asked for anything: policy applies where one is set."""
    if not password_format.is_hash(text):
        raise NotImportable(
            "It must be bcrypt ($2a$, $2b$, $2y$; cost 4 to 16) or passlib's bcrypt-sha256, version 2."
        )
    return text
