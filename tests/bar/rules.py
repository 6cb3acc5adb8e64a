"""The numbered rules of the security bar: what holds each of them, read from `rules/*.toml`."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[1]
NUMBERS = range(1, 89)


@dataclass(frozen=True)
class Change:
    """Text of a file of the checkout, which must stand there exactly once, and what takes its place."""

    file: str
    old: str
    new: str


@dataclass(frozen=True)
class Control:
    """Takes the rule out of the source; with it one of the rule's tests must fail."""

    name: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Rule:
    number: int
    # What it asks for, in a line.
    says: str
    # pytest's node ids, without parameters.
    tests: tuple[str, ...] = ()
    controls: tuple[Control, ...] = ()
    # Why there is no control, or why the rule is not held here at all.
    no_control: str = ""
    open: str = ""

    def faults(self) -> list[str]:
        """What is wrong with its entry."""
        whole = {
            "says neither what holds it nor why nothing does": self.tests or self.open,
            "has neither a control nor a reason for none": self.open or self.no_control or self.controls,
            "has a control and a reason for none": not (self.no_control and self.controls),
        }
        unknown = [f"names no test: {test}" for test in self.tests if not _is_written(test)]
        return [fault for fault, is_whole in whole.items() if not is_whole] + unknown


def _is_written(test: str) -> bool:
    file, *_, name = test.split("::")
    path = CHECKOUT / file
    return path.is_file() and f"def {name}(" in path.read_text()


def all_rules() -> list[Rule]:
    files = sorted((HERE / "rules").glob("*.toml"))
    entries = [entry for file in files for entry in tomllib.loads(file.read_text())["rule"]]
    return [_rule_of(**entry) for entry in entries]


def _rule_of(
    *, tests: list[str] | None = None, controls: list[dict[str, Any]] | None = None, **entry: Any
) -> Rule:
    read = (
        Control(each["name"], tuple(Change(**change) for change in each["changes"])) for each in controls or ()
    )
    return Rule(**entry, tests=tuple(tests or ()), controls=tuple(read))
