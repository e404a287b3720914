"""What `make soak` found, as tables: every planted error and who noticed it, and a line for the run. A plugin of pytest.

A run that was not cut short and did not miss a kind is written to docs/reference/soak.md; every run is printed.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference" / "soak.md"
KINDS = ("planted", "kill", "search")
OTHERS = "others"
RUNS = (
    "| date | commit | planted errors found | missed | kills survived | not | searches without a find | with"
    " | others passed | not | seconds |"
)
HEAD = """# What `make soak` found

Written by `make soak`; not edited by hand. It plants every error, kills at every moment that the tests know, and looks for
generated towns, rows and codes on which two engines differ, a new choice in every run (the seed is in the output of a failure).
Others are those that only take long: all 17 lists of risk areas, Spark over the policies' scenes, a server killed in the middle of uploads,
residents' and families' ways through the pages in the language and print that `make test` does not take.
It is run whole before a change to core, judgements, passes or records lands. `make test` plants the errors that are noticed
within two seconds, has a few of the kills, and a short search that is the same in every run.

## Runs

"""
ERRORS = """
## Planted errors of the newest run

| planted | noticed by | seconds | in `make test` |
|---|---|---|---|
"""


class Soaked:
    """The reports of a run, and the tables made of them."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.ended: dict[str, pytest.TestReport] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep how each test ended; one that failed before or after its body has failed."""
        if report.when == "call" or report.failed:
            self.ended[report.nodeid] = report

    def count(self, kind: str) -> tuple[int, int]:
        """How many tests of a kind passed, and how many did not."""
        told = [report.passed for report in self.ended.values() if kind in kinds_of(report)]
        return sum(told), len(told) - sum(told)

    def errors(self) -> Iterator[str]:
        """A line of the table for each planted error."""
        planted = {
            str(told["planted"]): (report, told)
            for report in self.ended.values()
            if "planted" in (told := dict(report.user_properties))
        }
        for name, (report, told) in sorted(planted.items()):
            noticed = told.get("noticed_by", "**nobody**") if report.passed else "**nobody**"
            quick = "no" if "soak" in report.keywords else "yes"
            yield f"| {name} | {noticed} | {report.duration:.1f} | {quick} |"

    def line(self) -> str:
        """The run as a line."""
        counted = " | ".join(f"{good} | {bad}" for good, bad in map(self.count, (*KINDS, OTHERS)))
        seconds = time.monotonic() - self.began
        return f"| {datetime.now(UTC):%Y-%m-%d} | {commit()} | {counted} | {seconds:.0f} |"

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print both tables; a whole run's are kept."""
        errors, line = list(self.errors()), self.line()
        terminalreporter.section("soak")
        terminalreporter.write_line("\n".join([RUNS, line, ERRORS.rstrip(), *errors]))
        if all(sum(self.count(kind)) for kind in KINDS) and terminalreporter.config.args_source.name != "ARGS":
            PAGE.write_text("\n".join([HEAD.rstrip("\n"), "", *earlier(), line, ERRORS.rstrip(), *errors, ""]))


def kinds_of(report: pytest.TestReport) -> list[str]:
    """What a test is for; one that only takes long is among the others."""
    return [kind for kind in KINDS if kind in report.keywords] or [OTHERS]


def earlier() -> list[str]:
    """The runs that the page has already, under their head."""
    known = PAGE.read_text().splitlines() if PAGE.exists() else []
    rows = [row for row in known if row.startswith("| 2")]
    return [RUNS, "|" + "---|" * RUNS.count(" | ") + "---|", *rows]


def commit() -> str:
    """The commit that was tried, and whether there was something beside it."""
    said = [
        subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
        for words in (["rev-parse", "--short", "HEAD"], ["status", "--porcelain", "--untracked-files=no"])
    ]
    return f"{said[0] or 'unknown'}{' and changes' if said[1] else ''}"


def pytest_configure(config: pytest.Config) -> None:
    """Watch the run as a whole; xdist's workers have a part of it each."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Soaked(), "soaked-tables")
