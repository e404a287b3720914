"""The page that says which test holds which promise: its tests exist, and each id has a row or is said to be missing."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
ID = r"(?:req|feat) [A-Z]\d+"
ROW = re.compile(rf"\| ({ID}(?: · {ID})*) \| [^|]+ \| (tests/[\w/]+\.py)::(test_\w+) \|")
LACKING = re.compile(rf"\| ({ID}(?: \(part\))?(?: · {ID}(?: \(part\))?)*) \| [^|]+ \|")
HEADS = ("| id | promise | test |", "| id | what is lacking |", "|---|---|---|", "|---|---|")


class Page(NamedTuple):
    """What the page says: each test with the ids of its row; the ids that are missing, wholly and in part; lines of no such form."""

    tests: list[tuple[list[str], str, str]]
    missing: list[str]
    in_part: list[str]
    odd: list[str]


def read(text: str) -> Page:
    """Take the page apart; what stands below "## Missing" is missing."""
    page = Page([], [], [], [])
    below = False
    for line in text.splitlines():
        below = below or line == "## Missing"
        if not line.startswith("|") or line in HEADS:
            continue
        if not (match := (LACKING if below else ROW).fullmatch(line)):
            page.odd.append(line)
        elif below:
            for one in match[1].split(" · "):
                (page.in_part if one.endswith(" (part)") else page.missing).append(one.removesuffix(" (part)"))
        else:
            page.tests.append((match[1].split(" · "), match[2], match[3]))
    return page


def wrong(page: Page, known: list[str]) -> dict[str, list[str]]:
    """What is wrong with the ids of a page, by the kind of mistake."""
    in_rows = {one for ids, _, _ in page.tests for one in ids}
    lacking = [*page.missing, *page.in_part]
    found = {
        "of no such form": page.odd,
        "not on the list": sorted({*in_rows, *lacking} - {*known}),
        "neither a row nor missing": sorted({*known} - in_rows - {*lacking}),
        "missing, and has a row": sorted(in_rows & {*page.missing}),
        "missing in part, and has no row": sorted({*page.in_part} - in_rows),
        "missing twice": [one for one, times in Counter(lacking).items() if times > 1],
    }
    return {what: ids for what, ids in found.items() if ids}


@pytest.fixture(scope="module")
def coverage() -> Page:
    return read((ROOT / "docs" / "coverage.md").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def known() -> dict[str, str]:
    """The title of each id."""
    lists = YAML(typ="safe").load(ROOT / "docs" / "coverage-ids.yaml")
    return {f"{kind} {one}": title for kind, titles in lists.items() for one, title in titles.items()}


def test_every_row_names_a_test_that_exists(coverage: Page) -> None:
    assert len(coverage.tests) > 400
    for ids, file, test in coverage.tests:
        assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), f"{ids}: {file} has no {test}"


def test_every_requirement_and_feature_has_a_row_or_is_said_to_be_missing(
    coverage: Page, known: dict[str, str]
) -> None:
    assert wrong(coverage, list(known)) == {}


def test_the_list_of_ids_is_whole(known: dict[str, str]) -> None:
    """Each letter counts from 1 without a gap, so that an id cannot leave the list to be missed by nobody; and each has a title."""
    last = Counter(one.rstrip("0123456789") for one in known)
    assert {one for letter, count in last.items() for one in (f"{letter}{n}" for n in range(1, count + 1))} == {*known}
    assert Counter(one.split()[0] for one in known) == {"req": 43, "feat": 198}
    assert all(known.values())


HELD = "| {} | x | tests/a.py::test_x |"


@pytest.mark.parametrize(
    ("held", "below", "found"),
    [
        ("req A1", ["| feat A1 | x |"], {}),
        ("req A1 · feat A1", ["| feat A1 (part) | x |"], {}),
        ("req A1", [], {"neither a row nor missing": ["feat A1"]}),
        ("req A1 · feat A1", ["| req A1 | x |"], {"missing, and has a row": ["req A1"]}),
        ("req A1", ["| feat A1 (part) | x |"], {"missing in part, and has no row": ["feat A1"]}),
        ("req A1 · feat A1 · feat Q1", [], {"not on the list": ["feat Q1"]}),
        ("req A1", ["| feat A1 | x |", "| feat A1 | y |"], {"missing twice": ["feat A1"]}),
    ],
)
def test_a_mistake_of_the_page_is_told(held: str, below: list[str], found: dict[str, list[str]]) -> None:
    lines = [HELD.format(held), "## Missing", *below]
    assert wrong(read("\n".join(lines)), ["req A1", "feat A1"]) == found


@pytest.mark.parametrize(
    "line", ["| A1 | x | tests/a.py::test_x |", "| req A1 | x | tests/a.py |", "| req A1 | x | tests/a.py::x |"]
)
def test_a_row_without_its_kind_or_its_test_is_told(line: str) -> None:
    assert wrong(read("\n".join([HELD.format("req A1 · feat A1"), line])), ["req A1", "feat A1"]) == {
        "of no such form": [line]
    }
