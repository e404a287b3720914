"""docs/reference/runs.md lists what the code has: states, kinds, mistakes, and what the database refuses."""

from __future__ import annotations

import re
from pathlib import Path

from yimatong.stations.judgements.errors import SENTENCES

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "reference" / "runs.md").read_text()
GUARDS = (ROOT / "src/yimatong/stations/judgements/migrations/0002_guards.py").read_text()


def rows(heading: str) -> list[str]:
    """The first cells of the table under a header row."""
    table = PAGE.split(f"| {heading} |")[1].split("\n\n")[0]
    return re.findall(r"^\| (`.*?`) \|", table, re.MULTILINE)


def words(cells: list[str]) -> set[str]:
    return {word for cell in cells for word in re.findall(r"`([\w-]+)`", cell)}


def test_every_state_and_kind_is_listed():
    from yimatong.stations.judgements.models import Run

    assert words(rows("state | meaning")) == set(Run.State.values)
    assert words(rows("kind | judges | publishes")) == set(Run.Kind.values)


def test_every_mistake_is_listed():
    assert words(rows("code | when")) == set(SENTENCES)


def test_every_refusal_of_the_database_is_listed():
    assert set(re.findall(r"ERRCODE = '(YMT\d+)'", GUARDS)) <= words(rows("SQLSTATE | refused"))


def test_every_command_is_described():
    from yimatong.edges.cli import runs

    assert {f"runs {name}" for name in runs.command.commands} <= set(re.findall(r"`(runs [\w-]+)`", PAGE))
