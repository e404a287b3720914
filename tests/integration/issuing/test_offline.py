"""P1, P7, P8, P14, A10: desks without a network come back in any order; every pass is taken once, and nobody is harmed by two."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import UUID, uuid4

import pytest

from tests.integration.issuing.town import NOW, a_child, at_gate, fact, give, issue, lease, people, publish
from tests.integration.passes.town import Gate
from yimatong.core.paper import number
from yimatong.records.models import Official
from yimatong.records.refusals import Refused
from yimatong.stations.issuing import queries
from yimatong.stations.issuing.actions import blanks, collecting, leases, offline, replacing
from yimatong.stations.issuing.actions.issuing import Issued, issued
from yimatong.stations.issuing.actions.offline import Batch, OfflineEntry, Taken
from yimatong.stations.issuing.errors import IssuingError
from yimatong.stations.issuing.models import CollectionTask, HeldEntry, Lease, OfflineBatch, Paper, Point
from yimatong.stations.passes.upkeep import keep_up

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge"])
EVENING = NOW + timedelta(hours=8)


def take(
    point: Point, desk: str, *entries: OfflineEntry, name: UUID | None = None, by: Official | None = None
) -> Taken:
    batch = Batch(name or uuid4(), point.pk, desk, entries)
    clerk = by or Official.objects.get(username="clerk")
    return offline.take_offline(by=clerk, batch=batch, now=EVENING, at=datetime.now(UTC))


def entry(block: Lease, place: int, person: int, *, minutes: int = 10, **given: object) -> OfflineEntry:
    return OfflineEntry(
        number(block.district, block.first + place), NOW + timedelta(minutes=minutes), person=person, **given
    )


def states(taken: Taken) -> list[tuple[str, str]]:
    return [(line.state, line.code) for line in taken.lines]


def test_a_day_without_a_network_comes_home_once(point: Point, gate: Gate):
    first, second = people(2)
    publish({first.pk: "green", second.pk: "green"})
    block = lease(point)
    entries = (entry(block, 0, first.pk, strokes=b"[[1,2]]"), entry(block, 1, second.pk))
    name = uuid4()
    assert states(take(point, "ipad-1", *entries, name=name)) == [("taken", ""), ("taken", "")]
    again = take(point, "ipad-1", *entries, name=name)
    assert (again.before, again.taken, again.held) == (True, 2, 0)
    assert states(take(point, "ipad-1", *entries)) == [("again", "")] * 2, "under another name too"

    assert Paper.objects.count() == 2
    paper = Paper.objects.get(serial=block.first)
    assert queries.signature_of(paper.pk) == b"[[1,2]]"
    keep_up(by=Official.objects.get(username="system"), now=EVENING)
    gate.sync(EVENING)
    assert at_gate(gate, issued(paper, EVENING).text, EVENING) == "green", "the card can be printed with its code now"


def test_another_content_under_the_same_name_is_refused(point: Point):
    first, second = people(2)
    publish({first.pk: "green", second.pk: "green"})
    block, name = lease(point), uuid4()
    take(point, "ipad-1", entry(block, 0, first.pk), name=name)
    with pytest.raises(IssuingError) as other:
        take(point, "ipad-1", entry(block, 1, second.pk), name=name)
    assert other.value.code == "batch-differs"


def test_nothing_is_lost_that_cannot_be_taken(point: Point):
    first, second, third = people(3)
    publish({person.pk: "green" for person in (first, second, third)})
    block, others = lease(point), lease(point, "ipad-2")
    taken = take(
        point, "ipad-1",
        entry(block, 0, first.pk),
        entry(block, 0, second.pk),
        entry(others, 0, second.pk),
        entry(block, 2, third.pk, minutes=9_000),
        entry(block, 3, 99_999),
        OfflineEntry("330203-0000001-1", NOW, person=third.pk),
    )  # fmt: skip
    assert states(taken) == [
        ("taken", ""), ("held", "number-used"), ("held", "not-in-stock"), ("held", "clock-wrong"), ("held", "person-unknown"),
        ("held", "number-wrong"),
    ]  # fmt: skip
    assert taken.entries == taken.taken + taken.again + taken.held == 6
    assert HeldEntry.objects.count() == 5
    held = HeldEntry.objects.get(code="clock-wrong")
    offline.settle_held(by=Official.objects.get(username="clerk"), held=held.pk, why="已重新登记")
    assert HeldEntry.objects.get(pk=held.pk).settled_why == "已重新登记"


def test_a_pass_that_should_not_have_been_issued_is_recorded_never_good_and_fetched(point: Point):
    (ill,) = people(1)
    fact(ill, "order", "home")
    publish({ill.pk: "red"})
    block = lease(point)
    assert states(take(point, "ipad-1", entry(block, 0, ill.pk))) == [("taken", "not-green")]

    paper = Paper.objects.get()
    assert (paper.credential, paper.never) == (None, "not-green")
    assert queries.by_number(paper.number, NOW).state == "never"
    assert CollectionTask.objects.get().kind == "recalled"
    assert len(queries.register(point.pk, NOW.date())) == 1, "the register says what happened"


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_of_two_desks_that_issued_to_one_person_the_first_counts_whoever_comes_back_first(
    point: Point, gate: Gate, order: tuple[int, ...]
):
    (person,) = people(1)
    publish({person.pk: "green"})
    blocks = [lease(point, f"ipad-{number}") for number in range(3)]
    entries = [entry(block, 0, person.pk, minutes=minutes) for block, minutes in zip(blocks, (30, 10, 20), strict=True)]
    for desk in order:
        take(point, f"ipad-{desk}", entries[desk])

    papers = {paper.lease_id: paper for paper in Paper.objects.select_related("credential")}
    said = [queries.state_of(papers[block.pk], NOW)[0] for block in blocks]
    assert said == ["doubled", "good", "doubled"]
    keep_up(by=Official.objects.get(username="system"), now=EVENING)
    gate.sync(EVENING)
    texts = [issued(papers[block.pk], EVENING).text for block in blocks]
    assert [at_gate(gate, text, EVENING) for text in texts] == ["green"] * 3, "nobody is without a pass in between"

    clerk = Official.objects.get(username="clerk")
    open_ = CollectionTask.objects.filter(closed_at=None, kind="doubled")
    assert {task.paper_id for task in open_} == {papers[blocks[0].pk].pk, papers[blocks[2].pk].pk}
    for task, outcome in zip(open_, ("told", "collected"), strict=True):
        collecting.close_task(by=clerk, task=task.pk, outcome=outcome, now=EVENING)
    keep_up(by=Official.objects.get(username="system"), now=EVENING)
    gate.sync(EVENING)
    assert [at_gate(gate, text, EVENING) for text in texts] == ["recalled", "green", "recalled"]
    assert collecting.open_tasks(now=EVENING) == 0


def test_an_offline_pass_that_was_first_comes_before_one_of_a_desk_with_a_network(point: Point):
    (person,) = people(1)
    publish({person.pk: "green"})
    block = lease(point)
    online = give(point, person, now=NOW + timedelta(minutes=30))
    assert states(take(point, "ipad-1", entry(block, 0, person.pk))) == [("taken", "")]
    assert queries.by_number(online.number, EVENING).state == "doubled"
    assert queries.by_number(number(block.district, block.first), EVENING).state == "good"


def test_who_lost_the_first_of_two_goes_on_with_the_second(point: Point, clerk: Official):
    (person,) = people(1)
    publish({person.pk: "green"})
    one, two = lease(point, "ipad-1"), lease(point, "ipad-2")
    take(point, "ipad-1", entry(one, 0, person.pk, minutes=1))
    take(point, "ipad-2", entry(two, 0, person.pk, minutes=2))
    first, second = number(one.district, one.first), number(two.district, two.first)
    answer = replacing.replace(by=clerk, point=point.pk, number=first, why="lost", now=EVENING)
    assert isinstance(answer, Refused)
    assert (answer.code, answer.number) == ("has-another", second)
    assert queries.by_number(second, EVENING).state == "good"
    assert CollectionTask.objects.get(paper__number=second).outcome == "kept"


def test_a_child_written_at_home_has_the_parents_number(point: Point):
    (parent,) = people(1)
    child = a_child()
    publish({parent.pk: "green", child.pk: "green"})
    block = lease(point)
    taken = take(point, "ipad-1", entry(block, 0, child.pk, child_of=parent.pk), entry(block, 1, child.pk))
    assert states(taken) == [("taken", ""), ("held", "document-missing")]
    assert Paper.objects.get().child_of == parent


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


def test_a_batch_is_what_it_was_when_the_desk_died_in_the_middle(point: Point, monkeypatch: pytest.MonkeyPatch):
    three = people(3)
    publish({person.pk: "green" for person in three})
    block, name = lease(point), uuid4()
    entries = [entry(block, place, person.pk) for place, person in enumerate(three)]
    real, count = offline._one, []

    def dies(*words: object) -> object:
        count.append(1)
        if len(count) == 3:
            raise KeyboardInterrupt
        return real(*words)

    monkeypatch.setattr(offline, "_one", dies)
    with pytest.raises(KeyboardInterrupt):
        take(point, "ipad-1", *entries, name=name)
    monkeypatch.setattr(offline, "_one", real)
    assert OfflineBatch.objects.count() == 0
    taken = take(point, "ipad-1", *entries, name=name)
    assert (taken.again, taken.taken, taken.held) == (2, 1, 0)
    assert Paper.objects.count() == 3
