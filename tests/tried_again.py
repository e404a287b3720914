"""Flakiness is seen: the last line counts and names the tests that failed and passed when tried again; too many fail the run.

A plugin of pytest (`-p tests.tried_again`), beside pytest-rerunfailures, which does the trying.
"""

from __future__ import annotations

import pytest

MOST = 3
"""One more test than this that passes only when tried again is a defect of the whole, and fails the run."""


class TriedAgain:
    """What the terminal's reporter has counted, said in one line after everything else."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config

    @property
    def names(self) -> list[str]:
        """Tests that failed at least once and passed in the end."""
        reporter = self.config.pluginmanager.get_plugin("terminalreporter")
        stats: dict[str, list[pytest.TestReport]] = reporter.stats if reporter else {}
        failed = {report.nodeid for kind in ("failed", "error") for report in stats.get(kind, [])}
        return sorted({report.nodeid for report in stats.get("rerun", [])} - failed)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say why each failed at first, also one that failed again: that may have been of what the first try left."""
        for report in terminalreporter.stats.get("rerun", []):
            terminalreporter.section(f"failed at first: {report.nodeid} ({report.when})")
            terminalreporter.write_line(report.longreprtext)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail a run that is green by luck."""
        if len(self.names) > MOST and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_unconfigure(self) -> None:
        """Say it last: of a long output, often only the end is kept."""
        names = self.names
        more = f": {', '.join(names)}" if names else ""
        verdict = f"; more than {MOST} fail the run" if len(names) > MOST else ""
        print(f"{len(names)} tests passed only when tried again{verdict}{more}", flush=True)


def pytest_configure(config: pytest.Config) -> None:
    """Watch the run as a whole; xdist's workers have a part of it each."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(TriedAgain(config), "tried-again-report")
