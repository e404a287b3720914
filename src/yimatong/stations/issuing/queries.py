"""What is read from issuing by name.

points(near=None)                     open points, the nearest first
register(point, day)                  the pages of a day with totals
stock(point)                          blanks by what became of them, and numbers left
tasks(by, now), task_board(now)       collection tasks of an official's points; how many are open, late, and whose
by_number(number, now)                what a gate or a desk is told about a number
queue(point, now), free_slots(point, now)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import asin, cos, radians, sin, sqrt
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from yimatong.core.paper import LAST_SERIAL, NumberFlaw, read_number
from yimatong.core.time import day_of
from yimatong.records import calendar, identity
from yimatong.records.models import Official
from yimatong.stations.issuing.actions.points import STAFFED
from yimatong.stations.issuing.actions.slots import places
from yimatong.stations.issuing.hours import is_open, single_days
from yimatong.stations.issuing.models import (
    BlankMove,
    CollectionTask,
    DeskDevice,
    District,
    Entry,
    Lease,
    Paper,
    Point,
    Staff,
    Ticket,
)
from yimatong.stations.issuing.terms import terms

LINES = 12
"""Lines of a page of the register, as the official layout has them (edges/printing)."""
EARTH = 6371.0


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """A line as it is printed: the document number whole, since the official register has it."""

    line: int
    number: str
    name: str = field(repr=False)
    document: str = field(repr=False)
    child_of: bool
    issued_at: datetime
    valid_until: datetime
    mode: str
    remark: str
    signed: bool
    paper: int


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """A numbered page: its lines, and totals of the page and of the day by mode (`desk`, `offline`, `blank`) and `all`."""

    point: Point
    day: date
    page: int
    pages: int
    lines: tuple[RegisterLine, ...]
    totals: dict[str, int]
    day_totals: dict[str, int]


def register(point: int, day: date) -> tuple[RegisterPage, ...]:
    """The register of a point and day, page by page; no page where nothing was issued. Whoever reads it is logged by the edge."""
    found = Point.objects.get(pk=point)
    entries = list(
        Entry.objects.filter(point=found, day=day_of(day))
        .select_related("paper", "paper__credential", "signature").order_by("line")
    )  # fmt: skip
    lines = [_line(entry) for entry in entries]
    pages = [lines[at : at + LINES] for at in range(0, len(lines), LINES)]
    whole = _totals(lines)
    return tuple(
        RegisterPage(found, day, number, len(pages), tuple(page), _totals(page), whole)
        for number, page in enumerate(pages, 1)
    )


def signature_of(paper: int) -> bytes | None:
    """The signature to a pass's line, as it was given."""
    import base64

    entry = Entry.objects.filter(paper_id=paper).select_related("signature").first()
    if entry is None or not hasattr(entry, "signature"):
        return None
    return base64.b64decode(identity.unseal(entry.signature.sealed, "row"))


@dataclass(frozen=True, slots=True)
class Stock:
    """Blanks of a point by what became of them, `left` in stock; numbers left in its own block, and in the district's supply."""

    received: int
    issued: int
    spoiled: int
    lost: int
    void: int
    numbers: int
    district: int

    @property
    def left(self) -> int:
        return self.received - self.issued - self.spoiled - self.lost - self.void


def stock(point: int) -> Stock:
    """The accounting of a point."""
    found = Point.objects.get(pk=point)
    moves = BlankMove.objects.filter(point=found).values_list("what", "first", "last")
    counts: Counter[str] = Counter()
    for what, first, last in moves:
        counts[what] += last - first + 1
    leases = Lease.objects.filter(point=found, use=Lease.Use.POINT).values_list("next", "last")
    supply = District.objects.filter(pk=found.division // 1000).values_list("next", flat=True).first() or 1
    return Stock(
        received=counts["received"],
        issued=counts["issued"],
        spoiled=counts["spoiled"],
        lost=counts["lost"],
        void=counts["void"],
        numbers=sum(last - following + 1 for following, last in leases),
        district=LAST_SERIAL - supply + 1,
    )


@dataclass(frozen=True, slots=True)
class PointShown:
    """An open point for residents: where, when, whether it is open now, how many wait, how far (kilometres, None unknown)."""

    point: Point
    open_now: bool
    waiting: int
    minutes: int
    distance: float | None = None


def points(now: datetime, near: tuple[float, float] | None = None) -> tuple[PointShown, ...]:
    """The points that are not stopped; near a longitude and latitude the nearest first, else by title."""
    waiting = dict(
        Ticket.objects.filter(day=calendar.day_number(now), state=Ticket.State.WAITING, called_at=None)
        .values_list("point").annotate(Count("pk"))
    )  # fmt: skip
    shown, today = [], calendar.day(now)
    every = list(Point.objects.filter(stopped_at=None).order_by("division", "title"))
    days = single_days([point.pk for point in every], today, today)
    for point in every:
        ahead = waiting.get(point.pk, 0)
        away = None
        if near is not None and point.longitude is not None and point.latitude is not None:
            away = _kilometres(near, (point.longitude, point.latitude))
        shown.append(PointShown(point, is_open(point, now, days), ahead, _minutes(point, ahead), away))
    return tuple(sorted(shown, key=lambda one: (one.distance is None, one.distance or 0.0)))


def points_of(official: Official) -> QuerySet[Point]:
    """The points at whose desks an official works; the control office sees all."""
    if official.role in STAFFED:
        return Point.objects.filter(staff__official=official, staff__until=None).distinct().order_by("title")
    return Point.objects.order_by("division", "title")


def can_be_staff(point: Point) -> QuerySet[Official]:
    """Who may be offered for a point's desks: clerks whose jurisdiction holds it, and at a company's or building's point those who
    speak for a company and for no other point now. Who is there already is not among them."""
    street = point.division
    over = [street * 1000, street // 10**3 * 10**6, street // 10**5 * 10**8, street // 10**7 * 10**10]
    who = Q(role=Official.Role.CLERK) & (Q(jurisdiction=None) | Q(jurisdiction__code__in=over))
    if point.kind in Point.WITH_ROSTER:
        elsewhere = Staff.objects.filter(until=None).values("official")
        who |= Q(role=Official.Role.EMPLOYER) & ~Q(pk__in=elsewhere)
    there = Staff.objects.filter(point=point, until=None).values("official")
    return Official.objects.filter(who, is_active=True).exclude(pk__in=there).order_by("role", "name", "username")


@dataclass(frozen=True, slots=True)
class TaskShown:
    """A collection task with who is answerable now (`point`, `township`, `district`, `city`) and whether it is late."""

    task: CollectionTask
    answerable: str
    late: bool


def tasks(by: Official, now: datetime, *, with_closed: bool = False, task: int | None = None) -> tuple[TaskShown, ...]:
    """The tasks of an official's points, or one of them; those that are due first come first."""
    found = CollectionTask.objects.filter(point__in=points_of(by)).select_related("paper", "point", "paper__person")
    if not with_closed:
        found = found.filter(closed_at=None)
    if task is not None:
        found = found.filter(pk=task)
    agreed = terms()
    return tuple(
        TaskShown(one, agreed.answerable(one.opened_at, now), one.closed_at is None and one.due_at < now)
        for one in found.order_by("due_at", "pk")
    )


@dataclass(frozen=True, slots=True)
class TaskBoard:
    """How collection goes: open, late, by who is answerable, and closed by outcome."""

    open: int
    late: int
    answerable: dict[str, int]
    outcomes: dict[str, int]


def task_board(now: datetime) -> TaskBoard:
    """The counts over all points."""
    agreed = terms()
    standing = list(CollectionTask.objects.filter(closed_at=None).values_list("opened_at", "due_at"))
    closed = CollectionTask.objects.exclude(closed_at=None).values_list("outcome").annotate(Count("pk"))
    return TaskBoard(
        len(standing),
        sum(due < now for _, due in standing),
        dict(Counter(agreed.answerable(opened, now) for opened, _ in standing)),
        dict(closed),
    )


@dataclass(frozen=True, slots=True)
class NumberSaid:
    """What is known of a number. `state`: good, doubled, recalled, over, never, blank (in stock), lost-blank, dead-blank, leased
    (given to a desk that has not come back) or unknown; nothing but good and doubled opens a gate."""

    number: str
    state: str
    cause: str = ""
    paper: Paper | None = field(default=None, repr=False)


def by_number(text: str, now: datetime) -> NumberSaid | NumberFlaw:
    """What a desk or a checkpoint with a network is told about a number; a flaw where it is none."""
    read = read_number(text)
    if isinstance(read, NumberFlaw):
        return read
    paper = Paper.objects.filter(number=str(read)).select_related("credential", "point").first()
    if paper is not None:
        return NumberSaid(paper.number, *state_of(paper, now), paper=paper)
    within = {"district": read.district, "first__lte": read.serial, "last__gte": read.serial}
    moves = set(BlankMove.objects.filter(**within).values_list("what", flat=True))
    if moves:
        left = moves - {"received"}
        return NumberSaid(str(read), "blank" if not left else "lost-blank" if "lost" in left else "dead-blank")
    is_leased = Lease.objects.filter(use=Lease.Use.OFFLINE, **within).exists()
    return NumberSaid(str(read), "leased" if is_leased else "unknown")


def state_of(paper: Paper, now: datetime) -> tuple[str, str]:
    """Where a pass stands, and the cause of its end."""
    if paper.credential is None:
        return "never", paper.never
    if paper.credential.recalled_at is not None:
        return "recalled", paper.credential.cause
    if paper.valid_until < now:
        return "over", ""
    return ("doubled", "") if paper.credential.doubled else ("good", "")


@dataclass(frozen=True, slots=True)
class Queue:
    """The queue of a point today: numbers called last, how many wait, and how long a new number would (minutes)."""

    called: tuple[int, ...]
    waiting: tuple[int, ...]
    booked: int
    minutes: int


def queue(point: int, now: datetime) -> Queue:
    """How many wait, without a name."""
    found = Point.objects.get(pk=point)
    today = Ticket.objects.filter(point=found, day=calendar.day_number(now))
    waiting = tuple(
        today.filter(state=Ticket.State.WAITING, called_at=None).order_by("number").values_list("number", flat=True)
    )
    called = today.exclude(called_at=None).order_by("-called_at").values_list("number", flat=True)[: found.desks]
    booked = today.filter(state=Ticket.State.BOOKED).count()
    return Queue(tuple(called), waiting, booked, _minutes(found, len(waiting)))


def free_slots(point: int, now: datetime) -> tuple[tuple[datetime, int], ...]:
    """The slots that can be booked, with the places left in each."""
    found, agreed = Point.objects.get(pk=point), terms()
    taken = dict(
        Ticket.objects.filter(point=found, slot__gt=now).exclude(state=Ticket.State.GONE)
        .values_list("slot").annotate(Count("pk"))
    )  # fmt: skip
    step, most = timedelta(minutes=agreed.slot_minutes), places(found)
    midnight = calendar.local(calendar.begins(calendar.day(now)))
    end, slot, free = midnight + timedelta(days=agreed.days_ahead + 1), midnight, []
    days = single_days([point], midnight.date(), end.date())
    while slot < end and found.stopped_at is None:
        last = slot + step - timedelta(minutes=1)
        if slot > now and is_open(found, slot, days) and is_open(found, last, days):
            left = most - taken.get(slot, 0)
            if left > 0:
                free.append((slot, left))
        slot += step
    return tuple(free)


def districts_of_desks() -> set[int]:
    """The districts (six digits) whose register extract offline desks look people up in."""
    desks = DeskDevice.objects.filter(revoked_at=None, point__stopped_at=None)
    return {division // 1000 for division in desks.values_list("point__division", flat=True).distinct()}


def day_of_point(point: int, day: date) -> dict[str, int]:
    """What a point issued on a day, by mode."""
    entries = Entry.objects.filter(point_id=point, day=day_of(day))
    return dict(entries.values_list("paper__mode").annotate(Count("pk")))


def office_line() -> dict[str, Any]:
    """Figures for the control office: points open, passes that live, numbers leased."""
    leased = Lease.objects.aggregate(numbers=Sum("last") - Sum("first") + Count("pk"))["numbers"] or 0
    return {
        "points": Point.objects.filter(stopped_at=None).count(),
        "papers": Paper.objects.count(),
        "live": Paper.objects.filter(Q(credential__recalled_at=None, credential__isnull=False)).count(),
        "leased": leased,
    }


def _line(entry: Entry) -> RegisterLine:
    paper = entry.paper
    document = identity.unseal(paper.document_sealed, "id") if paper.document_sealed else ""
    state = "never" if paper.credential is None else paper.credential.cause
    return RegisterLine(
        entry.line, paper.number, paper.name, document, paper.child_of_id is not None, paper.issued_at,
        paper.valid_until, paper.mode, state, hasattr(entry, "signature"), paper.pk,
    )  # fmt: skip


def _totals(lines: Sequence[RegisterLine] | Iterable[RegisterLine]) -> dict[str, int]:
    counts = Counter(line.mode for line in lines)
    return {mode: counts[mode] for mode in Paper.Mode.values} | {"all": sum(counts.values())}


def _minutes(point: Point, ahead: int) -> int:
    """How long a new number waits: a desk serves so many people in a slot."""
    agreed = terms()
    return round(ahead * agreed.slot_minutes / (agreed.slot_people * point.desks))


def _kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The distance of two points of longitude and latitude (haversine)."""
    (east, north), (to_east, to_north) = (tuple(map(radians, pair)) for pair in (one, other))
    across = sin((to_north - north) / 2) ** 2 + cos(north) * cos(to_north) * sin((to_east - east) / 2) ** 2
    return 2 * EARTH * asin(sqrt(across))
