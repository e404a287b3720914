"""Issuing points are opened and stopped by the control office, and given their staff."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from yimatong.records import calendar
from yimatong.records.actions import audit
from yimatong.records.actions.permission import require
from yimatong.records.models import Division, Official, Place
from yimatong.stations.issuing.errors import mistake
from yimatong.stations.issuing.models import Point, PointDay, PointPosition, Staff
from yimatong.stations.passes.actions import keys

TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
MOST_DAYS = 31
"""Single days that are set at once."""
REGION = ((73.0, 136.0), (3.0, 54.0))
"""Longitudes and latitudes in which a point can be."""
STAFFED = frozenset({Official.Role.CLERK, Official.Role.EMPLOYER})
"""Whoever has one of these roles acts at their own points alone."""
Hours = Sequence[Sequence[Sequence[str]]]
"""Seven days, Monday first, each a list of `["08:30", "17:00"]`: local time, both ends inside."""


@transaction.atomic
def open_point(
    *,
    by: Official,
    kind: str,
    title: str,
    division: int,
    address: str,
    hours: Hours,
    now: datetime,
    scope: str = Point.Scope.EVERYBODY,
    place: int | None = None,
    documents: Sequence[str] = (),
    desks: int = 1,
    longitude: float | None = None,
    latitude: float | None = None,
) -> Point:
    """Open a point in a street (9 digits); `point-wrong` names the field that can't be so. The key of papers is made with the first."""
    require(by, "points")
    checks = {
        "kind": kind in Point.Kind.values,
        "title": bool(title.strip()),
        "division": Division.objects.filter(code=division * 1000).exists() or _is_street(division),
        "address": bool(address.strip()),
        "hours": are_hours(hours),
        "scope": scope in Point.Scope.values,
        "place": place is not None if scope == Point.Scope.ADDRESS else True,
        "documents": bool(documents) if scope == Point.Scope.DOCUMENTS else True,
        "desks": desks >= 1,
    }
    if place is not None:
        checks["place"] = Place.objects.filter(pk=place).exists()
    for field, is_right in checks.items():
        if not is_right:
            raise mistake("point-wrong", place=field, field=field)
    keys.ensure_paper(by=by, now=now)
    try:
        with transaction.atomic():
            point = Point.objects.create(
                kind=kind, title=title.strip(), division=division, address=address.strip(), place_id=place,
                longitude=longitude, latitude=latitude, hours=[list(map(list, day)) for day in hours], scope=scope,
                documents=list(documents), desks=desks, opened_by=by,
            )  # fmt: skip
    except IntegrityError:
        raise mistake("point-wrong", place="title", field="title") from None
    if longitude is not None and latitude is not None:
        _placed(by, point, longitude, latitude, PointPosition.How.NUMBERS)
    audit.record(by=by, action="point.open", subject=f"point/{point.pk}", details={"kind": kind, "scope": scope})
    return point


@transaction.atomic
def stop_point(*, by: Official, point: int, why: str) -> Point:
    """Stop a point for good: it issues nothing more; its register, stock and tasks stay."""
    require(by, "points")
    if not why.strip():
        raise mistake("reason-missing")
    found = point_of(point)
    if found.stopped_at is None:
        Point.objects.filter(pk=point).update(stopped_at=Now(), stopped_by=by, stopped_why=why.strip())
        audit.record(by=by, action="point.stop", subject=f"point/{point}", details={"why": why.strip()})
    return point_of(point)


@transaction.atomic
def change_hours(*, by: Official, point: int, hours: Hours, desks: int) -> Point:
    """Change when a point is open and how many desks it has; `point-wrong`."""
    require(by, "points")
    for field, is_right in {"hours": are_hours(hours), "desks": desks >= 1}.items():
        if not is_right:
            raise mistake("point-wrong", place=field, field=field)
    found = point_of(point)
    if found.stopped_at is not None:
        raise mistake("point-stopped")
    Point.objects.filter(pk=point).update(hours=[list(map(list, day)) for day in hours], desks=desks)
    audit.record(by=by, action="point.hours", subject=f"point/{point}", details={"desks": desks})
    return point_of(point)


@transaction.atomic
def change_days(
    *, by: Official, point: int, first: date, last: date, hours: Sequence[Sequence[str]] | None, why: str, now: datetime
) -> int:
    """Give single days, both ends inside, hours of their own: none is closed, None is as every week again; how many days.

    `point-wrong` for a day that is over, more than a month at once, or spans that overlap. Who said so and when is kept.
    """
    require(by, "points")
    found = point_of(point)
    if found.stopped_at is not None:
        raise mistake("point-stopped")
    checks = {
        "day": calendar.day(now) <= first <= last and (last - first).days < MOST_DAYS,
        "hours": hours is None or are_hours([hours, *[[]] * 6]),
    }
    for field, is_right in checks.items():
        if not is_right:
            raise mistake("point-wrong", place=field, field=field)
    spans = None if hours is None else [list(span) for span in hours]
    days = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    for day in days:
        PointDay.objects.create(point=found, day=day, hours=spans, why=why.strip()[:60], set_by=by)
    details: dict[str, audit.Detail] = {"first": first.isoformat(), "last": last.isoformat(), "closed": spans == []}
    audit.record(by=by, action="point.days", subject=f"point/{point}", details=details)
    return len(days)


@transaction.atomic
def move_point(*, by: Official, point: int, longitude: float, latitude: float, how: str) -> Point:
    """Say where a point is on the map, by a click (`map`) or two `numbers`; what was said before is kept. `point-wrong`."""
    require(by, "points")
    found = point_of(point)
    if found.stopped_at is not None:
        raise mistake("point-stopped")
    east, north = REGION
    for field, is_right in {
        "longitude": east[0] <= longitude <= east[1],
        "latitude": north[0] <= latitude <= north[1],
        "how": how in PointPosition.How.values,
    }.items():
        if not is_right:
            raise mistake("point-wrong", place=field, field=field)
    _placed(by, found, longitude, latitude, how)
    Point.objects.filter(pk=point).update(longitude=longitude, latitude=latitude)
    audit.record(by=by, action="point.move", subject=f"point/{point}", details={"how": how})
    return point_of(point)


@transaction.atomic
def appoint(*, by: Official, point: int, official: Official) -> Staff:
    """Let an official work at a point's desks, or speak for its company; repeating it changes nothing. `no-roster` elsewhere."""
    require(by, "points")
    if official.role == Official.Role.EMPLOYER and point_of(point).kind not in Point.WITH_ROSTER:
        raise mistake("no-roster")
    staff, fresh = Staff.objects.get_or_create(
        point=point_of(point), official=official, until=None, defaults={"appointed_by": by}
    )
    if fresh:
        audit.record(by=by, action="point.appoint", subject=f"point/{point}", details={"official": official.pk})
    return staff


@transaction.atomic
def release(*, by: Official, point: int, official: Official) -> None:
    """Let an official work there no more."""
    require(by, "points")
    ended = Staff.objects.filter(point_id=point, official=official, until=None).update(until=Now(), released_by=by)
    if ended:
        audit.record(by=by, action="point.release", subject=f"point/{point}", details={"official": official.pk})


def point_of(number: int) -> Point:
    """The point, or `point-unknown`."""
    found = Point.objects.filter(pk=number).first()
    if found is None:
        raise mistake("point-unknown")
    return found


def at_desk(by: Official, number: int, action: str = "issue") -> Point:
    """The point, when the official may do this and is of its staff; the control office is everywhere. `not-staff` else."""
    require(by, action)
    point = point_of(number)
    if by.role in STAFFED and not Staff.objects.filter(point=point, official=by, until=None).exists():
        raise mistake("not-staff")
    return point


def are_hours(hours: Hours) -> bool:
    """Whether these are seven days of spans that begin before they end and do not overlap."""
    if len(hours) != 7:
        return False
    for day in hours:
        marks = [mark for span in day for mark in span]
        if any(len(span) != 2 for span in day) or not all(TIME.fullmatch(mark) for mark in marks):
            return False
        if any(first >= second for first, second in pairwise(marks)):
            return False
    return True


def _placed(by: Official, point: Point, longitude: float, latitude: float, how: str) -> None:
    PointPosition.objects.create(point=point, longitude=longitude, latitude=latitude, how=how, set_by=by)


def _is_street(division: int) -> bool:
    """Where the gazetteer of divisions is not loaded, nine digits are enough."""
    return not Division.objects.exists() and 10**8 <= division < 10**9
