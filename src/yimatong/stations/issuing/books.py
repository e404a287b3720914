"""What is read of points as their books have it: days of the register, figures, leases and stubs.

days(point, first, last)              the days on which something was issued, with lines, pages and signatures
spoiled(point, day)                   blanks that were spoiled or made void on a day
figures(points, now)                  what each point issued, has left, and has to fetch
leases(point)                         blocks of numbers with how many of each are used
held(by)                              entries of offline desks that wait for an official
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from yimatong.core.paper import number
from yimatong.core.time import day_of
from yimatong.records import calendar
from yimatong.records.models import Official
from yimatong.stations.issuing import queries
from yimatong.stations.issuing.models import BlankMove, CollectionTask, Entry, HeldEntry, Lease, Paper, Point, Ticket

WEEK = 7


@dataclass(frozen=True, slots=True)
class RegisterDayShown:
    """A day of a point's register: lines, pages, lines by how they were issued, replaced, and how many are signed."""

    day: date
    lines: int
    pages: int
    desk: int
    offline: int
    blank: int
    replaced: int
    signed: int


def days(point: int, first: date, last: date) -> tuple[RegisterDayShown, ...]:
    """The days from `first` to `last`, both inside, on which the point issued something, the newest first."""
    span = (day_of(first), day_of(last))
    rows: Iterable[Any] = (
        Entry.objects.filter(point_id=point, day__range=span)
        .values("day")
        .annotate(
            lines=Count("pk"),
            desk=Count("pk", filter=Q(paper__mode="desk")),
            offline=Count("pk", filter=Q(paper__mode="offline")),
            blank=Count("pk", filter=Q(paper__mode="blank")),
            replaced=Count("pk", filter=Q(paper__replaces__isnull=False)),
            signed=Count("signature"),
        )
        .order_by("-day")
    )
    return tuple(
        RegisterDayShown(
            day=calendar.date_of(row["day"]), lines=row["lines"], pages=-(-row["lines"] // queries.LINES),
            desk=row["desk"], offline=row["offline"], blank=row["blank"], replaced=row["replaced"], signed=row["signed"],
        )
        for row in rows
    )  # fmt: skip


def spoiled(point: int, day: date) -> int:
    """How many blanks of a point were spoiled or made void on a day: numbers that were used, and no pass came of them."""
    begin, over = calendar.bounds(day)
    moves = BlankMove.objects.filter(
        point_id=point, what__in=[BlankMove.What.SPOILED, BlankMove.What.VOID], at__gte=begin, at__lt=over
    )  # fmt: skip
    return sum(last - first + 1 for first, last in moves.values_list("first", "last"))


@dataclass(frozen=True, slots=True)
class Figures:
    """A point's figures now. `numbers` is what its own block has left, `blanks` what lies in stock."""

    point: Point
    staff: int
    today: int
    week: int
    all: int
    unsigned: int
    numbers: int
    blanks: int
    waiting: int
    open_tasks: int
    late_tasks: int
    held: int


def figures(points: Sequence[Point], now: datetime) -> tuple[Figures, ...]:
    """The figures of points, in their order, by a handful of queries for all of them."""
    keys = [point.pk for point in points]
    today, papers = calendar.day_number(now), Entry.objects.filter(point__in=keys)
    issued = _counts(papers)
    this_day, this_week = (
        _counts(papers.filter(day=today)),
        _counts(papers.filter(day__gt=today - WEEK, day__lte=today)),
    )
    unsigned = _counts(papers.filter(signature=None))
    open_tasks = CollectionTask.objects.filter(point__in=keys, closed_at=None)
    tasks, late = _counts(open_tasks), _counts(open_tasks.filter(due_at__lt=now))
    waiting = _counts(Ticket.objects.filter(point__in=keys, day=today, state=Ticket.State.WAITING, called_at=None))
    held_entries = _counts(HeldEntry.objects.filter(point__in=keys, settled_at=None))
    staff = dict(
        Point.objects.filter(pk__in=keys).values_list("pk").annotate(n=Count("staff", filter=Q(staff__until=None)))
    )
    numbers: Counter[int] = Counter()
    own = Lease.objects.filter(point__in=keys, use=Lease.Use.POINT)
    for point, following, last in own.values_list("point", "next", "last"):
        numbers[point] += last - following + 1
    blanks: Counter[int] = Counter()
    for point, what, first, last in BlankMove.objects.filter(point__in=keys).values_list(
        "point", "what", "first", "last"
    ):
        blanks[point] += (last - first + 1) * (1 if what == BlankMove.What.RECEIVED else -1)
    return tuple(
        Figures(
            point, staff.get(point.pk, 0), this_day.get(point.pk, 0), this_week.get(point.pk, 0), issued.get(point.pk, 0),
            unsigned.get(point.pk, 0), numbers[point.pk], blanks[point.pk], waiting.get(point.pk, 0),
            tasks.get(point.pk, 0), late.get(point.pk, 0), held_entries.get(point.pk, 0),
        )
        for point in points
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class LeaseShown:
    """A block of numbers: from, to, and how many of them stand in the register (of blanks: have left the stock)."""

    lease: Lease
    first: str
    last: str
    count: int
    used: int


def leases(point: int) -> tuple[LeaseShown, ...]:
    """The blocks of a point, the newest first."""
    found = list(Lease.objects.filter(point_id=point).select_related("leased_by").order_by("-pk"))
    used = dict(Paper.objects.filter(lease__in=found).values_list("lease").annotate(Count("pk")))
    return tuple(
        LeaseShown(
            one, number(one.district, one.first), number(one.district, one.last), one.last - one.first + 1,
            used.get(one.pk, 0),
        )
        for one in found
    )  # fmt: skip


def held(by: Official) -> QuerySet[HeldEntry]:
    """The held entries of an official's points, those that wait first, then the newest."""
    found = HeldEntry.objects.filter(point__in=queries.points_of(by)).select_related("point", "settled_by")
    return found.order_by(F("settled_at").asc(nulls_first=True), "-recorded_at")


def month_of(day: date) -> tuple[date, date]:
    """The first and the last day of a day's month."""
    first = day.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return first, following - timedelta(days=1)


def _counts(rows: QuerySet) -> dict[int, int]:  # type: ignore[type-arg]
    return dict(rows.order_by().values_list("point").annotate(Count("pk")))
