"""A run as one line of the history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from yimatong.core.colour import Colour
from yimatong.records import calendar
from yimatong.stations.judgements.answers import Counts, RunLine
from yimatong.stations.judgements.models import Run


def line(run: Run, *, current: int | None = None) -> RunLine:
    """The line of a run; `current` is the number of the run in force, where the caller knows it already."""
    pack, by = run.policy, run.by
    return RunLine(
        run=run.number,
        kind=run.kind,
        state=run.state,
        policy=pack.pack,
        policy_version=pack.version,
        policy_digest=pack.digest,
        engine=run.engine,
        as_of=calendar.local(run.as_of),
        known_at=_local(run.known_at),
        started_at=calendar.local(run.started_at),
        finished_at=_local(run.finished_at),
        seconds=(run.finished_at - run.started_at).total_seconds() if run.finished_at else None,
        by=by.name,
        people=run.people,
        touched=run.touched,
        changed=run.changed,
        counts=None if run.counts is None else counts_of(run.counts),
        error=run.error or None,
        same_as=run.same_as_id,
        in_force=run.number == current if current else False,
    )


def counts_of(found: Mapping[str, int]) -> Counts:
    """People of every colour, 0 where there is nobody."""
    return {colour: found.get(colour.value, 0) for colour in Colour}


def _local(moment: datetime | None) -> datetime | None:
    return None if moment is None else calendar.local(moment)
