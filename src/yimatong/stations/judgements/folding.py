"""Folding: the folders of old runs go, and what they said stays (archive.py)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from yimatong.records.actions.permission import require
from yimatong.records.models import Official
from yimatong.stations.judgements import archive
from yimatong.stations.judgements.chain import last_over_everybody
from yimatong.stations.judgements.lifecycle import GOING, JUDGE, clear, folder_of, in_force, log
from yimatong.stations.judgements.models import Run
from yimatong.stations.judgements.operations import operations
from yimatong.stations.judgements.waiting import night_before

State, Kind = Run.State, Run.Kind


def fold_runs(*, by: Official, now: datetime | None = None) -> int:
    """Remove the folders of runs by day before the last one over everybody, and of those nights that are older than the policy keeps.

    Where everybody was judged by day, one run over everybody is kept a night: the first. Never that of the run in force, of the
    one over everybody that it builds on, or of one that is being judged again. What was said stays (archive.py).
    Their number; `now` is real time.
    """
    require(by, "judge")
    current = in_force()
    if current is None:
        return 0
    base = last_over_everybody(current)
    whole = base.number if base else 0
    ended = _ended().exclude(number__gte=whole)
    nights = dict[datetime, int]()
    for number, as_of in (
        ended.filter(kind=Kind.FULL, state=State.PUBLISHED).order_by("number").values_list("number", "as_of")
    ):
        nights.setdefault(night_before(as_of), number)
    old = Q(finished_at__lt=(now or timezone.now()) - operations().keep_runs)
    passing = Q(kind=Kind.TOUCHED) | Q(kind=Kind.FULL, state=State.PUBLISHED) & ~Q(number__in=nights.values())
    return _clear(ended.filter(old | passing))


def forget_runs(*, by: Official, before: datetime) -> int:
    """Remove the folders of runs that ended before an instant, but for the one in force and those that it builds on; their number.

    What they said stays (archive.py); those runs can no longer be judged again.
    """
    require(by, "judge")
    current = in_force()
    base = last_over_everybody(current) if current else None
    ended = _ended().filter(finished_at__lt=before)
    return _clear(ended.exclude(number__gte=base.number) if base else ended)


def _ended() -> QuerySet[Run]:
    """Runs that are over and that nobody judges again at this moment."""
    read = Run.objects.using(JUDGE).filter(state__in=GOING, same_as__isnull=False).values("same_as_id")
    return Run.objects.using(JUDGE).filter(finished_at__isnull=False).exclude(number__in=read)


def _clear(runs: QuerySet[Run]) -> int:
    with_folder = [run for run in runs.order_by("number") if folder_of(run.number).is_dir()]
    archive.put_away(with_folder)
    for run in with_folder:
        clear(run.number)
    if with_folder:
        log.info("runs.forgotten", runs=len(with_folder))
    return len(with_folder)
