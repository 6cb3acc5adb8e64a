"""`make bar`: every rule of the security bar with the tests that hold it, and with its control.

A control is a change that takes the rule out of a copy of the source. There one of the same tests must fail:
otherwise it would pass whatever the source does.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.bar.copies import DoesNotApplyError, copy_with
from tests.bar.rules import CHECKOUT, Control, Rule, all_rules

AT_ONCE = 2
# Without a rule a race is lost soon, but not always at once.
RACE_ROUNDS = "3"
TIMED = "tests/timing/"
BROKEN = "broken"
# Seconds; a control can make a test wait for what never comes.
CONTROL_PATIENCE = 900


def main() -> int:
    wanted = {int(word) for word in sys.argv[1:]}
    rules = [rule for rule in all_rules() if not wanted or rule.number in wanted]
    outcomes = outcomes_of(sorted({test for rule in rules for test in rule.tests}))
    red = 0
    with ThreadPoolExecutor(AT_ONCE) as executor:
        for rule, faults in zip(rules, executor.map(lambda rule: faults_of(rule, outcomes), rules), strict=True):
            red += bool(faults)
            say("\n      ".join([line_of(rule, faults), *faults]))
    say(f"{len(rules) - red} rules are as they should be, {red} are not")
    return 1 if red else 0


def outcomes_of(tests: list[str]) -> dict[str, str]:
    timed = [test for test in tests if test.startswith(TIMED)]
    outcomes = run_tests(CHECKOUT, [test for test in tests if test not in timed], "-n", str(AT_ONCE))
    # Alone: beside others they would time these.
    outcomes |= run_tests(CHECKOUT, timed, "-n", "0")
    # What a test stands on broke (a server that did not end in time): it is asked once more, by itself.
    broken = [test for test in tests if any(is_of(name, test) for name in outcomes if outcomes[name] == BROKEN)]
    return outcomes | run_tests(CHECKOUT, broken, "-n", "0")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def line_of(rule: Rule, faults: list[str]) -> str:
    state = "RED " if faults else "open" if rule.open else "ok  "
    held = [f"{len(rule.tests)} tests"] if rule.tests else []
    controls = [f"fails with {control.name}" for control in rule.controls] if not faults else []
    reasons = [reason for reason in (rule.no_control, rule.open) if reason]
    return f"{rule.number:3} {state} {rule.says} · {'; '.join(held + controls + reasons)}"


def faults_of(rule: Rule, outcomes: dict[str, str]) -> list[str]:
    """What keeps this rule from being held, by the tests' outcomes and by its controls."""
    faults = rule.faults()
    for test in rule.tests:
        ended = {outcome for name, outcome in outcomes.items() if is_of(name, test)}
        faults += [f"{test}: {', '.join(ended) or 'did not run'}"] if ended != {"passed"} else []
    for control in rule.controls if not faults else ():
        faults += [f"{control.name}: {fault}" for fault in faults_with(control, rule)]
    return faults


def faults_with(control: Control, rule: Rule) -> list[str]:
    try:
        with copy_with(control) as copy:
            outcomes = run_tests(copy, rule.tests, "-x", "-n", "0")
    except DoesNotApplyError as error:
        return [str(error)]
    except subprocess.TimeoutExpired:
        return ["the tests did not end"]
    if "failed" in outcomes.values():
        return []
    return [f"no test failed without the rule, but {sorted(set(outcomes.values())) or 'none ran'}"]


def run_tests(directory: Path, tests: Sequence[str], *options: str) -> dict[str, str]:
    """How each of them ended there: passed, failed, skipped, or broken outside of its own lines."""
    if not tests:
        return {}
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch, "outcomes")
        argv = [sys.executable, "-m", "pytest", "-p", "tests.bar.outcomes", "-p", "no:cacheprovider"]
        ours = {"BAR_OUTCOMES": str(file), "PYTHONPATH": str(directory / "src")}
        environment = {"RACE_ROUNDS": RACE_ROUNDS, "TIMED": "1", **os.environ, **ours}
        done = subprocess.run(
            [*argv, *options, *tests],
            cwd=directory,
            env=environment,
            capture_output=True,
            text=True,
            timeout=CONTROL_PATIENCE,
            check=False,
        )
        if not file.exists():
            return {done.stdout[-2000:] + done.stderr[-2000:]: BROKEN}
        # The later of two reports of one test counts, unless the earlier was no success.
        outcomes: dict[str, str] = {}
        for line in map(json.loads, file.read_text().splitlines()):
            if outcomes.get(line["test"], "passed") == "passed":
                outcomes[line["test"]] = line["outcome"]
        return outcomes


def is_of(name: str, test: str) -> bool:
    """Whether this is that test, with or without parameters."""
    return name == test or name.startswith(f"{test}[")


if __name__ == "__main__":
    sys.exit(main())
