"""What is wrong with one field, as a sentence that a form can show by itself."""

import re
from collections.abc import Mapping, Sequence

# Where the name on the wire is not the word that people know.
KNOWN_AS = {
    "otp": "Code",
    "userEmail": "Email",
    "registrationId": "Registration id",
    "Idempotency-Key": "Idempotency-Key",
}
# A name that somebody made up may be anything: it is not said again.
NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{0,31}")
WORD_BEGINS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def as_sentence(reasons: Mapping[str, Sequence[str]]) -> str | None:
    """`Password: it is one of the most common passwords.`; None where more than one field is at fault."""
    if len(reasons) != 1:
        return None
    ((name, sentences),) = reasons.items()
    text = " ".join(sentences)
    return f"{_known_as(name)}: {text[:1].lower()}{text[1:]}"


def _known_as(name: str) -> str:
    if name in KNOWN_AS:
        return KNOWN_AS[name]
    return WORD_BEGINS.sub(" ", name).capitalize() if NAME.fullmatch(name) else "One field"
