"""What a new password must be (NIST SP 800-63B-4, section 3.1.1.2; OWASP ASVS 6.2). Never asked at login."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from authflow.domain.email_address import EmailAddress

# ASVS 6.2.8: long passphrases are welcome; the bound keeps normalisation and hashing cheap (CVE-2013-1443).
MAX_BYTES = 1_024
# ASVS 6.2.4 asks for at least the 3,000 most common passwords that fit the policy.
COMMON_PASSWORDS = 3_000


def normalized(password: str) -> str:
    """NFKC, so that one password typed on two keyboards is one password (63B)."""
    return unicodedata.normalize("NFKC", password)


def is_text(password: str) -> bool:
    """Whether it can be encoded at all: no NUL, no lone surrogate."""
    return "\0" not in password and not any("\ud800" <= char <= "\udfff" for char in password)


@dataclass(frozen=True)
class PasswordPolicy:
    min_length: int
    service_name: str
    common: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "common", _common_passwords(self.min_length))

    def objections(self, password: str, email: EmailAddress, username: str) -> list[str]:
        """Why this person may not have this password, for people; empty where they may."""
        if not is_text(password):
            return ["It has characters that cannot be stored: NUL, or a lone surrogate."]
        if len(password.encode()) > MAX_BYTES:
            return [f"It must have at most {MAX_BYTES} bytes."]
        secret = normalized(password)
        if len(secret.encode()) > MAX_BYTES:
            return [f"It must have at most {MAX_BYTES} bytes."]
        if len(secret) < self.min_length:
            return [f"It must have at least {self.min_length} characters."]
        return self._guessable(secret.casefold(), (email.typed, email.local_part, username, self.service_name))

    def _guessable(self, folded: str, personal: Iterable[str]) -> list[str]:
        if folded in self.common:
            return ["It is one of the most common passwords."]
        if folded in {normalized(word).casefold() for word in personal}:
            return ["It must not be your email, your name or the name of this service."]
        return []


def _common_passwords(min_length: int) -> frozenset[str]:
    # Imported late: 30 ms that only a server needs, not every command.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    fitting = (word for word in FREQUENCY_LISTS["passwords"] if len(word) >= min_length)
    return frozenset(word.casefold() for word in islice(fitting, COMMON_PASSWORDS))
