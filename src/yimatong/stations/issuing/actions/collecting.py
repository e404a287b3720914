"""Passes are fetched back: a task for every one that died in somebody's hand, closed with what came of it."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef

from yimatong.records.actions import audit
from yimatong.records.jobs import leaving_out
from yimatong.records.models import Official
from yimatong.stations.issuing.actions import standing
from yimatong.stations.issuing.actions.points import at_desk
from yimatong.stations.issuing.errors import mistake
from yimatong.stations.issuing.models import CollectionTask, Paper
from yimatong.stations.notifications.actions.telling import tell
from yimatong.stations.notifications.models import Notification
from yimatong.stations.passes.actions import papers

Kind, Outcome = CollectionTask.Kind, CollectionTask.Outcome
FETCHED = ("colour", "unknown", "fraud", "damaged")
"""Causes for which the paper lies in somebody's hand; a lost one cannot be fetched, and one handed in has been."""
OUTCOMES = {
    Kind.RECALLED: (Outcome.COLLECTED, Outcome.NOT_FOUND, Outcome.DECLARED_LOST),
    Kind.DOUBLED: (Outcome.COLLECTED, Outcome.DECLARED_LOST, Outcome.TOLD),
}
log = structlog.get_logger(__name__)


@transaction.atomic
def open_tasks(*, now: datetime) -> int:
    """Open a task for each pass that was recalled and has none; how many. Repeating it opens nothing more."""
    tasks = CollectionTask.objects.filter(paper=OuterRef("pk"), kind=Kind.RECALLED)
    recalled = Paper.objects.filter(
        ~Exists(tasks), credential__recalled_at__isnull=False, credential__cause__in=FETCHED
    ).select_related("credential").order_by("pk")  # fmt: skip
    with leaving_out("collections") as tally:
        for paper in recalled:
            assert paper.credential is not None
            with tally.each(paper.pk), transaction.atomic():
                # A task about a second pass has no more to say when that pass is dead.
                CollectionTask.objects.filter(paper=paper, kind=Kind.DOUBLED, closed_at=None).update(
                    outcome=Outcome.TOLD, closed_at=now, closed_by=paper.by, note=""
                )
                standing.open_task(paper, Kind.RECALLED, paper.credential.cause, now)
                tell(
                    kind=Notification.Kind.PAPER_RECALLED, person=paper.person_id, about=f"paper/{paper.pk}",
                    details={"number": paper.number}, at=now,
                )  # fmt: skip
    if tally.done:
        log.info("collection.opened", tasks=tally.done)
    return tally.done


@transaction.atomic
def close_task(*, by: Official, task: int, outcome: str, now: datetime, note: str = "") -> CollectionTask:
    """Close a task with its outcome. A doubled pass whose holder was told, or who has handed it in, is recalled by that.

    `outcome-wrong` for one that such a task does not have; `task-closed`.
    """
    found = CollectionTask.objects.select_for_update(of=("self",)).select_related("paper").filter(pk=task).first()
    if found is None:
        raise mistake("task-unknown")
    at_desk(by, found.point_id, "collect")
    if found.closed_at is not None:
        raise mistake("task-closed")
    if outcome not in OUTCOMES[Kind(found.kind)]:
        raise mistake("outcome-wrong")
    papers.hold(found.paper.person_id)
    found.outcome, found.closed_at, found.closed_by, found.note = Outcome(outcome), now, by, note.strip()[:400]
    found.save(update_fields=["outcome", "closed_at", "closed_by", "note"])
    if found.kind == Kind.DOUBLED and found.paper.credential_id is not None:
        papers.recall(serials=[found.paper.credential_id], cause="doubled", now=now)
    audit.record(
        by=by, action="collection.close", subject=f"collection/{task}", details={"kind": found.kind, "outcome": outcome}
    )
    return found
