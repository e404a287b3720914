"""D4: fifty desks at one moment, twenty offline desks in any order: no number twice, no pass lost, nobody with two that count."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import TypeVar
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import Count, Max

from tests.integration.issuing.town import NOW, a_point, lease, official, people, publish
from yimatong.core.paper import number
from yimatong.records.models import Official
from yimatong.records.refusals import Refused
from yimatong.stations.issuing.actions import issuing, offline
from yimatong.stations.issuing.actions.issuing import Issued
from yimatong.stations.issuing.actions.offline import Batch, OfflineEntry, Taken
from yimatong.stations.issuing.models import (
    CollectionTask,
    Entry,
    HeldEntry,
    Lease,
    OfflineBatch,
    Paper,
    Point,
    RegisterDay,
)
from yimatong.stations.passes.models import PaperCredential

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge"])
DESKS, OFFLINE = 50, 20
Answer = TypeVar("Answer")
EVENING = NOW + timedelta(hours=9)


def at_once(works: Iterable[Callable[[], Answer]]) -> list[Answer]:
    """Do these in threads that begin at one moment, each with a connection of its own."""
    jobs = list(works)
    gate = Barrier(len(jobs))

    def run(work: Callable[[], Answer]) -> Answer:
        gate.wait()
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def whole_and_once() -> None:
    """What must be so whatever happened: see the assertions."""
    assert Paper.objects.values("number").distinct().count() == Paper.objects.count()
    assert Entry.objects.count() == Paper.objects.count(), "every pass has its line"
    days = {(row.point_id, row.day): row.lines for row in RegisterDay.objects.all()}
    for row in Entry.objects.values("point", "day").annotate(lines=Count("pk"), last=Max("line")):
        assert row["lines"] == row["last"] == days[row["point"], row["day"]], "lines without a gap"
    live = PaperCredential.objects.filter(recalled_at=None, doubled=False).values("person").annotate(passes=Count("pk"))
    assert all(row["passes"] == 1 for row in live)
    assert Paper.objects.exclude(credential=None).count() == PaperCredential.objects.count()


def test_fifty_desks_at_one_moment(point: Point, clerk: Official):
    crowd = people(DESKS * 4)
    publish({person.pk: "green" for person in crowd})
    points = [point, a_point("江厦社区"), a_point("西门社区")]

    def desk(which: int) -> Callable[[], list[Issued | Refused]]:
        # Four people of its own, and one whom the neighbouring desk has in its queue too.
        mine = [*crowd[which * 4 : which * 4 + 4], crowd[(which * 4 + 4) % len(crowd)]]
        return lambda: [
            issuing.issue(by=clerk, point=points[which % 3].pk, person=person.pk, now=NOW) for person in mine
        ]

    answers = [answer for told in at_once(desk(which) for which in range(DESKS)) for answer in told]
    issued = [answer.number for answer in answers if isinstance(answer, Issued)]
    others = [answer.code for answer in answers if isinstance(answer, Refused)]

    assert len(issued) == len(set(issued)) == len(crowd) == Paper.objects.count()
    assert others == ["has-one-already"] * DESKS
    whole_and_once()
    assert Lease.objects.count() <= 4, "a block is used up before the next one is begun"


def test_twenty_offline_desks_come_back_in_any_order_and_twice(point: Point, clerk: Official):
    crowd = people(OFFLINE * 5)
    publish({person.pk: "green" for person in crowd})
    chance = random.Random(5)
    batches, first = [], {}
    for desk in range(OFFLINE):
        block = lease(point, f"ipad-{desk}", count=20)
        whom = [*crowd[desk * 5 : desk * 5 + 5], *chance.sample(crowd, 3)]
        entries = []
        for place, person in enumerate(dict.fromkeys(whom)):
            moment = NOW + timedelta(minutes=chance.randrange(400))
            told = number(block.district, block.first + place)
            entries.append(OfflineEntry(told, moment, person=person.pk))
            first[person.pk] = min(first.get(person.pk, (moment, told)), (moment, told))
        half = len(entries) // 2
        batches += [Batch(uuid4(), point.pk, f"ipad-{desk}", part) for part in (entries[:half], entries[half:])]
    handed_out = sum(len(batch.entries) for batch in batches)
    sent = [*batches, *chance.sample(batches, 10)]
    chance.shuffle(sent)

    def send(batch: Batch) -> Callable[[], Taken]:
        return lambda: offline.take_offline(by=official("clerk"), batch=batch, now=EVENING, at=datetime.now(UTC))

    taken = [answer for part in range(0, len(sent), 25) for answer in at_once(map(send, sent[part : part + 25]))]

    assert all(answer.held == 0 and answer.entries == answer.taken + answer.again for answer in taken)
    assert HeldEntry.objects.count() == 0
    assert (Paper.objects.count(), OfflineBatch.objects.count()) == (handed_out, len(batches))
    whole_and_once()
    counts = Paper.objects.filter(credential__doubled=False).values_list("person_id", "number")
    assert dict(counts) == {person: told for person, (_, told) in first.items()}, "the one issued first counts"
    assert CollectionTask.objects.filter(closed_at=None, kind="doubled").count() == handed_out - len(crowd)
