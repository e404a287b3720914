"""Communities that the gazetteer did not have: a clerk names the stairwell, or says that there is none."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yimatong.records import calendar
from yimatong.records.actions import audit
from yimatong.records.actions.permission import require
from yimatong.records.errors import mistake as records_mistake
from yimatong.records.models import Official, Person, Stairwell
from yimatong.stations.declarations.actions import effects
from yimatong.stations.declarations.errors import mistake
from yimatong.stations.declarations.models import MissingPlace


@transaction.atomic
def settle_missing(
    *, by: Official, missing: int, stairwell: int | None, why: str, now: datetime, at: datetime
) -> MissingPlace:
    """Give the home its stairwell, from when it was declared; or dismiss it. The gazetteer's own action makes new places."""
    require(by, "settle")
    if not why.strip():
        raise mistake("reason-missing")
    found = (
        MissingPlace.objects.select_for_update(of=("self",)).select_related("declaration").filter(pk=missing).first()
    )
    if found is None:
        raise mistake("record-unknown")
    if found.state != MissingPlace.State.WAITING:
        raise mistake("case-not-open")
    if stairwell is not None and not Stairwell.objects.filter(pk=stairwell).exists():
        raise records_mistake("record-unknown", record=f"stairwell {stairwell}")
    found.state = MissingPlace.State.DISMISSED if stairwell is None else MissingPlace.State.FOUND
    found.stairwell_id, found.settled_at, found.settled_by, found.settled_why = stairwell, at, by, why.strip()
    found.save(update_fields=["state", "stairwell", "settled_at", "settled_by", "settled_why"])
    declaration = found.declaration
    if stairwell is not None and declaration.person_id is not None and not hasattr(declaration, "replaced_by"):
        Person.objects.select_for_update().get(pk=declaration.person_id)
        pen = effects.Pen(by, declaration.person_id, declaration, declaration.source, calendar.minute(now), at)
        pen.home(stairwell, declaration.declared_at)
    audit.record(
        by=by, action="missing_place.settle", subject=f"missing_place/{found.pk}", details={"stairwell": stairwell}
    )
    return found
