"""A moment as programs read it: RFC 3339, in UTC."""

from datetime import UTC, datetime


def utc_text(at: datetime, timespec: str = "seconds") -> str:
    """2026-01-31T09:30:00Z; `timespec` is that of `isoformat`."""
    return at.astimezone(UTC).isoformat(timespec=timespec).removesuffix("+00:00") + "Z"
