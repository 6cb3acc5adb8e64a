"""A mailbox that somebody is asked to prove, and what follows when they do."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from authflow.domain.email_address import EmailAddress


class ProofKind(StrEnum):
    """`SIGN_UP` becomes an account; `ACCOUNT` never proved its email; `EMAIL_CHANGE` gets a new one."""

    SIGN_UP = "sign_up"
    ACCOUNT = "account"
    EMAIL_CHANGE = "email_change"


@dataclass(frozen=True, slots=True)
class MailboxProof:
    """`username` is only a sign-up's; `password_hash` is the sign-up's own, or that of the account."""

    id: int
    kind: ProofKind
    email: str
    email_canonical: str
    user_id: int | None
    username: str | None
    password_hash: str | None
    nonce: bytes
    asked_at: datetime
    created_at: datetime

    @property
    def address(self) -> EmailAddress:
        return EmailAddress(self.email, self.email_canonical)
