"""An account."""

from dataclasses import dataclass
from datetime import datetime

from authflow.domain.email_address import EmailAddress


@dataclass(frozen=True, slots=True)
class User:
    id: int
    username: str
    email: str
    email_canonical: str
    email_verified: bool
    role: str
    created_at: datetime

    @property
    def address(self) -> EmailAddress:
        return EmailAddress(self.email, self.email_canonical)


@dataclass(frozen=True, slots=True)
class ProfileChange:
    """What a signed-in person changes of their own account without the password."""

    username: str


@dataclass(frozen=True, slots=True)
class Account:
    """What a password check needs to know, and nothing else ever sees.

    `password_hash` is None for people who were imported without one, until a reset sets it.
    """

    user: User
    password_hash: str | None
    password_version: int
    is_disabled: bool
