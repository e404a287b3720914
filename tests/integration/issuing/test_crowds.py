"""D4: fifty desks at one moment, twenty offline desks in any order: no number twice, no pass lost, nobody with two that count."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any, TypeVar

import pytest
from django.db import connection
from django.db.models import Count, Max

from tests.integration.issuing.tablet import Desk
from tests.integration.issuing.town import NOW, a_point, people, publish
from yimatong.records import clock
from yimatong.records.models import Official
from yimatong.records.refusals import Refused
from yimatong.stations.issuing.actions import bringing, issuing
from yimatong.stations.issuing.actions.issuing import Issued
from yimatong.stations.issuing.desk_wire import Sent
from yimatong.stations.issuing.models import (
    CollectionTask,
    DeskDevice,
    DeskRecord,
    Entry,
    HeldEntry,
    Lease,
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


def test_twenty_offline_desks_come_back_in_any_order_and_twice(
    point: Point, clerk: Official, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(clock, "now", lambda: EVENING)
    crowd = people(OFFLINE * 5)
    publish({person.pk: "green" for person in crowd})
    chance = random.Random(5)
    parts, first = [], {}
    for which in range(OFFLINE):
        desk = Desk(point)
        whom = [*crowd[which * 5 : which * 5 + 5], *chance.sample(crowd, 3)]
        cards = []
        for place, person in enumerate(dict.fromkeys(whom)):
            minutes = chance.randrange(400)
            cards.append(desk.card(place, person, minutes=minutes))
            told = (NOW + timedelta(minutes=minutes), desk.number(place))
            first[person.pk] = min(first.get(person.pk, told), told)
        half = len(cards) // 2
        parts += [(desk.device, cards[:half]), (desk.device, cards[half:])]
    handed_out = sum(len(cards) for _, cards in parts)
    sent = [*parts, *chance.sample(parts, 10)]
    chance.shuffle(sent)

    def send(part: tuple[DeskDevice, list[dict[str, Any]]]) -> Callable[[], list[bringing.Said]]:
        device, cards = part
        records = [Sent.model_validate(card) for card in cards]
        return lambda: bringing.bring(device=device, records=records, now=EVENING, at=datetime.now(UTC))

    told_ = [answer for few in range(0, len(sent), 25) for answer in at_once(map(send, sent[few : few + 25]))]

    assert {one.state for answer in told_ for one in answer} == {"taken"}
    assert HeldEntry.objects.count() == 0
    assert (Paper.objects.count(), DeskRecord.objects.count()) == (handed_out, handed_out)
    whole_and_once()
    counts = Paper.objects.filter(credential__doubled=False).values_list("person_id", "number")
    assert dict(counts) == {person: told for person, (_, told) in first.items()}, "the one issued first counts"
    assert CollectionTask.objects.filter(closed_at=None, kind="doubled").count() == handed_out - len(crowd)
