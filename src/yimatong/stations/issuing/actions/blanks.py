"""Blanks: pre-printed and numbered for days without electricity, counted from the printer to the hand (P7, P8)."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import DatabaseError, transaction

from yimatong.core.paper import NumberFlaw, read_number
from yimatong.records.actions import audit
from yimatong.records.models import Official, Person
from yimatong.records.refusals import Refused
from yimatong.stations.issuing import looking
from yimatong.stations.issuing.actions import standing
from yimatong.stations.issuing.actions.issuing import Form, Issued, issued, issued_before, write
from yimatong.stations.issuing.actions.leases import MOST, Drawn, leased
from yimatong.stations.issuing.actions.points import at_desk
from yimatong.stations.issuing.errors import mistake, refused
from yimatong.stations.issuing.models import BlankMove, Lease, Paper
from yimatong.stations.issuing.terms import terms
from yimatong.stations.passes.actions import papers

What = BlankMove.What
AHEAD = timedelta(minutes=10)
"""A desk's clock may be so much ahead."""


@transaction.atomic
def receive(*, by: Official, point: int, count: int, now: datetime) -> Lease | Refused:
    """Lease numbers for blanks that are printed for a point, and take them into its stock."""
    where = at_desk(by, point)
    if not 1 <= count <= MOST:
        raise mistake("too-many-numbers", most=MOST)
    if where.stopped_at is not None:
        return refused("stopped")
    made = leased(by, where, Lease.Use.BLANKS, count, now)
    if isinstance(made, Refused):
        return made
    BlankMove.objects.create(
        point=where, what=What.RECEIVED, district=made.district, first=made.first, last=made.last, at=now, by=by
    )
    audit.record(by=by, action="blanks.receive", subject=f"lease/{made.pk}", details={"point": point, "count": count})
    return made


def spoil(*, by: Official, point: int, first: str, last: str, why: str, now: datetime) -> BlankMove:
    """Written wrongly or damaged before they were issued."""
    return _leave(by, point, What.SPOILED, (first, last), why, now)


def lose(*, by: Official, point: int, first: str, last: str, why: str, now: datetime) -> BlankMove:
    """Not there: whoever shows one of them has no pass (queries.by_number)."""
    return _leave(by, point, What.LOST, (first, last), why, now)


def void(*, by: Official, point: int, first: str, last: str, why: str, now: datetime) -> BlankMove:
    """Destroyed on purpose, as at the end of a point."""
    return _leave(by, point, What.VOID, (first, last), why, now)


@transaction.atomic
def enter_blank(
    *,
    by: Official,
    point: int,
    number: str,
    person: int,
    issued_at: datetime,
    now: datetime,
    child_of: int | None = None,
    key: UUID | None = None,
) -> Issued | Refused:
    """Enter a blank that was filled by hand, from its stub. What was handed out is recorded, whoever it was.

    Where a desk with a network had refused, `never` of the answer says why: the pass is not good, and a task is open.
    """
    where, agreed, blank = at_desk(by, point), terms(), serial_of(number)
    if issued_at > now + AHEAD:
        raise mistake("clock-wrong")
    papers.hold(person)
    if (same := issued_before(key, now)) is not None:
        return same
    whom = Person.objects.get(pk=person)
    parent = None if child_of is None else Person.objects.get(pk=child_of)
    document = looking.printed_document(whom, parent, agreed, now)
    if isinstance(document, Refused):
        return document
    _move(by, where.pk, What.ISSUED, (blank, blank), "", issued_at)
    lease = Lease.objects.get(
        use=Lease.Use.BLANKS, district=blank[0], first__lte=blank[1], last__gte=blank[1], point=where
    )
    form = Form(by, where, whom, document, issued_at, Paper.Mode.BLANK, key or uuid4())
    paper = write_late(form, Drawn(lease.pk, *blank), now)
    return issued(paper, now)


def write_late(form: Form, drawn: Drawn, now: datetime) -> Paper:
    """Write a pass that was handed out without a network, as it was, in the caller's transaction, which holds the person.

    Of somebody who is not green it never was good, and is fetched; of somebody with another live pass the first counts.
    """
    said = looking.judged(form.person.pk, now)
    never = said.code if isinstance(said, Refused) else ""
    others = looking.standing(form.person.pk, now)
    paper = write(form, drawn, terms(), never=never, doubled=bool(others))
    if never:
        standing.open_task(paper, standing.Kind.RECALLED, "never", now)
    elif others:
        standing.arrange(person=form.person.pk, now=now)
    return paper


def serial_of(number: str) -> tuple[int, int]:
    """District and serial of a number as it was typed; `number-wrong`."""
    read = read_number(number)
    if isinstance(read, NumberFlaw):
        raise mistake("number-wrong", flaw=read.code)
    return read.district, read.serial


@transaction.atomic
def _leave(by: Official, point: int, what: What, span: tuple[str, str], why: str, now: datetime) -> BlankMove:
    at_desk(by, point)
    if not why.strip():
        raise mistake("reason-missing")
    first, last = serial_of(span[0]), serial_of(span[1])
    moved = _move(by, point, what, (first, last), why.strip(), now)
    audit.record(by=by, action=f"blanks.{what}", subject=f"point/{point}", details={"count": last[1] - first[1] + 1})
    return moved


def _move(
    by: Official, point: int, what: What, span: tuple[tuple[int, int], tuple[int, int]], why: str, at: datetime
) -> BlankMove:
    """Blanks leave the stock, once; `not-in-stock` where they did not come or have left. The database looks too."""
    (district, first), (other, last) = span
    if district != other or last < first:
        raise mistake("not-in-stock")
    came = BlankMove.objects.filter(
        point_id=point, what=What.RECEIVED, district=district, first__lte=first, last__gte=last
    )
    if not came.exists():
        raise mistake("not-in-stock")
    try:
        with transaction.atomic():
            return BlankMove.objects.create(
                point_id=point, what=what, district=district, first=first, last=last, at=at, by=by, why=why
            )
    except DatabaseError as refusal:
        if getattr(refusal.__cause__, "sqlstate", "") != EXCLUSION:
            raise
        raise mistake("number-used") from None


EXCLUSION = "23P01"
"""What PostgreSQL says when a range overlaps another one."""
