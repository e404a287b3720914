"""The desk of special permits: issuing one on a document, and ending one early. The fact that it records moves the colour.

Why so: decision 62.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from yimatong.core.facts import Kind
from yimatong.records import calendar, identity
from yimatong.records.actions import audit, facts
from yimatong.records.actions.permission import require
from yimatong.records.models import Fact, Official, Person
from yimatong.records.models.recorded import REASON_LENGTH
from yimatong.records.queries import now_standing
from yimatong.stations.passes.errors import PassesError, mistake
from yimatong.stations.passes.models import SpecialPermit

MOST_DAYS = 180
"""A permit is asked for again after half a year: employments and vehicle passes end."""
SHORTEST, LONGEST = 2, 40
SOURCE = "special permits' desk"
GROUND = "《关于全域实施“一码通”的通告》特别通行证"
RESTS_ON = {
    SpecialPermit.Sort.GOODS_DRIVER: {
        SpecialPermit.Document.POLICE, SpecialPermit.Document.TRANSPORT, SpecialPermit.Document.CIVIL_AFFAIRS,
    },
    SpecialPermit.Sort.COMMUTER: {SpecialPermit.Document.EMPLOYER},
}  # fmt: skip


@transaction.atomic
def issue(
    *, by: Official, person: int, sort: str, document: str, number: str, first: date, last: date, now: datetime
) -> SpecialPermit:
    """Issue a permit for the days `first` to `last`, both inside; it counts from now where it begins today.

    `permit-document-wrong`, `permit-document-missing`, `permit-days-wrong`, `permit-overlaps`, `record-unknown`.
    The caller has it judged soon (judgements.tasks.judge_soon).
    """
    require(by, "permit")
    plain = _checked(sort, document, number, first, last, now)
    # One at a time for one person, so that the clerk reads which permit is in the way.
    if not Person.objects.select_for_update().filter(pk=person).exists():
        raise mistake("permit-unknown")
    start = calendar.minute(now) if first == calendar.day(now) else calendar.begins(first)
    end = calendar.ends(last)
    if (other := _in_the_way(person, start, end)) is not None:
        raise _overlaps(other.start, other.end)
    fact = facts.record(
        by=by, person=person, kind=Kind.PERMIT.value, detail=sort, start=start, end=end,
        source=SOURCE, legal_basis=GROUND,
    )  # fmt: skip
    try:
        with transaction.atomic():
            permit = SpecialPermit.objects.create(
                person_id=person, fact=fact, sort=sort, document=document, document_sealed=identity.seal(plain, "row"),
                document_tail=identity.tail(plain), start=start, end=end, issued_by=by, issued_at=now,
            )  # fmt: skip
    except IntegrityError as refusal:
        raise _overlaps(start, end) from refusal
    audit.record(by=by, action="permit.issue", subject=f"permit/{permit.pk}", details={"person": person, "sort": sort})
    return permit


@transaction.atomic
def end_early(*, by: Official, permit: int, why: str, now: datetime, at: datetime) -> SpecialPermit:
    """End a permit now: its fact is struck (at `at`, real time), and the time that it was good is recorded as a fact of its own.

    `permit-unknown`, `permit-over` (ended before, or its last day has passed), `permit-reason-missing`.
    """
    require(by, "strike")
    said = why.strip()[:REASON_LENGTH]
    if not said:
        raise mistake("permit-reason-missing")
    found = SpecialPermit.objects.select_for_update().filter(pk=permit).first()
    if found is None:
        raise mistake("permit-unknown")
    moment = calendar.minute(now)
    if found.ended_at is not None or found.end < moment:
        raise mistake("permit-over")
    stands = now_standing("facts", [found.fact_id])[found.fact_id]
    facts.strike(by=by, fact=stands, why=f"special permit ended early: {said}"[:REASON_LENGTH], now=at)
    if found.start < moment:
        found.remainder = facts.record(
            by=by, person=found.person_id, kind=Kind.PERMIT.value, detail=found.sort, start=found.start, end=moment,
            source=SOURCE, legal_basis=GROUND,
        )  # fmt: skip
    found.ended_at, found.ended_by, found.ended_why = moment, by, said
    found.save(update_fields=["ended_at", "ended_by", "ended_why", "remainder"])
    audit.record(by=by, action="permit.end", subject=f"permit/{found.pk}", details={"person": found.person_id})
    return found


def _checked(sort: str, document: str, number: str, first: date, last: date, now: datetime) -> str:
    if sort not in SpecialPermit.Sort.values or document not in RESTS_ON[SpecialPermit.Sort(sort)]:
        raise mistake("permit-document-wrong", place="document")
    plain = identity.normalised(number)
    if not SHORTEST <= len(plain) <= LONGEST:
        raise mistake("permit-document-missing", place="number")
    if first < calendar.day(now) or last < first or (last - first).days >= MOST_DAYS:
        raise mistake("permit-days-wrong", place="last", most=MOST_DAYS)
    return plain


def _in_the_way(person: int, start: datetime, end: datetime) -> Fact | None:
    """A permit of either class that overlaps, whoever recorded it."""
    standing = Fact.objects.filter(
        person_id=person, kind=Kind.PERMIT.value, detail__in=SpecialPermit.Sort.values, struck_at=None, start__lte=end
    )
    # The minute in which one ended early is no longer its own.
    return standing.filter(Q(end=None) | Q(end__gt=start)).order_by("start").first()


def _overlaps(start: datetime, end: datetime | None) -> PassesError:
    last = "…" if end is None else calendar.day(end).isoformat()
    return mistake("permit-overlaps", place="first", first=calendar.day(start).isoformat(), last=last)
