"""P1, P7, P8, P14, A10: desks without a network come back in any order; every pass is taken once, and nobody is harmed by two."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from tests.integration.checkpoints.guard import AT
from tests.integration.issuing.tablet import STROKES, Desk
from tests.integration.issuing.town import NOW, a_child, at_gate, fact, give, issue, lease, people, publish
from tests.integration.passes.town import Gate, a_document
from yimatong.core.paper import number
from yimatong.records import clock
from yimatong.records.models import Official
from yimatong.records.refusals import Refused
from yimatong.stations.issuing import queries
from yimatong.stations.issuing.actions import blanks, bringing, collecting, leases, offline, replacing
from yimatong.stations.issuing.actions.issuing import Issued, issued
from yimatong.stations.issuing.errors import IssuingError
from yimatong.stations.issuing.models import (
    CollectionTask,
    DeskRecord,
    HeldEntry,
    Lease,
    OfflineBatch,
    Paper,
    Point,
    RouteLine,
)
from yimatong.stations.passes.actions.papers import NotInForce
from yimatong.stations.passes.upkeep import keep_up

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])
EVENING = NOW + timedelta(hours=8)


@pytest.fixture(autouse=True)
def in_the_evening(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was taken along in the morning comes home in the evening."""
    monkeypatch.setattr(clock, "now", lambda: EVENING)


@pytest.fixture
def desk(point: Point) -> Desk:
    return Desk(point)


def test_a_day_without_a_network_comes_home_once(desk: Desk, gate: Gate):
    first, second = people(2)
    publish({first.pk: "green", second.pk: "green"})
    cards = (desk.card(0, first, strokes=STROKES), desk.card(1, second))
    for _ in range(2):
        assert desk.bring(*cards) == [("taken", ""), ("taken", "")]
    line = RouteLine.objects.get(person=second)
    same = desk.tablet.closed(kind="card", number=desk.number(1), whom={"line": str(line.pk)}, at=AT + 600)
    assert desk.bring(same) == [("again", "")], "under another number of its own too"

    assert Paper.objects.count() == 2
    paper = Paper.objects.get(serial=desk.block.first)
    assert (queries.signature_of(paper.pk) or b"").startswith(b"\x89PNG")
    keep_up(by=Official.objects.get(username="system"), now=EVENING)
    gate.sync(EVENING)
    assert at_gate(gate, issued(paper, EVENING).text, EVENING) == "green", "the card can be printed with its code now"


def test_nothing_is_lost_that_cannot_be_taken(desk: Desk, point: Point):
    first, second, third = people(3)
    publish({person.pk: "green" for person in (first, second, third)})
    others = Desk(point)
    nobody = {"document": {"id_type": "resident", "id_number": a_document(77), "name": ""}}
    cards = (
        desk.card(0, first),
        desk.card(0, second),
        desk.card(0, second, number=others.number(0)),
        desk.card(2, third, minutes=9_000),
        desk.card(3, third, whom=nobody),
        desk.card(4, third, number="330203-0000001-1"),
        desk.card(5, third, whom={"answers": {}, "statement": ""}),
    )
    assert desk.bring(*cards) == [
        ("taken", ""), ("held", "number-used"), ("held", "not-in-stock"), ("held", "clock-wrong"), ("held", "person-unknown"),
        ("held", "number-wrong"), ("held", "answers-wrong"),
    ]  # fmt: skip
    assert (DeskRecord.objects.count(), HeldEntry.objects.count()) == (7, 6), "each once"
    held = HeldEntry.objects.get(code="clock-wrong")
    offline.settle_held(by=Official.objects.get(username="clerk"), held=held.pk, why="已重新登记")
    assert HeldEntry.objects.get(pk=held.pk).settled_why == "已重新登记"


def test_a_pass_that_should_not_have_been_issued_is_recorded_never_good_and_fetched(desk: Desk, point: Point):
    (ill,) = people(1)
    fact(ill, "order", "home")
    publish({ill.pk: "red"})
    assert desk.bring(desk.card(0, ill)) == [("taken", "not-green")]

    paper = Paper.objects.get()
    assert (paper.credential, paper.never) == (None, "not-green")
    assert queries.by_number(paper.number, NOW).state == "never"
    assert CollectionTask.objects.get().kind == "recalled"
    assert len(queries.register(point.pk, NOW.date())) == 1, "the register says what happened"


def test_a_run_that_is_published_meanwhile_is_heard(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    (person,) = people(1)
    publish({person.pk: "green"})
    real, tries = offline.enter_card, []

    def one_too_late(**words: Any) -> Paper:
        tries.append(1)
        if len(tries) == 1:
            raise NotInForce
        return real(**words)

    monkeypatch.setattr(offline, "enter_card", one_too_late)
    assert desk.bring(desk.card(0, person)) == [("taken", "")]
    assert (len(tries), HeldEntry.objects.count()) == (2, 0)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_of_two_desks_that_issued_to_one_person_the_first_counts_whoever_comes_back_first(
    point: Point, gate: Gate, order: tuple[int, ...]
):
    (person,) = people(1)
    publish({person.pk: "green"})
    desks_ = [Desk(point) for _ in range(3)]
    cards = [desk.card(0, person, minutes=minutes) for desk, minutes in zip(desks_, (30, 10, 20), strict=True)]
    for which in order:
        desks_[which].bring(cards[which])

    papers = {paper.lease_id: paper for paper in Paper.objects.select_related("credential")}
    theirs = [papers[desk.block.pk] for desk in desks_]
    said_ = [queries.state_of(paper, NOW)[0] for paper in theirs]
    assert said_ == ["doubled", "good", "doubled"]
    keep_up(by=Official.objects.get(username="system"), now=EVENING)
    gate.sync(EVENING)
    texts = [issued(paper, EVENING).text for paper in theirs]
    assert [at_gate(gate, text, EVENING) for text in texts] == ["green"] * 3, "nobody is without a pass in between"

    clerk = Official.objects.get(username="clerk")
    open_ = CollectionTask.objects.filter(closed_at=None, kind="doubled")
    assert {task.paper_id for task in open_} == {theirs[0].pk, theirs[2].pk}
    for task, outcome in zip(open_, ("told", "collected"), strict=True):
        collecting.close_task(by=clerk, task=task.pk, outcome=outcome, now=EVENING)
    keep_up(by=Official.objects.get(username="system"), now=EVENING)
    gate.sync(EVENING)
    assert [at_gate(gate, text, EVENING) for text in texts] == ["recalled", "green", "recalled"]
    assert collecting.open_tasks(now=EVENING) == 0


def test_an_offline_pass_that_was_first_comes_before_one_of_a_desk_with_a_network(desk: Desk, point: Point):
    (person,) = people(1)
    publish({person.pk: "green"})
    online = give(point, person, now=NOW + timedelta(minutes=30))
    assert desk.bring(desk.card(0, person)) == [("taken", "")]
    assert queries.by_number(online.number, EVENING).state == "doubled"
    assert queries.by_number(desk.number(0), EVENING).state == "good"


def test_who_lost_the_first_of_two_goes_on_with_the_second(point: Point, clerk: Official):
    (person,) = people(1)
    publish({person.pk: "green"})
    one, two = Desk(point), Desk(point)
    one.bring(one.card(0, person, minutes=1))
    two.bring(two.card(0, person, minutes=2))
    first, second = one.number(0), two.number(0)
    answer = replacing.replace(by=clerk, point=point.pk, number=first, why="lost", now=EVENING)
    assert isinstance(answer, Refused)
    assert (answer.code, answer.number) == ("has-another", second)
    assert queries.by_number(second, EVENING).state == "good"
    assert CollectionTask.objects.get(paper__number=second).outcome == "kept"


def test_a_child_written_at_home_has_the_parents_number(desk: Desk):
    (parent,) = people(1)
    child = a_child()
    publish({parent.pk: "green", child.pk: "green"})
    cards = (
        desk.card(0, child, parent={"id_type": "resident", "id_number": a_document(0), "name": ""}),
        desk.card(1, child),
    )
    assert desk.bring(*cards) == [("taken", ""), ("held", "document-missing")]
    assert Paper.objects.get().child_of == parent


def test_a_day_is_what_it_was_when_the_server_died_in_the_middle(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    three = people(3)
    publish({person.pk: "green" for person in three})
    cards = [desk.card(place, person) for place, person in enumerate(three)]
    real, count = bringing._card, []

    def dies(*words: Any) -> Any:
        count.append(1)
        if len(count) == 3:
            raise KeyboardInterrupt
        return real(*words)

    with monkeypatch.context() as patched:
        patched.setattr(bringing, "_card", dies)
        with pytest.raises(KeyboardInterrupt):
            desk.bring(*cards)
    assert (Paper.objects.count(), DeskRecord.objects.count()) == (2, 2)
    assert desk.bring(*cards) == [("taken", "")] * 3
    assert Paper.objects.count() == 3


def test_a_file_of_before_stays_to_be_read_and_nobody_adds_one(point: Point, clerk: Official):
    told = {"desk": "ipad-1", "digest": b"1" * 32, "entries": 2, "taken": 1, "again": 0, "held": 1}
    OfflineBatch.objects.using("owner").create(batch=uuid4(), by_id=clerk.pk, point_id=point.pk, **told)
    assert OfflineBatch.objects.get().held == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        OfflineBatch.objects.create(batch=uuid4(), by=clerk, point=point, **told)


def test_a_request_for_numbers_that_is_sent_twice_has_one_answer_and_numbers_never_come_back(point: Point):
    request = uuid4()
    first, again = lease(point, request=request), lease(point, request=request)
    other = lease(point, "ipad-2")
    assert first.pk == again.pk
    assert (first.last - first.first + 1, other.first) == (50, first.last + 1)
    with pytest.raises(IssuingError) as theirs:
        lease(point, "ipad-9", request=request)
    assert theirs.value.code == "request-differs"


def test_a_district_without_numbers_says_so(point: Point, clerk: Official):
    from yimatong.stations.issuing.models import District

    lease(point)
    District.objects.update(next=9_999_990)
    last = leases.lease(by=clerk, point=point.pk, desk="ipad-1", request=uuid4(), now=NOW, count=10)
    assert isinstance(last, Lease)
    assert last.last == 9_999_999
    answer = leases.lease(by=clerk, point=point.pk, desk="ipad-1", request=uuid4(), now=NOW, count=1)
    assert isinstance(answer, Refused)
    assert answer.code == "no-numbers"
    (person,) = people(1)
    publish({person.pk: "green"})
    assert issue(point, person).code == "no-numbers"


def test_blanks_are_counted_from_the_printer_to_the_hand(point: Point, clerk: Official):
    first, second = people(2)
    publish({first.pk: "green", second.pk: "green"})
    block = blanks.receive(by=clerk, point=point.pk, count=10, now=NOW)
    assert isinstance(block, Lease)
    numbers = [number(block.district, block.first + place) for place in range(10)]
    answer = blanks.enter_blank(
        by=clerk, point=point.pk, number=numbers[0], person=first.pk, issued_at=NOW, now=EVENING
    )
    assert isinstance(answer, Issued)
    assert answer.number == numbers[0]
    blanks.spoil(by=clerk, point=point.pk, first=numbers[1], last=numbers[1], why="写错", now=EVENING)
    blanks.lose(by=clerk, point=point.pk, first=numbers[2], last=numbers[3], why="遗失", now=EVENING)
    blanks.void(by=clerk, point=point.pk, first=numbers[4], last=numbers[4], why="撕毁", now=EVENING)

    stock = queries.stock(point.pk)
    assert (stock.received, stock.issued, stock.spoiled, stock.lost, stock.void, stock.left) == (10, 1, 1, 2, 1, 5)
    assert [queries.by_number(numbers[place], EVENING).state for place in (0, 1, 2, 4, 5)] == [
        "good", "dead-blank", "lost-blank", "dead-blank", "blank",
    ]  # fmt: skip
    for place, code in ((0, "number-used"), (2, "number-used")):
        with pytest.raises(IssuingError) as used:
            blanks.enter_blank(
                by=clerk, point=point.pk, number=numbers[place], person=second.pk, issued_at=NOW, now=EVENING
            )
        assert used.value.code == code
    with pytest.raises(IssuingError) as foreign:
        blanks.spoil(by=clerk, point=point.pk, first="330203-0009999-5", last="330203-0009999-5", why="?", now=EVENING)
    assert foreign.value.code in {"not-in-stock", "number-wrong"}
    assert queries.stock(point.pk).issued == 1


def test_a_hand_filled_pass_of_somebody_ill_is_on_record_and_fetched(point: Point, clerk: Official):
    (ill,) = people(1)
    publish({ill.pk: "green"})
    fact(ill, "symptom", "fever")
    block = blanks.receive(by=clerk, point=point.pk, count=1, now=NOW)
    assert isinstance(block, Lease)
    answer = blanks.enter_blank(
        by=clerk, point=point.pk, number=number(block.district, block.first), person=ill.pk, issued_at=NOW, now=EVENING
    )
    assert isinstance(answer, Issued)
    assert (answer.never, answer.text) == ("not-green", "")
    assert queries.tasks(clerk, EVENING)[0].task.cause == "never"
