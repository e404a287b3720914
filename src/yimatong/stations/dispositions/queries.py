"""What is read from the hand-overs by name. Where one stands follows from its events and the clock, and is never stored.

inbox(by, checkpoint=None) -> tuple[Standing, ...]          what this official may see, the most urgent first
may_receive(by, hand_over) -> bool              who acknowledges and opens
acknowledged(device, since) -> ...              what a scanner hears at its next sync
unacknowledged(now)                             what the clock still runs for
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from yimatong.core.text import in_all, message as _
from yimatong.records import identity
from yimatong.records.models import Official
from yimatong.records.queries import streets_of
from yimatong.stations.dispositions.models import HandOver, HandOverEvent

Kind = HandOverEvent.Kind
State = Literal["waiting", "late", "escalated", "acknowledged"]
URGENCY: dict[State, int] = {"escalated": 0, "late": 1, "waiting": 2, "acknowledged": 3}
MOST = 2000
RECEIVERS = {HandOver.To.HEALTH: Official.Role.HEALTH, HandOver.To.TOWNSHIP: Official.Role.CONTROL_OFFICE}
OFFICES = {HandOver.To.HEALTH: _("health department"), HandOver.To.TOWNSHIP: _("township")}


@dataclass(frozen=True, slots=True)
class Standing:
    """A hand-over as it stands at an instant."""

    hand_over: HandOver
    state: State
    acknowledged_at: datetime | None
    acknowledged_by: Official | None
    note: str
    opened: int
    """How often what is sealed was looked at."""
    may_receive: bool

    @property
    def has_details(self) -> bool:
        """Whether anything can be opened."""
        return self.hand_over.sealed is not None or self.hand_over.person_id is not None

    def waits(self, now: datetime) -> int:
        """Minutes from its receipt to its acknowledgement, or until now."""
        return int(((self.acknowledged_at or now) - self.hand_over.received).total_seconds()) // 60

    @property
    def offline_minutes(self) -> int:
        """Minutes that the record waited on the scanner before it reached us."""
        return max(0, int((self.hand_over.received - self.hand_over.happened).total_seconds()) // 60)


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What the scanner hears: which of its records, when, by which office (`zh / en`), never by whom."""

    n: int
    at: datetime
    by: str


def inbox(*, by: Official, checkpoint: int | None = None) -> tuple[Standing, ...]:
    """The hand-overs of the official's jurisdiction: the most urgent first, then who waits longest; then what was done last.

    However many were acknowledged, one that waits is never beyond the end of the list.
    """
    rows = _with_events(HandOver.objects.select_related("checkpoint"))
    if checkpoint is not None:
        rows = rows.filter(checkpoint=checkpoint)
    if (streets := streets_of(by.jurisdiction)) is not None:
        rows = rows.filter(checkpoint__division__range=streets)
    done = _has(Kind.ACKNOWLEDGED)
    waiting = rows.exclude(done).order_by("received", "pk")[:MOST]
    acknowledged = rows.filter(done).order_by("-received", "-pk")[:MOST]
    standing = (stand(row, by) for row in (*waiting, *acknowledged))
    return tuple(sorted(standing, key=lambda one: URGENCY[one.state]))


def one(*, by: Official, hand_over: int) -> Standing | None:
    """One of them, None where there is none or it lies outside the jurisdiction."""
    found = _with_events(HandOver.objects.select_related("checkpoint")).filter(pk=hand_over).first()
    return stand(found, by) if found is not None and in_jurisdiction(by, found) else None


def open_for(*, by: Official) -> int:
    """How many wait for this official's acknowledgement: the figure of the menu."""
    waiting = _unacknowledged()
    if (streets := streets_of(by.jurisdiction)) is not None:
        waiting = waiting.filter(checkpoint__division__range=streets)
    return sum(may_receive(by, row) for row in _with_events(waiting.select_related("checkpoint"))[:MOST])


def may_receive(by: Official, hand_over: HandOver) -> bool:
    """Who acknowledges: the receiver of the jurisdiction; once it is escalated, the control office of it as well."""
    if not in_jurisdiction(by, hand_over):
        return False
    if by.role == RECEIVERS[HandOver.To(hand_over.to)]:
        return True
    # The events at hand, where they were fetched with it.
    return by.role == Official.Role.CONTROL_OFFICE and any(
        event.kind == Kind.ESCALATED for event in hand_over.events.all()
    )


def in_jurisdiction(by: Official, hand_over: HandOver) -> bool:
    """Whether the checkpoint lies in the official's jurisdiction."""
    streets = streets_of(by.jurisdiction)
    return streets is None or streets[0] <= hand_over.checkpoint.division <= streets[1]


def acknowledged(*, device: int, since: datetime | None = None) -> tuple[Acknowledged, ...]:
    """The device's hand-overs that were acknowledged, after an instant where it is given."""
    events = HandOverEvent.objects.filter(hand_over__device_id=device, kind=Kind.ACKNOWLEDGED)
    if since is not None:
        events = events.filter(at__gt=since)
    return tuple(
        Acknowledged(event.hand_over.n, event.at, " / ".join(in_all(OFFICES[HandOver.To(event.hand_over.to)]).values()))
        for event in events.select_related("hand_over").order_by("at")[:MOST]
    )


def unacknowledged(now: datetime) -> tuple[HandOver, ...]:
    """What is late and neither acknowledged nor escalated yet."""
    rows = _unacknowledged().filter(late_from__lte=now).exclude(_has(Kind.ESCALATED))
    return tuple(rows.order_by("received")[:MOST])


def stand(row: HandOver, by: Official) -> Standing:
    """A hand-over with its events at hand, as this official sees it."""
    events = {event.kind: event for event in row.events.all()}
    done = events.get(Kind.ACKNOWLEDGED)
    note = identity.unseal(done.note_sealed, "row") if done and done.note_sealed else ""
    return Standing(
        row, state_of(events), done.at if done else None, done.by if done else None, note,
        sum(event.kind == Kind.OPENED for event in row.events.all()), may_receive(by, row),
    )  # fmt: skip


def state_of(kinds: Iterable[str]) -> State:
    """The fold of the events: acknowledged ends it, else the furthest that the clock has come."""
    standing = set(kinds)
    for kind in (Kind.ACKNOWLEDGED, Kind.ESCALATED, Kind.LATE):
        if kind in standing:
            return kind.value  # type: ignore[return-value]
    return "waiting"


def _with_events(rows: QuerySet[HandOver]) -> QuerySet[HandOver]:
    return rows.prefetch_related(Prefetch("events", HandOverEvent.objects.select_related("by").order_by("id")))


def _unacknowledged() -> QuerySet[HandOver]:
    return HandOver.objects.exclude(_has(Kind.ACKNOWLEDGED))


def _has(kind: Kind) -> Exists:
    return Exists(HandOverEvent.objects.filter(hand_over=OuterRef("pk"), kind=kind))
