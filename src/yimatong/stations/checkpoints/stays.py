"""Each night the passages become stays in the lake, so that a case that went through a checkpoint has contacts there.

A passage is a stay of the policy's minutes at the checkpoint's place. Only whose pass it was is reckoned back, by the machine, and
neither name nor number leaves the database. What comes days later is fed the night after; what is over the policy's days is not fed
at all. Each day of each night is a delivery of its own, so that it can leave the lake when its passages do.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import structlog
from django.conf import settings
from django.db import connection, transaction

from yimatong.records import calendar
from yimatong.records.actions.deliveries import Stamp
from yimatong.records.actions.intake.stays import take_stays, withdraw_stays
from yimatong.records.actions.officials import the_system
from yimatong.records.actions.places import ensure_places
from yimatong.records.models import Place
from yimatong.stations.checkpoints.identifying import Shown, people_of
from yimatong.stations.checkpoints.models import Checkpoint, Passage, StayFeed
from yimatong.stations.checkpoints.policy import numbers_on
from yimatong.stations.declarations import form
from yimatong.stations.passes import locks

SETTLED = timedelta(minutes=10)
"""What was received later than so long ago waits for the next night: its transaction may not have ended."""
PIECE = 20_000
SOURCE = "checkpoints"
GENUINE = ("green", "yellow", "red", "recalled", "expired")
"""Verdicts of passes that the city signed for their holder; a copied or training code says nothing of who was there."""
PASSAGES = """
SELECT epoch, slot, cti, minute, checkpoint_id FROM passages
WHERE received_at >= %(low)s AND received_at < %(high)s AND day = %(day)s AND slot IS NOT NULL AND epoch IS NOT NULL
    AND cti IS NOT NULL
    AND mode <> 'training' AND verdict = ANY(%(genuine)s)
"""


class Fed(NamedTuple):
    """Deliveries that went into the lake, and the passages and stays in them."""

    deliveries: int
    passages: int
    stays: int


class _Counted:
    """How many passages were read, and how many of them were somebody's."""

    def __init__(self) -> None:
        self.passages = self.stays = 0


def feed_stays(*, now: datetime, at: datetime) -> Fed:
    """Feed what was received since the last night; `now` is the city's instant, `at` real time. Cut short, it is gone on with."""
    with locks.tried(locks.STAYS) as held:
        if not held:
            return Fed(0, 0, 0)
        _begin(now, at)
        begun = list(StayFeed.objects.filter(state=StayFeed.State.BEGUN).order_by("id"))
        minutes = numbers_on(now).stay_minutes
        counts = [_feed(feed, minutes) for feed in begun]
    fed = Fed(len(begun), sum(one.passages for one in counts), sum(one.stays for one in counts))
    if begun:
        log.info("stays.fed", deliveries=fed.deliveries, passages=fed.passages, stays=fed.stays)
    return fed


def withdraw_before(day: int) -> int:
    """Take the stays of earlier days out of the lake again; how many went."""
    gone = 0
    for feed in StayFeed.objects.filter(day__lt=day, state=StayFeed.State.TAKEN).order_by("id"):
        if feed.delivery_id is not None:
            withdrawn = withdraw_stays(
                by=the_system(), delivery=feed.delivery_id, why=OVER, folder=_lake(), zone=calendar.zone()
            )
            gone += withdrawn.struck
        feed.state = StayFeed.State.WITHDRAWN
        feed.save(update_fields=["state"])
    return gone


OVER = "the policy's days are over"
log = structlog.get_logger(__name__)


@transaction.atomic
def _begin(now: datetime, at: datetime) -> None:
    """Write down which days are to be fed up to which instant of receipt."""
    last = StayFeed.objects.order_by("-high").values_list("high", flat=True).first()
    first = Passage.objects.order_by("received_at").values_list("received_at", flat=True).first()
    low, high = last or first, at - SETTLED
    if low is None or low >= high:
        return
    since = calendar.day_number(now) - numbers_on(now).retention_days
    days = Passage.objects.filter(received_at__gte=low, received_at__lt=high, day__gte=since, slot__isnull=False)
    StayFeed.objects.bulk_create(
        [StayFeed(low=low, high=high, day=day) for day in days.values_list("day", flat=True).distinct().order_by("day")]
    )


def _feed(feed: StayFeed, minutes: int) -> _Counted:
    counted = _Counted()
    name = f"passages {feed.low.isoformat()} {feed.high.isoformat()} {feed.day}"
    delivery, fresh = take_stays(
        by=the_system(),
        stamp=Stamp(f"passages-{feed.pk}", 0, sha256(name.encode()).hexdigest()),
        source=SOURCE,
        legal_basis=form.LAW.of("zh"),
        stays=_stays(feed, minutes, counted),
        folder=_lake(),
        zone=calendar.zone(),
    )
    feed.state, feed.delivery = StayFeed.State.TAKEN, delivery
    # Where a crash came between the lake and this row, the lake has it already and says how much.
    feed.passages, feed.stays = counted.passages, counted.stays if fresh else delivery.taken
    feed.save(update_fields=["state", "delivery", "passages", "stays"])
    return counted


def _stays(feed: StayFeed, minutes: int, counted: _Counted) -> Iterator[pa.Table]:
    places = _places()
    for rows in _pieces(feed):
        known = people_of([Shown(row[0], row[1], row[2]) for row in rows])
        found = [
            (one.person, *places[row[4]], row[3], row[3] + minutes)
            for one, row in zip(known, rows, strict=True)
            if one is not None
        ]
        counted.passages += len(rows)
        counted.stays += len(found)
        columns = list(zip(*found, strict=True)) or [()] * 5
        names = ("person", "place", "division", "arrive", "leave")
        yield pa.table({name: pa.array(values, pa.int32()) for name, values in zip(names, columns, strict=True)})


def _pieces(feed: StayFeed) -> Iterator[list[Any]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(PASSAGES, {"low": feed.low, "high": feed.high, "day": feed.day, "genuine": list(GENUINE)})
        while rows := cursor.fetchmany(PIECE):
            yield rows


def _places() -> dict[int, tuple[int, int]]:
    """Place and division of every checkpoint; one that has no place in the gazetteer gets one."""
    with transaction.atomic():
        for gate in Checkpoint.objects.filter(place=None):
            wanted = (Place.Kind.CHECKPOINT.value, gate.title_zh, gate.division, None)
            Checkpoint.objects.filter(pk=gate.pk).update(place=ensure_places([wanted])[wanted])
    gates = Checkpoint.objects.values_list("pk", "place_id", "division")
    return {pk: (place, division) for pk, place, division in gates}


def _lake() -> Path:
    return Path(settings.YIMATONG_HOME) / "lake"
