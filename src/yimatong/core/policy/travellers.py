"""Specimen travellers: what an official expects of the matrix, in words; together they stand in every cell of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from yimatong.core.checkpoints.check import EVERY, cells_of, decided_by, first_of
from yimatong.core.checkpoints.matrix import Decision, MatrixRule, When
from yimatong.core.checkpoints.model import Checkpoints, Matrix
from yimatong.core.policy import build
from yimatong.core.policy.build_checkpoints import build_when
from yimatong.core.policy.check_checkpoints import cell_words
from yimatong.core.policy.document import Document
from yimatong.core.policy.model import Text
from yimatong.core.policy.packs import open_specimens
from yimatong.core.policy.problems import PolicyError, Problem
from yimatong.core.text import message as _


@dataclass(frozen=True, slots=True)
class Traveller:
    """Somebody at a checkpoint: what is known (`given`, all values where nothing is named), and what must follow in every such cell.

    `on` is a day of the matrix that is meant; without one every matrix of the policy is.
    """

    id: str
    title: Text
    shows: tuple[str, ...]
    given: When
    on: date | None
    expected: Decision
    place: str
    where: str
    """File and line of what is expected."""

    def is_about(self, matrix: Matrix) -> bool:
        """Whether this matrix is meant."""
        return self.on is None or matrix.first <= self.on <= matrix.last


def load_travellers(folder: Path) -> tuple[Traveller, ...]:
    """Return the travellers of a policy folder; PolicyError lists every problem with file and line."""
    pack = open_specimens(folder)
    travellers = [traveller for document in pack.under("travellers") for traveller in _read(document)]
    pack.problems.extend(_same_ids(travellers))
    if pack.problems:
        raise PolicyError(pack.problems)
    return tuple(travellers)


def disagreements(gate: Checkpoints, travellers: tuple[Traveller, ...]) -> Iterator[Problem]:
    """Yield a problem for every traveller whom a matrix treats otherwise, and for every matrix with a cell that nobody stands in."""
    for matrix in gate.matrices:
        meant = [traveller for traveller in travellers if traveller.is_about(matrix)]
        decided, _ = decided_by(matrix.rules)
        for traveller in meant:
            yield from _differs(traveller, matrix.rules, decided)
        yield from _not_shown(matrix, meant, decided)


def _read(document: Document) -> Iterator[Traveller]:
    for n, data in enumerate(document.data):
        expect = data["expect"]
        yield Traveller(
            id=data["id"],
            title=build.text(data["title"]),
            shows=tuple(data.get("shows", ())),
            given=build_when(data["given"]),
            on=build.day(data["on"]) if "on" in data else None,
            expected=Decision(
                expect["action"], expect["line"], expect.get("to"), expect.get("slip"), expect.get("ask")
            ),
            place=document.place(n, "id"),
            where=document.place(n, "expect"),
        )


def _differs(traveller: Traveller, rules: tuple[MatrixRule, ...], decided: list[int]) -> Iterator[Problem]:
    meant = cells_of(traveller.given)
    for rule, owned in zip(rules, decided, strict=True):
        wrong = meant & owned
        if wrong and rule.decision != traveller.expected:
            cell = cell_words(first_of(wrong))
            got = _decision(rule.decision)
            yield Problem(
                traveller.where,
                "policy-traveller-differs",
                _(
                    "`{id}` is treated otherwise: for {cell}, the matrix says {got}.",
                    id=traveller.id,
                    cell=cell,
                    got=got,
                ),
                _(
                    "Check the matrix, or correct the expectation; the expectation is the standard, change it with a "
                    "ground only."
                ),
            )


def _not_shown(matrix: Matrix, travellers: list[Traveller], decided: list[int]) -> Iterator[Problem]:
    shown = 0
    for traveller in travellers:
        shown |= cells_of(traveller.given)
    for rule, owned in zip(matrix.rules, decided, strict=True):
        hidden = owned & EVERY & ~shown
        if hidden:
            cell, count = cell_words(first_of(hidden)), hidden.bit_count()
            yield Problem(
                rule.source,
                "policy-cell-not-shown",
                _(
                    "`{id}` has {count} situations that no traveller shows, such as: {cell}.",
                    id=rule.id,
                    count=count,
                    cell=cell,
                ),
                _("Add a traveller to travellers/."),
            )


def _decision(decision: Decision) -> str:
    """A decision in its own words, such as `hand_over health (red)`."""
    more = [word for word in (decision.to, decision.slip, decision.ask) if word is not None]
    return f"{' '.join([decision.action, *more])} ({decision.rule})"


def _same_ids(travellers: list[Traveller]) -> Iterator[Problem]:
    seen: dict[str, Traveller] = {}
    for traveller in travellers:
        if traveller.id in seen:
            first = seen[traveller.id].place
            yield Problem(
                traveller.place, "policy-twice", _("`{id}` is already used at {first}.", id=traveller.id, first=first),
                _("Choose another id."),
            )  # fmt: skip
        seen.setdefault(traveller.id, traveller)
