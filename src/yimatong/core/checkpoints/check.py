"""Proves a matrix over every cell there is: each is decided, no line is idle, and every promise of the province holds.

A set of cells is a whole number, a bit a cell in counting order, so that all 35,640 of them are looked at in an instant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import prod
from typing import Literal

from yimatong.core.checkpoints.matrix import Decides, Guarantee, MatrixRule, When
from yimatong.core.checkpoints.situation import ASKED, FIELDS, Situation

CELLS = prod(len(values) for values in FIELDS.values())
EVERY = (1 << CELLS) - 1


@dataclass(frozen=True, slots=True)
class Finding:
    """What a matrix does wrong: `undecided` cells, a `dead` line, a `broken` promise, a question asked `in-vain`.

    `cell` is the first of `count` cells that show it; a dead line has none.
    """

    kind: Literal["undecided", "dead", "broken", "in-vain"]
    rule: MatrixRule | None
    guarantee: Guarantee | None
    cell: Situation | None
    count: int


def findings(rules: Sequence[MatrixRule], guarantees: Sequence[Guarantee]) -> Iterator[Finding]:
    """Everything that is wrong with a matrix; nothing where it may be published."""
    decided, left = decided_by(rules)
    if left:
        yield Finding("undecided", None, None, first_of(left), left.bit_count())
    for rule, owned in zip(rules, decided, strict=True):
        if not owned:
            yield Finding("dead", rule, None, None, 0)
        asked = rule.decision.ask
        if asked is not None and (known := owned & ~cells_of({asked: (ASKED[asked],)})):
            yield Finding("in-vain", rule, None, first_of(known), known.bit_count())
        for guarantee in guarantees:
            wrong = owned & cells_of(guarantee.when)
            if wrong and not guarantee.is_kept(rule.decision):
                yield Finding("broken", rule, guarantee, first_of(wrong), wrong.bit_count())


def decided_by(rules: Sequence[MatrixRule]) -> tuple[list[int], int]:
    """The cells that each line decides, and those that none decides."""
    left, decided = EVERY, []
    for rule in rules:
        owned = cells_of(rule.when) & left
        decided.append(owned)
        left &= ~owned
    return decided, left


def cells_of(when: When) -> int:
    """The cells that the named values leave; all of them where none is named."""
    chosen = EVERY
    for field, values in when.items():
        known = _by_value()[field]
        chosen &= sum(known[value] for value in set(values))
    return chosen


def first_of(chosen: int) -> Situation:
    """The first of some cells, of which there is at least one."""
    return cell((chosen & -chosen).bit_length() - 1)


def cell(number: int) -> Situation:
    """The situation at a place in counting order."""
    values: dict[str, str] = {}
    for field, known in reversed(FIELDS.items()):
        number, place = divmod(number, len(known))
        values[field] = known[place]
    return Situation(**values)


def table(rules: Sequence[Decides]) -> list[int]:
    """The place of the deciding line for every cell in counting order; -1 where none decides."""
    return [
        next((place for place, rule in enumerate(rules) if rule.matches(situation)), -1)
        for situation in map(cell, range(CELLS))
    ]


@cache
def _by_value() -> dict[str, dict[str, int]]:
    """The cells of each value of each field: blocks of ones that come round again and again."""
    found: dict[str, dict[str, int]] = {}
    block = CELLS
    for field, values in FIELDS.items():
        period, block = block, block // len(values)
        rounds = EVERY // ((1 << period) - 1)
        found[field] = {value: (((1 << block) - 1) << (place * block)) * rounds for place, value in enumerate(values)}
    return found
