"""What became of each test, kept for `make test`, which tells what no run has tried."""

import json
from pathlib import Path

import pytest


class Outcomes:
    """A plugin that writes one JSON object, {test: [outcome, reason]}, when the run ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.found: dict[str, tuple[str, str]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else "skipped"
            self.found[report.nodeid] = ("left out", reason.removeprefix("Skipped: "))
        elif report.failed:
            self.found[report.nodeid] = ("failed", "")
        elif report.when == "call":
            self.found[report.nodeid] = ("passed", "")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else "skipped"
            self.found[report.nodeid] = ("left out", reason.removeprefix("Skipped: "))

    def pytest_sessionfinish(self) -> None:
        self.path.write_text(json.dumps(self.found))
