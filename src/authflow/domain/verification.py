"""A mailbox that somebody is asked to prove, and what follows when they do."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from authflow.domain.email_address import EmailAddress
from authflow.domain.session import SessionLife

# Mails of sign-ups for one address that prove it, and `registrationId`s of one account: the newest are good.
NEWEST = 5


class VerificationKind(StrEnum):
    """`SIGN_UP` becomes an account; `ACCOUNT` never proved its email; `EMAIL_CHANGE` gets a new one."""

    SIGN_UP = "sign_up"
    ACCOUNT = "account"
    EMAIL_CHANGE = "email_change"


@dataclass(frozen=True, slots=True)
class VerificationLife:
    """`unproved`, in seconds: what waits to be proved; a change of email ends with its session at the latest."""

    unproved: int
    session: SessionLife


@dataclass(frozen=True, slots=True)
class Verification:
    """`username` is only a sign-up's; `password_hash` is the sign-up's own, or that of the account.

    `code_number`: how often its link got another code. `is_code_live`: neither spent nor past its life.
    """

    id: int
    kind: VerificationKind
    email: str
    email_canonical: str
    user_id: int | None
    username: str | None
    password_hash: str | None
    nonce: bytes
    code_number: int
    code_asked_at: datetime
    is_code_live: bool
    ends_at: datetime

    @property
    def address(self) -> EmailAddress:
        return EmailAddress(self.email, self.email_canonical)

    @property
    def code_nonce(self) -> bytes:
        """The first code is of the link's own nonce."""
        return self.nonce + (self.code_number.to_bytes(4) if self.code_number else b"")
