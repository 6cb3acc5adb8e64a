"""Users that come in a file from another system: what a line of it says, and what it becomes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from authflow.domain.email_address import EmailAddress

REQUIRED = ("email", "username", "password_hash")
OPTIONAL = ("verified", "created_at")
COLUMNS = (*REQUIRED, *OPTIONAL)

# RFC 3339, section 5.6: an offset is part of it.
MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
# Earlier is a mistake of the export; and what is before year 1 in UTC the driver could not read again.
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Record:
    """A line that can be read; what is empty or null is left out of `fields`."""

    line: int
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Refusal:
    """Why the record that begins at this line stays out; never with anything that stands in it."""

    line: int
    reason: str


@dataclass(frozen=True)
class ImportedUser:
    """As in the file, and valid."""

    line: int
    email: EmailAddress
    username: str
    password_hash: str
    verified: bool
    # None: from now on.
    created_at: datetime | None


class NotImportable(ValueError):
    """Says, for people, what is wrong with a field that only imports have."""


def parse_verified(text: str) -> bool:
    """Raises NotImportable."""
    if text not in {"true", "false"}:
        raise NotImportable("Must be true or false.")
    return text == "true"


def parse_created_at(text: str, now: datetime) -> datetime:
    """Raises NotImportable."""
    if not MOMENT.fullmatch(text):
        raise NotImportable("Must be like 2026-01-31T09:30:00Z, with Z or an offset (RFC 3339).")
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        raise NotImportable("Is not a date and time that there is.") from None
    if not EARLIEST <= moment <= now:
        raise NotImportable("Must be between 1970 and now.")
    return moment
