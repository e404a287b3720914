"""Markdown as a terminal reads it best: headings in colour, tables in columns, sentences wrapped, Chinese counted double."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import click

_COLOURS = {1: "cyan", 2: "green", 3: "yellow"}
_PIECES = re.compile(r"[“（《〔]*[\u2e80-\uffef][，。；：、！？）》〕”…]*|[^\s\u2e80-\uffef“]+|“|\s+")
"""What may not be torn apart: a word; or a Chinese character with the punctuation that clings to it."""
_BULLET = re.compile(r"( *- )(?:\*\*(.+?)\*\*)?(.*)")


def paint(markdown: str, width: int) -> str:
    """Return a page for a terminal of `width` columns."""
    lines: list[str] = []
    table: list[list[str]] = []
    for line in [*markdown.splitlines(), ""]:
        if line.startswith("|"):
            table.append([cell.strip() for cell in line.strip("|").split("|")])
            continue
        if table:
            lines += _columns(table, width)
            table = []
        if not line.startswith("<!--"):
            lines += _line(line.rstrip(), width)
    return "\n".join(lines).strip("\n")


def cells(text: str) -> int:
    """How many columns a text takes up: Chinese two, combining marks none."""
    return sum(0 if unicodedata.combining(letter) else _cells(letter) for letter in text)


def _cells(letter: str) -> int:
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def _line(line: str, width: int) -> Iterator[str]:
    heading = re.fullmatch(r"(#+) (.+)", line)
    if heading:
        yield click.style(heading[2], bold=True, fg=_COLOURS.get(len(heading[1])))
        return
    bullet = _BULLET.fullmatch(line)
    if not bullet:
        yield from wrap(line.replace("`", ""), width)
        return
    dash, name, rest = bullet[1], bullet[2] or "", bullet[3].replace("`", "")
    wrapped = [*wrap(f"{name}{rest}", width - len(dash), " " * len(dash))]
    first = wrapped[0]
    if name and first.startswith(name):
        first = click.style(name, bold=True) + first[len(name) :]
    yield dash + first
    yield from wrapped[1:]


def wrap(text: str, width: int, indent: str = "") -> Iterator[str]:
    """Break a text into lines of at most `width` columns: between words, or between two Chinese characters."""
    line, used = "", 0
    for piece in _PIECES.findall(text):
        taken = cells(piece)
        if used and used + taken > width:
            yield line.rstrip()
            line, used = indent + piece.lstrip(), cells(piece.lstrip())
        else:
            line, used = line + piece, used + taken
    yield line.rstrip()


def _columns(rows: list[list[str]], width: int) -> Iterator[str]:
    """A Markdown table as columns; the last column takes what is left and is wrapped."""
    rows = [[cell.replace("`", "") for cell in row] for row in rows if not all(set(cell) <= {"-"} for cell in row)]
    widths = [max(cells(row[n]) for row in rows) for n in range(len(rows[0]) - 1)]
    left = sum(widths) + 2 * len(widths)
    for number, row in enumerate(rows):
        head = "".join(f"{cell}{' ' * (wide - cells(cell) + 2)}" for cell, wide in zip(row[:-1], widths, strict=True))
        first, *more = wrap(row[-1], max(width - left, 24), " " * left)
        line = head + first
        yield click.style(line, underline=True) if number == 0 else line
        yield from more
