"""The page that says which test holds which promise names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| ([A-Z]\d+(?: [A-Z]\d+)*) \|.*\| (tests/[\w/]+\.py)(?:::(\w+))? \|$")


def test_every_promise_names_a_test_that_exists() -> None:
    page = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8").splitlines()
    found = [match for line in page if (match := ROW.match(line))]
    assert len(found) == sum(line.startswith("| ") and "tests/" in line for line in page)
    for ids, file, test in (match.groups() for match in found):
        text = (ROOT / file).read_text(encoding="utf-8")
        assert test is None or f"def {test}(" in text, f"{ids}: {file} has no {test}"


def test_everything_that_the_issue_names_is_there() -> None:
    page = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
    named = {word for line in page.splitlines() if (match := ROW.match(line)) for word in match[1].split()}
    due = "A4 A5 B1 B2 B3 B4 B5 B6 B7 B8 C2 F2 F3 F4 H2 J1 J2 J4 J6 J7 J8 J9 J12 J18 J19 J20 I1 I4 I6 I7 M1 M4 M5 M6 M12 S1 S6"
    assert set(due.split()) <= named
