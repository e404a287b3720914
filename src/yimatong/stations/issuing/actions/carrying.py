"""What an offline desk takes along: numbers, the policy's words, and the homes to visit. Whom it is shown is recorded as looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from yimatong.core.credential import masked
from yimatong.core.paper import number
from yimatong.records.actions import audit
from yimatong.records.models import Home, Person
from yimatong.records.refusals import Refused
from yimatong.stations.issuing.actions import leases
from yimatong.stations.issuing.models import DeskDevice, Lease, Paper, Point, RouteLine
from yimatong.stations.judgements.models import CurrentVerdict
from yimatong.stations.passes.models import DeviceBinding

MOST_HOMES = 200
"""People of one list: more than a clerk visits in a day."""
WHERE = "route"
SCOPES = (Point.Scope.EVERYBODY, Point.Scope.DIVISION, Point.Scope.ADDRESS)


@dataclass(frozen=True, slots=True)
class Block:
    """Numbers of one lease; `last` is inside."""

    district: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Visited:
    """A person of the route: where, a masked name, the last signs of the document, the colour in force, a quiet time if asked for."""

    id: UUID
    compound: str
    building: str
    stairwell: str
    name: str = field(repr=False)
    tail: str = field(repr=False)
    colour: str
    child: bool
    again: str


def take_numbers(*, device: DeskDevice, request: UUID, now: datetime) -> Refused | None:
    """Lease one more block for a desk; the same request gives the same."""
    made = leases.lease(by=device.clerk, point=device.point_id, desk=device.desk, request=request, now=now)
    return made if isinstance(made, Refused) else None


def blocks(device: DeskDevice) -> list[Block]:
    """The leases of a desk, the oldest first."""
    rows = Lease.objects.filter(point=device.point_id, use=Lease.Use.OFFLINE, desk=device.desk).order_by("pk")
    return [Block(row.district, row.first, row.last) for row in rows]


def used(device: DeskDevice) -> list[str]:
    """The numbers of a desk's leases that came home, so that a desk that lost its memory uses none twice."""
    return list(
        Paper.objects.filter(lease__point=device.point_id, lease__desk=device.desk).order_by("serial")
        .values_list("number", flat=True)
    )  # fmt: skip


def example(block: Block) -> str:
    """The first number of a block as it stands on a pass."""
    return number(block.district, block.first)


@transaction.atomic
def take_route(*, device: DeskDevice, now: datetime) -> list[Visited]:
    """The homes of the point's scope with neither code nor pass, in walking order; everybody on it is looked at, which is recorded."""
    wanted = _wanted(device.point, now)
    people = [home.person_id for home in wanted]
    open_lines = {line.person_id: line for line in RouteLine.objects.filter(device=device, visited_at=None)}
    fresh = [RouteLine(device=device, person_id=one, given_at=now) for one in people if one not in open_lines]
    RouteLine.objects.bulk_create(fresh)
    lines = open_lines | {line.person_id: line for line in fresh}
    before = dict(
        RouteLine.objects.filter(person_id__in=people, outcome__in=["away", "later"]).order_by("visited_at")
        .values_list("person_id", "again")
    )  # fmt: skip
    colours = dict(CurrentVerdict.objects.filter(person__in=people).values_list("person", "colour"))
    if people:
        audit.looks(by=device.clerk, people=people, why=f"paper: route of {device}", where=WHERE)
    return [
        _shown(
            home, lines[home.person_id].pk, str(colours.get(home.person_id, "unknown")), before.get(home.person_id, "")
        )
        for home in wanted
    ]


def _wanted(point: Point, now: datetime) -> list[Home]:
    if point.scope not in SCOPES:
        return []
    found = Home.objects.filter(end=None, struck_at=None)
    if point.scope == Point.Scope.ADDRESS:
        found = found.filter(
            Q(stairwell__building_id=point.place_id) | Q(stairwell__building__parent_id=point.place_id)
        )
    else:
        found = found.filter(stairwell__building__division=point.division)
    # A code on one's own phone, or on the phone of whoever looks after one.
    coded = DeviceBinding.objects.filter(person=OuterRef("person"), ended_at=None)
    live = Paper.objects.filter(person=OuterRef("person"), credential__recalled_at=None, credential__until__gte=now)
    done = RouteLine.objects.filter(person=OuterRef("person"), outcome="no_need")
    found = found.filter(~Exists(coded), ~Exists(live), ~Exists(done))
    order = ("stairwell__building__parent__name", "stairwell__building__name", "stairwell__name", "person_id")
    chosen = found.select_related("person", "stairwell__building__parent").order_by(*order)[: 2 * MOST_HOMES]
    once = {home.person_id: home for home in chosen}
    return list(once.values())[:MOST_HOMES]


def _shown(home: Home, line: UUID, colour: str, again: str) -> Visited:
    building, person = home.stairwell.building, home.person
    return Visited(
        id=line, compound=building.parent.name if building.parent else "", building=building.name,
        stairwell=home.stairwell.name, name=masked(person.name), tail=person.id_tail, colour=colour,
        child=person.id_type == Person.IdType.NONE, again=again,
    )  # fmt: skip
