"""What a mail is, and what a transport promises."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to one person. `key` is the same at every attempt to send it, and of no other mail."""

    key: str
    to: str
    subject: str
    text: str
    html: str


class MailNotSent(Exception):
    """The transport did not take it; says why in a few words, without an address.

    `retry_after` is in seconds, where the other side asked for it. `is_final`: another attempt would meet the
    same refusal.
    """

    def __init__(self, reason: str, *, retry_after: int | None = None, is_final: bool = False) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.is_final = is_final


class Sender(Protocol):
    def send(self, mail: Mail) -> None:
        """Returns once the other side has taken it. Raises MailNotSent, within 10 s."""
        ...

    def check(self) -> None:
        """As far as it goes without sending anything. Raises MailNotSent, within 10 s."""
        ...
