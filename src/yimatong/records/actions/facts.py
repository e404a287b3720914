"""Recording, ending and striking single facts."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yimatong.core.facts import DETAILS, Kind
from yimatong.records.actions import audit
from yimatong.records.actions.permission import require
from yimatong.records.errors import mistake
from yimatong.records.models import Fact, Official


@transaction.atomic
def record(
    *,
    by: Official,
    person: int,
    kind: str,
    detail: str,
    start: datetime,
    source: str,
    legal_basis: str,
    end: datetime | None = None,
    onset: datetime | None = None,
) -> Fact:
    """Record one fact that no delivery brought; `record-repeats` where it is there already."""
    require(by, "record")
    if kind not in set(Kind) or detail not in DETAILS[Kind(kind)]:
        raise mistake("kind-unknown", kind=kind, detail=detail)
    if end is not None and end < start:
        raise mistake("interval-backwards", record=f"{kind}/{detail}")
    same = Fact.objects.filter(person_id=person, kind=kind, detail=detail, start=start, struck_at=None).first()
    if same is not None:
        raise mistake("record-repeats", record=str(same))
    fact = Fact.objects.create(
        person_id=person, kind=kind, detail=detail, start=start, end=end, onset=onset,
        source=source, legal_basis=legal_basis, recorded_by=by,
    )  # fmt: skip
    audit.record(by=by, action="fact.record", subject=str(fact), details={"person": person, "detail": detail})
    return fact


@transaction.atomic
def end(*, by: Official, fact: int, end: datetime, now: datetime) -> Fact:
    """Give an open fact its end: a closed case, an order that is over. Once; a wrong end is mended by striking."""
    require(by, "end")
    found = _open(fact)
    if found.end is not None:
        raise mistake("record-ended", record=str(found))
    if end < found.start:
        raise mistake("interval-backwards", record=str(found))
    found.end, found.end_recorded_at, found.end_recorded_by = end, now, by
    found.save(update_fields=["end", "end_recorded_at", "end_recorded_by"])
    audit.record(by=by, action="fact.end", subject=str(found), details={"end": end.isoformat()})
    return found


@transaction.atomic
def strike(*, by: Official, fact: int, why: str, now: datetime) -> Fact:
    """Strike a fact that was wrong; the next judgement does not see it. An upheld appeal ends here."""
    require(by, "strike")
    if not why.strip():
        raise mistake("reason-missing")
    found = _open(fact)
    found.struck_at, found.struck_by, found.strike_reason = now, by, why.strip()
    found.save(update_fields=["struck_at", "struck_by", "strike_reason"])
    audit.record(by=by, action="fact.strike", subject=str(found), details={"why": why.strip()})
    return found


def _open(fact: int) -> Fact:
    """The fact, locked against two at once, if it still counts."""
    found = Fact.objects.select_for_update().filter(pk=fact).first()
    if found is None:
        raise mistake("record-unknown", record=f"fact {fact}")
    if found.struck:
        raise mistake("record-struck", record=str(found))
    return found
