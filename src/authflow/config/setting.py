"""How a variable is read, and what is wrong with them all is collected; the variables are in `config.py`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Generic, TypeVar, cast

T = TypeVar("T")
# A parser takes the text and whether this is production; what it raises is the sentence «NAME must be …».
Parser = Callable[[str, bool], T]

REQUIRED: Any = object()


class ConfigurationError(Exception):
    """Every fault of the configuration, a line each: the variable and what is expected, never its value."""

    def __init__(self, faults: list[str]) -> None:
        lines = "\n".join(f"  {fault}" for fault in faults)
        super().__init__(f"authflow cannot start, the configuration has {len(faults)} fault(s):\n{lines}")
        self.faults = faults


class Refused(ValueError):
    """What a value must be, for the sentence «NAME must be …»."""


@dataclass(frozen=True)
class Setting(Generic[T]):
    name: str
    parse: Parser[T]
    default: T = REQUIRED


@dataclass
class Environment:
    """The variables as given; collects what is wrong with them."""

    given: Mapping[str, str]
    production: bool
    faults: list[str] = field(default_factory=list[str])

    def read(self, setting: Setting[T]) -> T:
        """The value, or its default; a fault is noted and the start refused once all are read."""
        text = self.given.get(setting.name, "").strip()
        if not text:
            if setting.default is REQUIRED:
                self.faults.append(f"{setting.name} is missing: it must be {_expected(setting.parse)}")
            return setting.default
        try:
            return setting.parse(text, self.production)
        except Refused as refused:
            self.faults.append(f"{setting.name} must be {refused}")
            return cast("T", None)

    def refuse_shared_secrets(self, *names: str) -> None:
        """One key, one purpose (RFC 8725, section 3.11)."""
        given = {name: text for name in names if (text := self.given.get(name))}
        for one, other in combinations(given, 2):
            if given[one] == given[other]:
                self.faults.append(f"{other} must be different from {one}")

    def raise_faults(self) -> None:
        if self.faults:
            raise ConfigurationError(self.faults)


def _expected(parse: Parser[Any]) -> str:
    """What a parser accepts, in its own words: those it refuses an empty text with."""
    try:
        parse("", True)
    except Refused as refused:
        return str(refused)
    return "set"
