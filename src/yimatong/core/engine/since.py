"""What a judgement of the touched is told: what has come since the run before, and whom to ask for rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyarrow as pa

People = Collection[int]


class TooManyTouched(Exception):
    """More than `most` are touched, or it cannot be told who: judge everybody."""


class Records(Protocol):
    """What is asked of the records and of what is in force, all of one moment.

    Tables have the columns of core.facts.COLUMNS, or of plan.tables.MADE where they are in force; people and places are numbers.
    """

    def people(self, people: People) -> pa.Table:
        """Those of the people who are recorded."""

    def facts(self, people: People) -> pa.Table:
        """Their facts."""

    def homes(self, people: People) -> pa.Table:
        """Their homes."""

    def stays(self, people: People) -> pa.Table:
        """Their stays that were recorded one by one."""

    def areas(self) -> pa.Table:
        """Every area."""

    def cases(self) -> pa.Table:
        """The facts of kind case of the whole town."""

    def sources(self, people: People) -> pa.Table:
        """Their facts of kind case and contact."""

    def homes_on(self, stairwells: Collection[int]) -> pa.Table:
        """Everybody's homes there."""

    def stays_at(self, places: Collection[int]) -> pa.Table:
        """The stays there that were recorded one by one."""

    def stays_within(self, areas: pa.Table) -> pa.Table:
        """The stays in any of these areas that were recorded one by one; more may be told."""

    def ever_cases(self, people: People) -> set[int]:
        """Which of them were ever recorded as a case, whether or not it was struck since."""

    def ever_sources(self, people: People) -> set[int]:
        """Which of them were ever recorded as a case or a contact, whether or not it was struck since."""

    def ever_stairwells(self, people: People) -> set[int]:
        """Where they ever had a home, whether or not it was struck since."""

    def ever_places(self, people: People) -> set[int]:
        """Where they ever had a stay that was recorded one by one, whether or not it was struck since."""

    def due(self, after: int, until: int) -> set[int]:
        """Whose verdict in force changes by time alone in (after, until], and whose contact ends then."""

    def arriving(self, after: int, until: int) -> set[int]:
        """Whose stay, of those recorded one by one, begins in (after, until]."""

    def next_due(self, after: int, but: People) -> int | None:
        """The first minute after `after` at which a verdict in force changes by time alone, of everybody but these."""

    def contacts_ahead(self, after: int) -> pa.Table:
        """The facts of a contact that ends after a minute; the first to end is enough."""

    def stays_ahead(self, after: int) -> pa.Table:
        """The stays that begin after a minute, of those recorded one by one."""

    def in_force(self, table: str, people: People) -> pa.Table:
        """Their rows of one of steps.DERIVED, as they are in force."""

    def exposed_at(self, places: Collection[int]) -> set[int]:
        """Whose exposure in force is at one of the places."""


@dataclass(frozen=True, slots=True)
class Since:
    """What has come since the run before.

    `as_of` is its instant; `changed` maps people, facts, homes and stays to those whose rows came, ended or were struck; `areas`
    is the file of the areas then; `days` are the files of the lake that are not the same, before and now (None: there was or is none).
    """

    as_of: int
    changed: Mapping[str, frozenset[int]]
    areas: Path
    days: tuple[tuple[Path | None, Path | None], ...] = ()
