"""An email address: as its owner typed it, and as two of them are compared."""

import unicodedata
from dataclasses import dataclass

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

from authflow.domain.typed_text import BIDI_CONTROLS, UNSEEN, trimmed

# RFC 5321, section 4.5.3.1.3, less the angle brackets. Before Unicode looks: longer texts cost time.
MAX_BYTES = 254
# Some programs copy them along with an address.
AROUND = UNSEEN + "".join(BIDI_CONTROLS)
# Test setups and offices have mail of their own there (RFC 6761, RFC 6762); that list is made to be edited.
SPECIAL_USE_DOMAIN_NAMES[:] = [name for name in SPECIAL_USE_DOMAIN_NAMES if name not in {"test", "local"}]


class NotAnEmail(ValueError):
    """Says, for people, why a text is not an address that mail can be sent to."""


@dataclass(frozen=True)
class EmailAddress:
    """`canonical` decides who is who: ASCII local part in lower case, domain as IDNA; dots and `+tag` are kept."""

    typed: str
    canonical: str

    @property
    def local_part(self) -> str:
        return self.typed.rpartition("@")[0]

    @property
    def in_ascii(self) -> str:
        """As typed but for the domain: not every server knows SMTPUTF8 (RFC 6531)."""
        return f"{self.local_part}@{self.canonical.rpartition('@')[2]}"

    @property
    def masked(self) -> str:
        """Enough for who typed it to recognise, and no word for who reads it: `a…@e…`."""
        return f"{self.typed[0]}…@{self.typed.rpartition('@')[2][0]}…"

    @classmethod
    def parse(cls, typed: str) -> "EmailAddress":
        """Blanks around it are taken off. Raises NotAnEmail.

        A text that Unicode folds into another one (`＠`, full-width letters, a soft hyphen) is refused rather
        than folded: what is validated must be what is stored and mailed (GHSA-7rqj-j65f-68wh, CVE-2019-19844).
        """
        typed = trimmed(typed, AROUND)
        if len(typed) > MAX_BYTES or len(typed.encode(errors="surrogatepass")) > MAX_BYTES:
            raise NotAnEmail(f"It must have at most {MAX_BYTES} bytes.")
        if unicodedata.normalize("NFKC", typed) != typed or not typed.isprintable():
            raise NotAnEmail("It must be written in plain characters.")
        try:
            valid = validate_email(typed, check_deliverability=False, allow_smtputf8=False, strict=True)
        except (EmailNotValidError, UnicodeError):
            raise NotAnEmail("It is not a valid email address.") from None
        typed_domain = typed.rpartition("@")[2].lower()
        if typed_domain not in {valid.domain, valid.ascii_domain}:
            raise NotAnEmail("Its domain must be written in plain characters.")
        return cls(typed, f"{valid.local_part.lower()}@{valid.ascii_domain}")
