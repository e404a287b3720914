"""The chain of seals: whether each published run stands as it was sealed, follows the one before, and none was left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from yimatong.stations.judgements import sealing
from yimatong.stations.judgements.discrepancies import Found, Kind, digest
from yimatong.stations.judgements.lifecycle import JUDGE
from yimatong.stations.judgements.models import Run, RunSeal
from yimatong.stations.judgements.sealing import Head, Seal

PUBLISHED = Run.State.PUBLISHED


@dataclass
class Chain:
    """What a look found of the runs that were published after one (0: of all).

    `first` is the first run that has a seal: what was published before there were seals is taken on trust. `last` is the last run to be
    believed, `whole` the one over everybody that it builds on.
    """

    first: int | None
    seals: list[Seal] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
    last: Run | None = None
    whole: Run | None = None

    def believed(self, run: Run) -> bool:
        """True for a run whose seal is good, or that was published before there were seals."""
        if self.first is None or run.number < self.first:
            return True
        return any(seal.is_good for seal in sealing.seals(run.number - 1, run.number))

    def by_day(self, after: int) -> list[Run]:
        """The believed runs by day after a run, up to the last."""
        if self.last is None:
            return []
        runs = Run.objects.using(JUDGE).filter(state=PUBLISHED, kind=Run.Kind.TOUCHED)
        runs = runs.filter(number__gt=after, number__lte=self.last.number).order_by("number")
        if self.first is None:
            return list(runs)
        good = {seal.run for seal in sealing.seals(after, self.last.number) if seal.is_good}
        return [run for run in runs if run.number < self.first or run.number in good]


def look_at(cursor: Any, after: int, head: Head | None) -> Chain:
    """Look at the runs published after one, inside the caller's transaction, which sees one moment.

    `head` is the last seal that this home had seen before that moment.
    """
    cursor.execute("SELECT min(run_id) FROM run_seals")
    chain = Chain(first=cursor.fetchone()[0])
    before = RunSeal.objects.using(JUDGE).filter(run_id__lte=after).order_by("-run_id").first()
    previous = before.mac if before else ""
    for seal in sealing.seals(after):
        chain.seals.append(seal)
        if not seal.is_good:
            chain.found.append(Found(Kind.EDITED.value, "runs", seal.run, None, seal.stands))
        if seal.previous != previous:
            chain.found.append(Found(Kind.LEFT_OUT.value, "runs", seal.run, None, digest([previous, seal.previous])))
        previous = seal.mac
    chain.found += [*_unsealed(cursor, chain, after), *cut_off(cursor, head)]
    chain.last = _last(chain, Run.objects.using(JUDGE).filter(state=PUBLISHED))
    if chain.last:
        whole = Run.objects.using(JUDGE).filter(state=PUBLISHED, kind=Run.Kind.FULL, number__lte=chain.last.number)
        chain.whole = _last(chain, whole)
    return chain


def _last(chain: Chain, runs: Any) -> Run | None:
    return next((run for run in runs.order_by("-number").iterator(chunk_size=5) if chain.believed(run)), None)


def _unsealed(cursor: Any, chain: Chain, after: int) -> Iterator[Found]:
    """Published runs that nobody sealed."""
    if chain.first is None:
        return
    cursor.execute(
        "SELECT number, published_xact FROM runs r WHERE state = 'published' AND number > %s"
        " AND NOT EXISTS (SELECT FROM run_seals WHERE run_id = r.number) ORDER BY number",
        [max(after, chain.first)],
    )
    for run, transaction in cursor.fetchall():
        yield Found(Kind.UNSEALED.value, "runs", run, None, digest([run, transaction]))


def cut_off(cursor: Any, head: Head | None) -> Iterator[Found]:
    """The last seal that this home has seen, where it is there no more; that of another database says nothing."""
    if head is None or head.city != sealing.city_of(cursor):
        return
    if not RunSeal.objects.using(JUDGE).filter(run_id=head.run, mac=head.mac).exists():
        yield Found(Kind.LEFT_OUT.value, "runs", head.run, None, digest(head))
