"""A pass is lost, damaged or handed in: the old number is dead for good, the new one is another."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from yimatong.records.actions import audit
from yimatong.records.models import Official, Person
from yimatong.records.refusals import Refused
from yimatong.stations.issuing import looking
from yimatong.stations.issuing.actions import standing
from yimatong.stations.issuing.actions.issuing import Form, Issued, issued, issued_before, paper_of, write
from yimatong.stations.issuing.actions.leases import draw
from yimatong.stations.issuing.actions.points import at_desk
from yimatong.stations.issuing.errors import mistake, refused
from yimatong.stations.issuing.models import CollectionTask, Paper
from yimatong.stations.issuing.terms import terms
from yimatong.stations.passes.actions import papers

WHYS = ("lost", "damaged")


@transaction.atomic
def replace(
    *, by: Official, point: int, number: str, why: str, now: datetime, key: UUID | None = None
) -> Issued | Refused:
    """Recall a pass that was lost or damaged and issue another one, at any point, to a person who is still green.

    `has-another`: the old one is dead, and the person has a second one already, which counts from now on. Whoever is not green
    keeps what they have until the night takes it back: nothing is written.
    """
    where, old = at_desk(by, point), paper_of(number)
    if why not in WHYS:
        raise mistake("reason-missing", place="why")
    papers.hold(old.person_id)
    if (same := issued_before(key, now)) is not None:
        return same
    if (no := _in_the_way(old, where.stopped_at is not None, now)) is not None:
        return no
    assert old.credential_id is not None
    others = [one for one in looking.standing(old.person_id, now) if one.serial != old.credential_id]
    if others:
        _end(by, old, why, now)
        standing.arrange(person=old.person_id, now=now)
        return refused("has-another", number=others[0].number)
    drawn = draw(by, where, now)
    if isinstance(drawn, Refused):
        return drawn
    papers.recall(serials=[old.credential_id], cause=why, now=now)
    document = old.person if old.child_of_id is None else Person.objects.get(pk=old.child_of_id)
    form = Form(by, where, old.person, document, now, Paper.Mode.DESK, key or uuid4(), replaces=old)
    return issued(write(form, drawn, terms()), now)


@transaction.atomic
def hand_in(*, by: Official, point: int, number: str, now: datetime) -> None:
    """Take back a pass whose holder no longer wants it; what was to be collected is collected."""
    at_desk(by, point)
    old = paper_of(number)
    papers.hold(old.person_id)
    _end(by, old, "handed", now)
    CollectionTask.objects.filter(paper=old, closed_at=None).update(
        outcome=CollectionTask.Outcome.COLLECTED, closed_at=now, closed_by=by
    )
    standing.arrange(person=old.person_id, now=now)


def _end(by: Official, old: Paper, cause: str, now: datetime) -> None:
    if old.credential_id is not None:
        papers.recall(serials=[old.credential_id], cause=cause, now=now)
    audit.record(by=by, action="paper.end", subject=f"paper/{old.number}", details={"cause": cause})


def _in_the_way(old: Paper, is_stopped: bool, now: datetime) -> Refused | None:  # noqa: FBT001 -- one caller, just above
    if is_stopped:
        return refused("stopped")
    if old.credential is None or old.credential.recalled_at is not None or old.valid_until < now:
        return refused("not-valid-now")
    said = looking.judged(old.person_id, now)
    return said if isinstance(said, Refused) else None
