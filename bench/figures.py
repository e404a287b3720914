"""A figure: what was measured, what was asked for, and whether it was met; and the page that keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from textwrap import wrap

PAGE = Path(__file__).parents[1] / "docs" / "figures.md"
WIDEST = 118


@dataclass(frozen=True, slots=True)
class Figure:
    """One line: a section, what was measured, the value with its unit, and the target with whether it was met.

    `met` is None where nothing was asked for: the value is stated, that is all. `note` says what lies behind the value.
    """

    section: str
    what: str
    measured: str
    target: str = ""
    met: bool | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        """The word for `met`."""
        return {None: "", True: "met", False: "NOT MET"}[self.met]


def table(figures: Iterable[Figure]) -> str:
    """The figures as a table for a terminal, a block a section."""
    rows = list(figures)
    widths = [max((len(text) for text in column), default=0) for column in zip(*(_cells(f) for f in rows), strict=True)]
    lines: list[str] = []
    for number, figure in enumerate(rows):
        if number == 0 or rows[number - 1].section != figure.section:
            lines += ["", figure.section]
        cells = (text.ljust(width) for text, width in zip(_cells(figure), widths, strict=True))
        lines.append("  " + "  ".join(cells).rstrip())
        lines += ["      " + line for line in wrap(figure.note, WIDEST - 6)]
    return "\n".join(lines)


def page(machine: dict[str, str], run: str, figures: Iterable[Figure], before: str = "") -> str:
    """docs/figures.md: the machine, and what was measured on it, each section with the `run` that it is of.

    `before` is the page as it stands: a section that this run did not measure stays on it, with its own run.
    """
    sections = dict(_sections(before))
    for name, of_section in groupby(figures, key=lambda figure: figure.section):
        sections[name] = _section(name, run, of_section)
    lines = [
        "# Figures",
        "",
        "Written by `python -m bench --write`, which renews the sections that it measures; not edited by hand.",
        "How each is measured, and what the peers are given, is said in [reference/bench.md](reference/bench.md).",
        "",
        "| | |",
        "|---|---|",
        *(f"| {name} | {_cell(value)} |" for name, value in machine.items()),
    ]
    return "\n".join([*lines, "", *sections.values()])


def _section(name: str, run: str, figures: Iterable[Figure]) -> str:
    lines = [f"## {name}", "", f"{run}.", "", "| what | measured | target | | |", "|---|---|---|---|---|"]
    for figure in figures:
        cells = (figure.what, figure.measured, figure.target, figure.verdict, figure.note)
        lines.append("| " + " | ".join(_cell(text) for text in cells) + " |")
    return "\n".join([*lines, ""])


def _sections(text: str) -> Iterator[tuple[str, str]]:
    """Name and text of each section of a page."""
    for part in text.split("\n## ")[1:]:
        yield part.partition("\n")[0], f"## {part.rstrip()}\n"


def _cells(figure: Figure) -> tuple[str, str, str, str]:
    return figure.what, figure.measured, figure.target, figure.verdict


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
