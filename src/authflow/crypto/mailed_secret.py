"""Secrets that are mailed: derived whenever they are sent or checked, stored nowhere (CONTRACT.md, section 3).

Each is an HMAC over its purpose, the id of its row and a random nonce of that row. The database alone makes none
of them, for want of the key; the key alone makes none, for want of the nonce. A mail sent twice says the same.
"""

import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from enum import StrEnum

from authflow.domain.mailed_code import CODE_DIGITS
from authflow.domain.row_id import row_id

TOKEN = re.compile(r"([a-z])([0-9]{1,19})-[A-Za-z0-9_-]{43}", re.ASCII)


# Where there is no such row: what is derived from it is nobody's, and takes as long.
NONCE_OF_NOBODY = bytes(32)


class Purpose(StrEnum):
    """What a secret is good for; the first character of its token."""

    RESET = "r"
    VERIFICATION = "p"


@dataclass(frozen=True, slots=True)
class Reference:
    """The row that a token speaks of, and whose nonce proves it."""

    purpose: Purpose
    row_id: int


@dataclass(frozen=True)
class MailedSecrets:
    """`previous`: a key that was replaced a moment ago, whose mails are still on their way."""

    key: bytes
    previous: bytes | None

    def token(self, reference: Reference, nonce: bytes) -> str:
        """For a link: 256 bits, URL-safe, and the row that they are about."""
        return _token(self.key, reference, nonce)

    def code(self, reference: Reference, nonce: bytes) -> str:
        """For people to type: 8 digits, leading zeros kept (OWASP ASVS 6.5.4)."""
        return _code(self.key, reference, nonce)

    def is_token(self, given: str, reference: Reference, nonce: bytes) -> bool:
        return any(_equal(given, _token(key, reference, nonce)) for key in self._keys())

    def is_code(self, given: str, reference: Reference, nonce: bytes) -> bool:
        return any(_equal(given, _code(key, reference, nonce)) for key in self._keys())

    def _keys(self) -> list[bytes]:
        return [key for key in (self.key, self.previous) if key]


def find_reference(token: str) -> Reference | None:
    """What a token claims to be about, not yet proved; None for a text that is none."""
    match = TOKEN.fullmatch(token)
    about = row_id(match[2]) if match and match[1] in set(Purpose) else None
    return Reference(Purpose(match[1]), about) if match and about is not None else None


def _token(key: bytes, reference: Reference, nonce: bytes) -> str:
    secret = urlsafe_b64encode(_derive(key, "link", reference, nonce)).decode().rstrip("=")
    return f"{reference.purpose}{reference.row_id}-{secret}"


def _code(key: bytes, reference: Reference, nonce: bytes) -> str:
    # 256 bits onto 10^8 codes: none is likelier than another by more than one in 10^69.
    number = int.from_bytes(_derive(key, "code", reference, nonce))
    return f"{number % 10**CODE_DIGITS:0{CODE_DIGITS}}"


def _derive(key: bytes, form: str, reference: Reference, nonce: bytes) -> bytes:
    stated = f"{form}\x1f{reference.purpose}\x1f{reference.row_id}\x1f".encode()
    return hmac.digest(key, stated + nonce, "sha256")


def _equal(given: str, derived: str) -> bool:
    return hmac.compare_digest(given.encode(errors="surrogatepass"), derived.encode())
