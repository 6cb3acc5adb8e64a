"""Users that come in a file from another system: what a line of it says, and what it becomes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from authflow.domain.email_address import EmailAddress

REQUIRED = ("email", "username")
OPTIONAL = ("password_hash", "verified", "created_at")
COLUMNS = (*REQUIRED, *OPTIONAL)

# RFC 3339, section 5.6, and as psql prints `timestamptz` (+00, +05:30) and `timestamp`, which has no offset.
MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?"
    r"(?P<offset>[Zz]|[+-][0-9]{2}(:?[0-9]{2}(:[0-9]{2})?)?)?"
)
# No clock on earth is further ahead of UTC.
AHEAD_AT_MOST = timedelta(hours=14)
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
    # None: a reset sets one.
    password_hash: str | None
    verified: bool
    # None: from now on.
    created_at: datetime | None


class NotImportable(ValueError):
    """Says, for people, what is wrong with a field that only imports have."""


def parse_verified(text: str) -> bool:
    """Raises NotImportable."""
    match text.lower():
        case "true" | "t" | "1":
            return True
        case "false" | "f" | "0":
            return False
        case _:
            raise NotImportable("It must be true or false (or t, f, 1, 0).")


def parse_created_at(text: str, now: datetime) -> datetime:
    """Without an offset it is taken for UTC. Raises NotImportable."""
    shape = MOMENT.fullmatch(text)
    if not shape:
        raise NotImportable("It must be like 2026-01-31T09:30:00Z or 2026-01-31 09:30:00+00.")
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        raise NotImportable("There is no such date and time.") from None
    if not shape["offset"]:
        moment = _in_utc(moment, now)
    if not EARLIEST <= moment <= now:
        raise NotImportable("It must be between 1970 and now.")
    return moment


def _in_utc(moment: datetime, now: datetime) -> datetime:
    """Of a clock ahead of UTC, the last hours would be still to come."""
    stated = moment.replace(tzinfo=UTC)
    return min(stated, now) if stated - now <= AHEAD_AT_MOST else stated
