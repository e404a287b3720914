"""The page that says which test holds which promise names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| ([A-Z]\d+(?: [A-Z]\d+)*) \|.*\| (tests/[\w/]+\.py)(?:::(\w+))? \|$")


def test_every_promise_names_a_test_that_exists() -> None:
    page = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8").splitlines()
    found = [match for line in page if (match := ROW.match(line))]
    assert len(found) == sum(line.startswith("| ") and "tests/" in line for line in page)
    for ids, file, test in (match.groups() for match in found):
        text = (ROOT / file).read_text(encoding="utf-8")
        assert test is None or f"def {test}(" in text, f"{ids}: {file} has no {test}"


DUE = {
    "the house and its heart": (
        "A4 A5 B1 B2 B3 B4 B5 B6 B7 B8 C2 F2 F3 F4 H2 J1 J2 J4 J6 J7 J8 J9 J12 J18 J19 J20 I1 I4 I6 I7 M1 M4 M5 M6 M12 S1 S6"
    ),
    "tests on any machine": "M10 S1",
    "the e-code": (
        "A1 A2 A3 A4 A5 A6 A7 A8 A11 A12 A13 A14 A15 A16 A18 A19 A20 E1 E2 E3 E4 E5 E6 E7 E9 E10 E11 E12 E14 E15 E16 E17 E18 E19 E20"
        " C1 C2 C3 F4 H1 H3 H5 H6 J5 S2 S4 S12 U1 U2 U3 U4 U7 X6 X7"
    ),
    "the checkpoint": (
        "C1 C2 C3 C4 C5 C6 C7 C8 C9 C10 C11 C12 C13 C14 C15 C16 C17 C18 C19 C20 C21 E1 E2 E3 E4 E5 E10 E13 E18 E19 D6 D7 B8 H1 H3 H6"
        " S3 S9 S16 U4 U8 U9"
    ),
    "the paper pass": (
        "P1 P2 P3 P4 P5 P6 P7 P8 P9 P10 P11 P12 P13 P14 P15 P16 P17 D1 D2 D3 D4 D5 D6 D7 D8 D9 A6 A9 A10 G2 H3 H6 J18 C20 U1 U5"
    ),
}


@pytest.mark.parametrize("what", DUE)
def test_everything_that_was_asked_for_is_there(what: str) -> None:
    page = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
    named = {word for line in page.splitlines() if (match := ROW.match(line)) for word in match[1].split()}
    assert sorted(set(DUE[what].split()) - named) == []
