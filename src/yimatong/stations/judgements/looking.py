"""What one look sees: what is new by PostgreSQL's own marks, and a part of the rest; rows and counts against their seals.

New are the rows whose transaction is (`xmin`), asked only where the table's counters have moved. Counters of updates and deletions may
never move in a table that only grows, nor go back: then everything is looked at. The parts are for whoever turns all marks back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from yimatong.core.engine.steps import DERIVED
from yimatong.records import calendar
from yimatong.stations.judgements import sealing
from yimatong.stations.judgements.discrepancies import Found, Kind, digest
from yimatong.stations.judgements.lifecycle import JUDGE
from yimatong.stations.judgements.models import Run
from yimatong.stations.judgements.seal_chain import Chain
from yimatong.stations.judgements.sealing import NOTHING, Seal
from yimatong.stations.judgements.standing import EVERYBODY, Who

PARTS = 9
"""In so many minutes everybody's rows in force are looked at, one part a minute."""
LEAST = 10_000
"""People of one part at least."""
MOST_NEW, MOST_RUNS = 10_000, 100
"""Where more people have new rows, or the rows of more runs are new without a new run, everything is looked at."""
HISTORY = 100
"""Runs whose rows are looked at again, also those that are in force no more, each time that everybody's turn is over."""
APPENDED = ("verdicts", "verdict_reasons", "run_seals", "discrepancies")
"""Tables of which PostgreSQL may never count an update or a deletion; of those derived and of counts no update."""
COUNTERS = "SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_user_tables WHERE relname = ANY(%s)"
Counters = dict[str, tuple[int, int, int]]
"""By table how many rows were ever added, updated and deleted. PostgreSQL counts some seconds late."""


class Mark(NamedTuple):
    """Where a look ended: from which transaction on rows are new, and were for it; counters; the last run; the parts' person and run."""

    transaction: int
    before: int
    counters: Counters
    run: int
    person: int
    history: int


@dataclass(frozen=True, slots=True)
class Scope:
    """What a look sees: the runs after one, further runs whose rows are new, the runs of a part, and whose rows in force."""

    everything: bool
    after: int
    runs: tuple[int, ...]
    history: tuple[int, int]
    who: tuple[Who, ...]
    transaction: int
    before: int
    counters: Counters
    person: int

    def mark(self, run: int) -> Mark:
        """Where this look ends."""
        return Mark(self.transaction, self.before, self.counters, run, self.person, self.history[1])


def scope(cursor: Any, mark: Mark | None) -> Scope:
    """What a look after the mark of another sees; everything where there is none, or where what only grows was changed."""
    cursor.execute("SELECT txid_snapshot_xmin(s), txid_snapshot_xmax(s) FROM txid_current_snapshot() AS s")
    oldest, newest = cursor.fetchone()
    counters = counters_of(cursor, [*APPENDED, *DERIVED, "current_counts"])
    whole = Scope(True, 0, (), (0, 0), (EVERYBODY,), oldest, oldest, counters, 0)
    if mark is None or mark.run == 0 or is_rewritten(mark.counters, counters, appended=APPENDED):
        return whole
    # From the look before on: what it did not see counted yet is counted now.
    people, runs = _new(cursor, newest - mark.before + 1) if counters != mark.counters else ((), ())
    if len(people) > MOST_NEW or len(runs) > MOST_RUNS:
        return whole
    cursor.execute("SELECT coalesce(max(number), 0) FROM people")
    last = cursor.fetchone()[0]
    high = mark.person + max(LEAST, -(-last // PARTS))
    over = high >= last
    part = Who(low=mark.person or None, high=None if over else high)
    return Scope(
        everything=False,
        after=mark.run,
        runs=runs,
        history=_history(cursor, mark.history) if over else (mark.history, mark.history),
        who=(part, Who(named=people)) if people else (part,),
        transaction=oldest,
        before=mark.transaction,
        counters=counters,
        person=0 if over else high,
    )


def rows(cursor: Any, chain: Chain, scope: Scope) -> tuple[list[Found], int]:
    """What differs between the rows of runs and their seals, and of how many runs they were looked at."""
    if scope.everything:
        return list(_between(cursor, chain.seals, 0, None, chain.first)), len(chain.seals)
    found, seen = list[Found](), set[int]()
    for seal in chain.seals:
        found += rows_of(cursor, seal)
        seen.add(seal.run)
    low, high = scope.history
    if high > low:
        seals = list(sealing.seals(low, high))
        found += _between(cursor, seals, low, high, chain.first)
        seen |= {seal.run for seal in seals}
    # A run that nobody sealed is looked at as soon as it is known, whether or not its rows are counted yet.
    further = {
        *scope.runs,
        *(one.run for one in chain.found if one.kind == Kind.UNSEALED.value and one.run is not None),
    }
    for run in sorted(further - seen):
        found += _between(cursor, list(sealing.seals(run - 1, run)), run - 1, run, chain.first)
    return found, len(seen | further)


def rows_of(cursor: Any, seal: Seal) -> Iterator[Found]:
    """What differs between the rows of a run and its seal."""
    if seal.is_good:
        return _between(cursor, [seal], seal.run - 1, seal.run, seal.run)
    return iter(())


def counts(cursor: Any, chain: Chain, *, everything: bool) -> Iterator[Found]:
    """What differs between the counts and the seal of the last run; of everything also the counts of each day."""
    if chain.last is None:
        return
    for seal in sealing.seals(chain.last.number - 1, chain.last.number):
        stand = sealing.counts(cursor, chain.last.as_of)
        for table, said in stand.items():
            if seal.is_good and said["sha256"] != seal.tables[table].sha256:
                yield Found(Kind.COUNTS.value, table, seal.run, None, digest(said))
    if everything and chain.first is not None:
        yield from _days(cursor, chain)


def _days(cursor: Any, chain: Chain) -> Iterator[Found]:
    """Counts of days that are not those of the last run of the day."""
    assert chain.last is not None
    last: dict[Any, Run] = {}
    for run in Run.objects.using(JUDGE).filter(state=Run.State.PUBLISHED).only("number", "as_of").order_by("number"):
        last[calendar.day(run.as_of)] = run
    good = {seal.run: seal for seal in chain.seals if seal.is_good}
    today = calendar.day(chain.last.as_of)
    for day, run in last.items():
        if day != today and (seal := good.get(run.number)):
            said = sealing.counts(cursor, run.as_of)["day_counts"]
            if said["sha256"] != seal.tables["day_counts"].sha256:
                yield Found(Kind.COUNTS.value, "day_counts", run.number, None, digest(said))


def _between(cursor: Any, seals: list[Seal], low: int, high: int | None, first: int | None) -> Iterator[Found]:
    """Compare the rows of the runs in (low, high] with their seals; rows of a run that has none belong to no publication."""
    by_run = {seal.run: seal for seal in seals}
    for table in sealing.COLUMNS:
        stand = sealing.digests(cursor, table, low, high)
        for run in sorted({*stand, *by_run}):
            seal, said = by_run.get(run), stand.get(run, NOTHING)
            if seal is None and first is not None and run > first:
                yield Found(Kind.UNSEALED.value, table, run, None, said.sha256)
            elif seal and seal.is_good and said != seal.tables[table]:
                yield Found(Kind.ROWS.value, table, run, None, said.sha256)


def counters_of(cursor: Any, tables: Collection[str]) -> Counters:
    """The counters of some tables as they stand."""
    cursor.execute(COUNTERS, [list(tables)])
    return {table: (added, updated, deleted) for table, added, updated, deleted in cursor.fetchall()}


def is_rewritten(before: Counters, now: Counters, *, appended: Collection[str]) -> bool:
    """True where a row was updated, where one of the tables that only grow was deleted from, or where the counters went back."""
    for table, (added, updated, deleted) in before.items():
        now_added, now_updated, now_deleted = now.get(table, (0, 0, 0))
        if now_added < added or now_updated != updated or (now_deleted != deleted and table in appended):
            return True
    return False


def _new(cursor: Any, age: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The people and the runs of the rows that a transaction of this age or less has written."""
    people, runs = set[int](), set[int]()
    for table, person in (
        ("verdicts", "person_id"),
        ("verdict_reasons", "person"),
        *((name, "person") for name in DERIVED),
    ):
        cursor.execute(
            f"SELECT DISTINCT {person}, run_id FROM {table} WHERE age(xmin) <= %s LIMIT {MOST_NEW + 1}", [age]
        )
        found = cursor.fetchall()
        people |= {row[0] for row in found}
        if table in sealing.COLUMNS:
            runs |= {row[1] for row in found}
    return tuple(sorted(people)), tuple(sorted(runs))


def _history(cursor: Any, after: int) -> tuple[int, int]:
    """The next runs whose rows are looked at again: above the first number, up to the second."""
    cursor.execute(
        "SELECT max(run_id) FROM (SELECT run_id FROM run_seals WHERE run_id > %s ORDER BY run_id LIMIT %s) few",
        [after, HISTORY],
    )
    upto = cursor.fetchone()[0]
    return (after, upto) if upto else (0, 0)
