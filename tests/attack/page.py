"""The table of tries as a page, docs/reference/attacks.md: `python -m tests.attack.page --check` or `--write`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.attack.promises import not_claimed, promises
from tests.attack.tries import AIMS, SECTIONS, Attack, Found, Neither, NoDoor, Refused, everything

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "attacks.md"
HEAD = """# Who tries what, and what answers

Written by `make docs` from tests/attack; not edited by hand. `make attack` tries every line: with its guard it is refused or found as it
says here, without its guard it reaches its aim. `make test` has the quick ones.

Each line has the id of its promise in [THREAT_MODEL.md](../../THREAT_MODEL.md). "Aim" is what it would be good for: {aims}.
"""
COLUMNS = "| id | who | aim | promise | the try | the guard | the answer | test |\n|---|---|---|---|---|---|---|---|"
DATABASE = """## Every trigger of the database

Each is tried past all constraints and privileges, as the owner of the tables; with this one trigger off the statement is taken
(tests/integration/guards/tries.py).

| function | promise | refused with |
|---|---|---|"""


def said(answer: object) -> str:
    """The answer in a cell."""
    match answer:
        case Refused(code):
            return f"refused: `{code}`"
        case Found(by, within):
            return f"found: {by}, {within}"
        case NoDoor(looked):
            return f"no door: {looked}"
        case Neither(until):
            return f"**neither**, until: {until}"
    raise TypeError(answer)


def cells(*texts: str) -> str:
    """A row."""
    return "| " + " | ".join(text.replace("|", "\\|").replace("\n", " ") for text in texts) + " |"


def row(one: Attack) -> str:
    """A line of the table."""
    when = " (`make attack`)" if one.planted or one.slow else ""
    place = one.test.split("::")
    test = f"{place[0]}::{place[1]}" if len(place) > 1 else place[0]
    return cells(one.id, one.who, one.aim, " ".join(one.promises), one.how, one.guard, said(one.answer), test + when)


def in_figures(table: Sequence[Attack]) -> dict[str, int]:
    """How many lines there are of each outcome, and how many guards are taken away."""
    counted = {"tries": len(table), "refused": 0, "found": 0, "neither": 0}
    for one in table:
        counted[one.outcome] += 1
    return counted | {"guards": sum(bool(one.off or one.planted or one.do is None) for one in table)}


def lines(table: Sequence[Attack]) -> Iterator[str]:
    """The page."""
    yield HEAD.format(aims="; ".join(f"{name}: {what}" for name, what in AIMS.items()))
    counted = in_figures(table)
    yield (
        f"{counted['tries']} tries: {counted['refused']} refused, {counted['found']} found, {counted['neither']} neither (must be 0)."
        f" {counted['guards']} of them are tried without their guard, and succeed.\n"
    )
    for section, title in SECTIONS.items():
        mine = [one for one in table if one.section == section and (one.do or one.planted)]
        if mine:
            yield f"## {title}\n"
            yield COLUMNS
            yield from map(row, mine)
            yield ""
    yield DATABASE
    for one in sorted(table, key=lambda one: one.id):
        if not one.do and not one.planted:
            yield cells(
                f"`{one.id}`", " ".join(one.promises), f"`{one.answer.code}`" if isinstance(one.answer, Refused) else ""
            )
    yield "\n## What is not promised\n"
    yield "Rows of the threat model that say so, and what it does not claim:\n"
    yield from (f"- {one.id}: {one.attack}. {one.says}" for one in promises() if not one.is_one)
    yield from (f"- {text}" for text in not_claimed())


def text() -> str:
    """The whole page."""
    return "\n".join(lines(everything())) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Compare or write."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    os.environ.setdefault("YIMATONG_TEST_HOME", os.environ.get("YIMATONG_HOME", "var/check"))
    django.setup()
    wanted = text()
    if "--write" in arguments:
        PAGE.write_text(wanted, "utf-8")
        return 0
    if not PAGE.is_file() or PAGE.read_text("utf-8") != wanted:
        print(f"docs/reference/{PAGE.name} is not what the table says; run make docs")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
