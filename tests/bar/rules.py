"""The numbered rules of the security bar: what holds each of them, read from `rules/*.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[1]
NUMBERS = range(1, 89)


@dataclass(frozen=True)
class Rule:
    number: int
    # What it asks for, in a line.
    says: str
    # pytest's node ids, without parameters.
    tests: tuple[str, ...] = ()
    # Why there is no control, or why the rule is not held here at all.
    no_control: str = ""
    open: str = ""

    @cached_property
    def controls(self) -> list[Path]:
        """Patches that take the rule out of the source; with each of them one of its tests must fail."""
        return sorted((HERE / "controls").glob(f"{self.number:02}-*.patch"))

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
    return [Rule(**{**entry, "tests": tuple(entry.get("tests", ()))}) for entry in entries]
