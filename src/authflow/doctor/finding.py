"""One line of what was found: all is well, or what to do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    about: str
    is_ok: bool
    text: str

    def __str__(self) -> str:
        return f"{'ok' if self.is_ok else 'problem':<9}{self.about:<15}{self.text}"


def ok(about: str, text: str) -> Finding:
    return Finding(about, True, text)


def problem(about: str, text: str) -> Finding:
    return Finding(about, False, text)
