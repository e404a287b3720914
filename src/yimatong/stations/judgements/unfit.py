"""Whether everybody is still who was recorded: a part of the people each minute, each night everybody with what is sealed of them.

Whose identity does not carry its digest, or does not open, is recorded as a discrepancy of the table of people and stands there until it
is as recorded again: by a correction that two officials make (records/actions/identities.py), and by no run.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock

from django.db import connection, transaction

from yimatong.records.identities import Unfit, unfit_identities
from yimatong.stations.judgements import discrepancies
from yimatong.stations.judgements.discrepancies import MOST_NAMED, Found, Kind, digest
from yimatong.stations.judgements.lifecycle import JUDGE, in_force

TABLE = "people"
PARTS = 9
"""In so many minutes everybody's digest is looked at, one part a minute."""
LEAST = 10_000
"""People of one part at least."""


@dataclass
class Looker:
    """The looks of one process, one after the other."""

    upto: int = 0
    lock: Lock = field(default_factory=Lock)

    def look(self, *, everything: bool = False) -> tuple[Found, ...]:
        """Look at the next part, or at everybody and what is sealed of them too; returns what nobody had found."""
        with self.lock:
            low, high = (0, None) if everything else self._next()
            found = _found(unfit_identities(opening=everything, above=low, upto=high))
            fresh = discrepancies.record(found)
            _end_what_is_mended()
            self.upto = high or 0
        return fresh

    def _next(self) -> tuple[int, int | None]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(max(number), 0) FROM people")
            last = int(cursor.fetchone()[0])
        high = self.upto + max(LEAST, -(-last // PARTS))
        return self.upto, None if high >= last else high


THIS_PROCESS = Looker()
"""That of the worker."""


def _found(unfit: Iterable[Unfit]) -> list[Found]:
    found: list[Found] = []
    for one in unfit:
        found.append(Found(Kind.CHANGED.value, TABLE, None, one.person, digest([one.person, one.wrong])))
        if len(found) == MOST_NAMED:
            break
    return found


def _end_what_is_mended() -> None:
    """End what is open of those who are as recorded again."""
    standing = discrepancies.open_ones(tables=(TABLE,))
    of_person: dict[int, set[str]] = {}
    for person in {one.person for one in standing if one.person is not None}:
        left = _found(unfit_identities(above=person - 1, upto=person))
        of_person[person] = {one.stands for one in left}
    mended = [one for one in standing if one.person is not None and one.stands not in of_person[one.person]]
    if mended:
        current = in_force()
        with transaction.atomic(using=JUDGE):
            discrepancies.end(mended, current.number if current else 0)
