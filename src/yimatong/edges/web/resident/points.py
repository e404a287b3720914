"""Issuing points as residents are shown them: which are near, when they are open, for whom, what to bring."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy, pgettext

from yimatong.edges.web.everybody.divisions import division_in_words
from yimatong.records import calendar
from yimatong.records.models import Person, Place
from yimatong.stations.issuing import queries
from yimatong.stations.issuing.hours import single_days
from yimatong.stations.issuing.models import Point, PointDay
from yimatong.stations.issuing.queries import PointShown

KINDS: dict[str, Promise] = {
    "village": gettext_lazy("Village or community"),
    "compound": gettext_lazy("Residential compound"),
    "company": gettext_lazy("Company"),
    "building": gettext_lazy("Office building"),
    "checkpoint": gettext_lazy("Checkpoint"),
    "police": gettext_lazy("Police"),
}
FOR_WHOM: dict[str, Promise] = {
    "everybody": gettext_lazy("for everybody"),
    "division": gettext_lazy("for who lives in this street or township"),
    "address": gettext_lazy("for who lives here"),
    "roster": gettext_lazy("for who works here and is on the roster"),
    "documents": gettext_lazy("for holders of these documents"),
}
DAYS: tuple[Promise, ...] = (
    gettext_lazy("Mon"),
    gettext_lazy("Tue"),
    gettext_lazy("Wed"),
    gettext_lazy("Thu"),
    gettext_lazy("Fri"),
    gettext_lazy("Sat"),
    gettext_lazy("Sun"),
)
DOCUMENTS: dict[str, Promise] = {
    Person.IdType.RESIDENT: gettext_lazy("resident's ID card"),
    Person.IdType.HK_MACAU: gettext_lazy("travel permit of Hong Kong and Macau residents"),
    Person.IdType.TAIWAN: gettext_lazy("travel permit of Taiwan residents"),
    Person.IdType.FOREIGN_PERMANENT: gettext_lazy("foreigner's permanent residence card"),
    Person.IdType.PASSPORT: gettext_lazy("passport"),
}
MOST = 12
"""Points of a page."""


@dataclass(frozen=True)
class Wish:
    """What somebody looks for: near which community or village (its place number), of which kind, open now only."""

    near: Place | None = None
    kind: str = ""
    open_now: bool = False


@dataclass(frozen=True)
class Listed:
    """A point of the list: its number on the map, how near it is in words (empty where nothing was asked), and its hours of
    today where they are not those of the week."""

    at: int
    shown: PointShown
    near: str
    today: str = ""

    @property
    def kind(self) -> str:
        """What sort of place, in words."""
        return str(KINDS[self.shown.point.kind])

    @property
    def whom(self) -> str:
        """To whom it may issue, in words."""
        return for_whom(self.shown.point)

    @property
    def day(self) -> str:
        """Its hours of today are said by the page of the point; the list says all of them short."""
        return "; ".join(f"{days} {times}" for days, times in hours(self.shown.point))


def found(wish: Wish, now: datetime) -> list[Listed]:
    """The points that fit, the nearest first: of the community itself, its street, its district, then the others."""
    every = [
        one
        for one in queries.points(now)
        if (not wish.kind or one.point.kind == wish.kind) and (one.open_now or not wish.open_now)
    ]
    every.sort(key=lambda one: (_far(one.point, wish.near), not one.open_now, one.waiting, one.point.title))
    day = calendar.day(now)
    days = single_days([one.point.pk for one in every], day, day)
    said = {point: _single_in_words(row) for (point, _day), row in days.items()}
    return [
        Listed(at, one, _near_in_words(one.point, wish.near), said.get(one.point.pk, ""))
        for at, one in enumerate(every, start=1)
    ]


def _far(point: Point, near: Place | None) -> int:
    if near is None:
        return 0
    if point.place_id in {near.number, near.parent_id} - {None}:
        return 0
    return 1 if point.division == near.division else 2 if point.division // 1000 == near.division // 1000 else 3


def _near_in_words(point: Point, near: Place | None) -> str:
    if near is None:
        return ""
    words = (_("in your community"), _("in your street or township"), _("in your district"), _("in another district"))
    return words[_far(point, near)]


def for_whom(point: Point) -> str:
    """To whom a point may issue, in words."""
    words = str(FOR_WHOM[point.scope])
    if point.scope != Point.Scope.DOCUMENTS:
        return words
    return f"{words}: {', '.join(str(DOCUMENTS.get(one, one)) for one in point.documents)}"


def hours(point: Point) -> list[tuple[str, str]]:
    """The hours by days, days with the same hours together: `Mon–Fri`, `08:30–11:30, 13:30–17:30`."""
    told = []
    for spans, group in groupby(range(7), key=lambda day: point.hours[day]):
        days = list(group)
        first, last = str(DAYS[days[0]]), str(DAYS[days[-1]])
        words = first if len(days) == 1 else f"{first}–{last}"
        told.append((words, ", ".join("–".join(span) for span in spans) if spans else pgettext("hours", "closed")))
    return told


def single(point: Point, now: datetime, days: int = 31) -> list[tuple[date, str]]:
    """The days to come, today first, that are not like the week: hours or closed, and why."""
    first = calendar.day(now)
    rows = single_days([point.pk], first, first + timedelta(days=days - 1))
    return [(row.day, _single_in_words(row)) for row in rows.values()]


def _single_in_words(row: PointDay) -> str:
    told = ", ".join("–".join(span) for span in row.hours or ()) or pgettext("hours", "closed")
    return f"{told} ({row.why})" if row.why else told


def where(point: Point) -> str:
    """District and street of a point, in words."""
    return division_in_words(point.division)


def to_bring(point: Point) -> list[str]:
    """What somebody brings, by whom the point is for."""
    own = _("your own ID document: the pass is valid only together with it")
    if point.scope == Point.Scope.DOCUMENTS:
        own = ", ".join(str(DOCUMENTS.get(one, one)) for one in point.documents)
    told = [own, _("for a child without an ID document: the ID document of one parent, and the child")]
    if point.scope in {Point.Scope.DIVISION, Point.Scope.ADDRESS}:
        told.append(_("your address here, as you have declared it or will declare it at the desk"))
    if point.scope == Point.Scope.ROSTER:
        told.append(_("nothing else: your company has put you on its roster with your own consent"))
    return [*told, _("whoever has not declared yet declares at the desk; the pass is free of charge")]


def slots_by_day(point: int, now: datetime) -> list[tuple[str, list[tuple[str, str, int]]]]:
    """The times that can be booked: the day, and of each time its instant, its hour in words and the places left."""
    days: dict[str, list[tuple[str, str, int]]] = {}
    for slot, left in queries.free_slots(point, now):
        local = calendar.local(slot)
        label = f"{DAYS[local.weekday()]} {local:%m-%d}"
        days.setdefault(label, []).append((slot.isoformat(), f"{local:%H:%M}", left))
    return list(days.items())
