"""A plugin for pytest that writes how each test ended, a line of JSON for each phase that says something."""

import json
import os
from pathlib import Path

import pytest


def pytest_configure(config: pytest.Config) -> None:
    # With several processes, the first one hears of every report.
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Outcomes(Path(os.environ["BAR_OUTCOMES"])))


class Outcomes:
    def __init__(self, file: Path) -> None:
        self._file = file

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call" and report.passed:
            return
        # A test that fails before or after its own lines has not looked at the rule.
        outcome = report.outcome if report.when == "call" or report.skipped else "broken"
        with self._file.open("a") as lines:
            lines.write(json.dumps({"test": report.nodeid, "outcome": outcome}) + "\n")
