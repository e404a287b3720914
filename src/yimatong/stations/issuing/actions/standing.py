"""Of several live passes of one person the one issued first counts, and the others wait until their holder was told (decision 0072)."""

from __future__ import annotations

from datetime import datetime, timedelta

from yimatong.records.actions.officials import the_system
from yimatong.stations.issuing import looking
from yimatong.stations.issuing.models import CollectionTask, Paper
from yimatong.stations.issuing.terms import terms
from yimatong.stations.passes.models import PaperCredential

Kind, Outcome = CollectionTask.Kind, CollectionTask.Outcome


def arrange(*, person: int, now: datetime) -> list[str]:
    """Put a person's live passes in their order, in the caller's transaction, which holds the person; the doubled numbers.

    The order is that of the instant at the desk and then of the number, so it is the same in whatever order desks come back.
    Every later pass stays good at the gates, with a task at its point, until the holder was told or has handed it in.
    """
    live = looking.standing(person, now)
    if not live:
        return []
    first, later = live[0], live[1:]
    # The later ones first: the database has room for one that counts.
    PaperCredential.objects.filter(serial__in=[one.serial for one in later], doubled=False).update(doubled=True)
    PaperCredential.objects.filter(serial=first.serial, doubled=True).update(doubled=False)
    for one in later:
        open_task(Paper.objects.get(number=one.number), Kind.DOUBLED, "doubled", now)
    CollectionTask.objects.filter(paper__number=first.number, kind=Kind.DOUBLED, closed_at=None).update(
        outcome=Outcome.KEPT, closed_at=now, closed_by=the_system()
    )
    return [one.number for one in later]


def open_task(paper: Paper, kind: str, cause: str, now: datetime) -> CollectionTask:
    """A task of the point that issued a pass, one open of a kind."""
    due = now + timedelta(hours=terms().collection[0].hours)
    task, _ = CollectionTask.objects.get_or_create(
        paper=paper,
        kind=kind,
        closed_at=None,
        defaults={"point_id": paper.point_id, "cause": cause, "opened_at": now, "due_at": due},
    )
    return task
