"""How the bar judges by what it ran."""

import pytest

from tests.bar import run

HELD, TIMED = "tests/races/test_a.py::test_held", "tests/timing/test_b.py::test_timed"


@pytest.mark.parametrize(("second", "ended"), [("passed", "passed"), ("failed", "failed"), ("broken", "broken")])
def test_a_test_that_broke_outside_of_its_own_lines_is_asked_once_more(
    monkeypatch: pytest.MonkeyPatch, second: str, ended: str
):
    asked: list[tuple[list[str], tuple[str, ...]]] = []

    def answer(_directory: object, tests: list[str], *options: str) -> dict[str, str]:
        of_held = second if any(HELD in earlier for earlier, _ in asked) else "broken"
        asked.append((tests, options))
        return {test: of_held if test == HELD else "passed" for test in tests}

    monkeypatch.setattr(run, "run_tests", answer)
    assert run.outcomes_of([HELD, TIMED]) == {HELD: ended, TIMED: "passed"}
    assert asked[2:] == [([HELD], ("-n", "0"))]


def test_a_test_that_failed_is_not_asked_again(monkeypatch: pytest.MonkeyPatch):
    asked: list[str] = []

    def answer(_directory: object, tests: list[str], *_options: str) -> dict[str, str]:
        asked.extend(tests)
        return dict.fromkeys(tests, "failed")

    monkeypatch.setattr(run, "run_tests", answer)
    assert run.outcomes_of([HELD]) == {HELD: "failed"}
    assert asked == [HELD]
