"""What `make attack` found, as a table and a line of figures. A plugin of pytest."""

from __future__ import annotations

import pytest

from tests.attack.page import said
from tests.attack.tries import everything

WORDS = {True: "yes", False: "NO", None: "not run"}


class Told:
    """How each try ended, with its guard and without."""

    def __init__(self) -> None:
        self.ended: dict[str, dict[str, bool]] = {"attack": {}, "bare": {}}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what the tests of a try say; one that failed anywhere has failed."""
        if report.when != "call" and not report.failed:
            return
        for name, value in report.user_properties:
            if name in self.ended:
                self.ended[name][str(value)] = report.passed and self.ended[name].get(str(value), True)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the table and the figures."""
        terminalreporter.section("attack")
        table = everything()
        for one in table:
            held, bare = (self.ended[name].get(one.id) for name in ("attack", "bare"))
            guarded = WORDS[bare] if one.off or one.planted or one.do is None else "no guard"
            line = (
                one.id,
                one.who,
                " ".join(one.promises),
                said(one.answer),
                f"as said: {WORDS[held]}",
                f"succeeds without its guard: {guarded}",
            )
            terminalreporter.write_line(" | ".join(line))
        ran = [one for one in table if one.id in self.ended["attack"]]
        kept = [one for one in ran if self.ended["attack"][one.id]]
        refused, found = (sum(one.outcome == outcome for one in kept) for outcome in ("refused", "found"))
        bare = self.ended["bare"]
        terminalreporter.write_line(
            f"\nAttack suite: {len(ran)} of {len(table)} tries, refused {refused}, found {found}, neither {len(ran) - refused - found} (must be 0);"
            f" guards taken away: {len(bare)}, tries that then succeed: {sum(bare.values())}"
        )


def pytest_configure(config: pytest.Config) -> None:
    """Watch the run as a whole; xdist's workers have a part of it each."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Told(), "attack-told")
