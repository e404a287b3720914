"""What is read of checkpoints by name: counts, figures, devices, flags, shifts. Nobody's name is in any of it.

Officials see the checkpoints of their jurisdiction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from django.db.models import Count, QuerySet

from yimatong.core.checkpoints.situation import FIELDS
from yimatong.records import calendar
from yimatong.records.models import Official
from yimatong.records.queries import streets_of
from yimatong.stations.checkpoints.models import Checkpoint, Device, Entry, Flag, Offer
from yimatong.stations.passes.days import seconds

DOCUMENTS = FIELDS["document"]
"""The last field of a situation: a cell's remainder by their number is the document's place."""
ANNULLED = " AND NOT EXISTS (SELECT FROM checkpoint_entries e WHERE e.device_id = p.device_id AND e.kind = 'annulled' AND e.of = p.n)"


@dataclass(frozen=True, slots=True)
class Counts:
    """What happened at a checkpoint: passages by verdict and by action, the newest minute (seconds of city time), flags."""

    checkpoint: Checkpoint
    verdicts: dict[str, int] = field(default_factory=dict)
    actions: dict[str, int] = field(default_factory=dict)
    last: int | None = None
    refused_green: int = 0
    refusals: dict[str, int] = field(default_factory=dict)
    complaints: int = 0
    flags: dict[str, int] = field(default_factory=dict)
    unattended: int = 0
    """Of the passages: at a gate where nobody compared a document (C16)."""

    @property
    def passages(self) -> int:
        """All of them."""
        return sum(self.verdicts.values())


def checkpoints(*, by: Official, closed: bool = False) -> QuerySet[Checkpoint]:
    """The checkpoints of the official's jurisdiction, open ones or all."""
    found = Checkpoint.objects.order_by("division", "number")
    if not closed:
        found = found.filter(closed_at=None)
    return found.filter(division__range=streets) if (streets := streets_of(by.jurisdiction)) else found


def live_counts(*, by: Official, since: datetime) -> list[Counts]:
    """What happened since an instant of city time, of every open checkpoint of the jurisdiction."""
    return _counts(list(checkpoints(by=by)), seconds(since) // 60)


def figures(*, by: Official, now: datetime, days: int = 7) -> list[Counts]:
    """The same over days, the present one included, of closed ones too."""
    first = calendar.day_number(now) - days + 1
    return _counts(list(checkpoints(by=by, closed=True)), calendar.zone().first_minute(first))


def counts_of(checkpoint: Checkpoint, *, since: datetime) -> Counts:
    """The same of one."""
    return _counts([checkpoint], seconds(since) // 60)[0]


def devices(*, by: Official, checkpoint: int | None = None) -> QuerySet[Device]:
    """Scanners, revoked ones last."""
    found = Device.objects.select_related("checkpoint", "revoked_by").filter(
        checkpoint__in=checkpoints(by=by, closed=True)
    )
    if checkpoint is not None:
        found = found.filter(checkpoint=checkpoint)
    return found.order_by("revoked_at", "number")


def offers(*, by: Official, checkpoint: int, at: datetime) -> QuerySet[Offer]:
    """Enrolment codes that can still be used."""
    return Offer.objects.filter(
        checkpoint__in=checkpoints(by=by), checkpoint=checkpoint, used_at=None, revoked_at=None, until__gte=at
    ).order_by("-pk")


def flags(*, by: Official, kinds: Iterable[str] = (), checkpoint: int | None = None) -> QuerySet[Flag]:
    """What was noticed, the newest first."""
    found = Flag.objects.select_related("checkpoint", "device").filter(checkpoint__in=checkpoints(by=by, closed=True))
    if wanted := list(kinds):
        found = found.filter(kind__in=wanted)
    if checkpoint is not None:
        found = found.filter(checkpoint=checkpoint)
    return found.order_by("-pk")


def dead_passes(*, by: Official) -> QuerySet[Flag]:
    """Who was released on a pass that was dead by then: checkpoint, minute, minutes late (C12)."""
    return flags(by=by, kinds=[Flag.Kind.DEAD_PASS])


def impossible(*, by: Official) -> QuerySet[Flag]:
    """The same pass at two distant checkpoints in too little time (C11)."""
    return flags(by=by, kinds=[Flag.Kind.IMPOSSIBLE_TIME])


def shifts(*, by: Official, checkpoint: int) -> QuerySet[Entry]:
    """Shifts that began and ended, the newest first."""
    return Entry.objects.filter(
        checkpoint__in=checkpoints(by=by, closed=True), checkpoint_id=checkpoint, kind="shift"
    ).order_by("-at")


def _counts(found: list[Checkpoint], minute: int) -> list[Counts]:
    counted = {one.number: Counts(one) for one in found}
    numbers = list(counted)
    last: dict[int, int] = {}
    unattended: dict[int, int] = defaultdict(int)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT checkpoint_id, verdict, action, count(*), max(minute), count(*) FILTER (WHERE cell %% %s = %s) FROM passages p"
            " WHERE checkpoint_id = ANY(%s) AND day >= %s AND minute >= %s AND mode <> 'training'"
            + ANNULLED
            + " GROUP BY 1, 2, 3",
            [len(DOCUMENTS), DOCUMENTS.index("unattended"), numbers, calendar.zone().day(minute), minute],
        )
        for number, verdict, action, count, newest, alone in cursor.fetchall():
            one = counted[number]
            one.verdicts[verdict] = one.verdicts.get(verdict, 0) + count
            one.actions[action] = one.actions.get(action, 0) + count
            unattended[number] += alone
            last[number] = max(last.get(number, 0), newest * 60)
        cursor.execute(
            "SELECT e.checkpoint_id, e.kind, coalesce(e.body->>'ground', ''), coalesce(p.verdict, ''), count(*)"
            " FROM checkpoint_entries e LEFT JOIN passages p ON p.device_id = e.device_id AND p.n = e.of"
            " WHERE e.checkpoint_id = ANY(%s) AND e.kind IN ('refusal', 'complaint') AND e.at >= %s GROUP BY 1, 2, 3, 4",
            [numbers, minute * 60],
        )
        entries = cursor.fetchall()
    more: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for number, kind, ground, verdict, count in entries:
        if kind == "complaint":
            more[number]["complaints"] += count
            continue
        counted[number].refusals[ground] = counted[number].refusals.get(ground, 0) + count
        more[number]["refused_green"] += count if verdict == "green" else 0
    for row in Flag.objects.filter(checkpoint__in=numbers).values("checkpoint", "kind").annotate(count=Count("pk")):
        counted[row["checkpoint"]].flags[row["kind"]] = row["count"]
    return [
        Counts(
            one.checkpoint, one.verdicts, one.actions, last.get(number), more[number]["refused_green"], one.refusals,
            more[number]["complaints"], one.flags, unattended[number],
        )
        for number, one in counted.items()
    ]  # fmt: skip
