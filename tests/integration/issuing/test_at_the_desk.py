"""D1-D6, P1, P4, P5, P12, P16, P17: a pass at a desk with a network, or the reason why not."""

from __future__ import annotations

from datetime import UTC, timedelta
from uuid import uuid4

import pytest

from tests.integration.issuing.town import (
    NOW,
    STREET,
    a_child,
    a_point,
    at_gate,
    fact,
    give,
    issue,
    official,
    people,
    publish,
)
from tests.integration.passes.town import Gate, an_account, looks_after
from yimatong.core.credential import Accepted, read, verify
from yimatong.core.paper import Number, read_number
from yimatong.records.models import AuditEntry, Official
from yimatong.records.refusals import Refused
from yimatong.stations.issuing import queries
from yimatong.stations.issuing.actions import issuing, points, replacing, rosters
from yimatong.stations.issuing.actions.issuing import Issued
from yimatong.stations.issuing.errors import IssuingError
from yimatong.stations.issuing.models import Entry, Paper, Point
from yimatong.stations.passes.upkeep import keep_up

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge"])


def refused(answer: Issued | Refused) -> str:
    assert isinstance(answer, Refused), answer
    return answer.code


def test_somebody_green_has_a_pass_that_a_gate_without_a_server_takes(point: Point, gate: Gate):
    (person,) = people(1)
    publish({person.pk: "green"})
    answer = give(point, person)
    keep_up(by=Official.objects.get(username="system"), now=NOW)
    gate.sync(NOW)

    assert read_number(answer.number) == Number(330203, 1)
    assert at_gate(gate, answer.text, NOW) == "green"
    said = verify(answer.text, now=int(NOW.timestamp()), trust=gate.trust, recall=gate.recall, city="330200")
    assert isinstance(said, Accepted)
    assert said.recall_age is not None, "the list of its epoch is there"
    assert (said.claims.number, said.claims.name, said.claims.epoch) == (answer.number, "王*", 602)
    assert answer.valid_until.astimezone(UTC).isoformat() == "2020-03-20T15:59:59+00:00", "thirty days, both inside"
    assert at_gate(gate, answer.text, answer.valid_until + timedelta(seconds=1)) in {"expired", "list-over"}


def test_it_is_written_into_the_register_and_the_audit(point: Point):
    first, second = people(2)
    publish({first.pk: "green", second.pk: "green"})
    numbers = [give(point, person).number for person in (first, second)]

    (page,) = queries.register(point.pk, NOW.date())
    assert [(line.line, line.number, line.document[-4:]) for line in page.lines] == [
        (1, numbers[0], first.id_tail),
        (2, numbers[1], second.id_tail),
    ]
    assert page.totals == {"desk": 2, "offline": 0, "blank": 0, "all": 2}
    assert AuditEntry.objects.filter(action="paper.issue").count() == 2


def test_who_is_red_is_refused_with_the_reason_to_be_read_aloud(point: Point):
    (person,) = people(1)
    fact(person, "order", "home", NOW - timedelta(days=2))
    publish({person.pk: "red"})
    answer = issue(point, person)

    assert refused(answer) == "not-green"
    assert [reason.rule for reason in answer.reasons] == ["red.quarantine_order"]
    assert answer.reasons[0].because.of("zh") in answer.tell("zh")
    assert answer.reasons[0].what_ends_it.of("en") in answer.tell("en")
    assert Paper.objects.count() == 0


def test_somebody_who_has_just_declared_is_judged_at_once(point: Point):
    stranger, declared, ill = people(3, declared=False)
    publish()
    for person in (declared, ill):
        fact(person, "declaration", "desk")
    fact(ill, "symptom", "fever")

    assert refused(issue(point, stranger)) == "not-declared"
    assert isinstance(issue(point, declared), Issued)
    assert refused(issue(point, ill)) == "not-green"


def test_a_fact_of_a_minute_ago_counts_before_the_run_that_will_find_it(point: Point):
    (person,) = people(1)
    publish({person.pk: "green"})
    fact(person, "symptom", "fever")
    answer = issuing.look(by=official("clerk"), point=point.pk, person=person.pk, now=NOW)

    assert refused(answer) == "not-green"
    assert [reason.rule for reason in answer.reasons] == ["yellow.symptoms"]


def test_a_red_verdict_in_force_stands_until_the_next_run(point: Point):
    (person,) = people(1)
    order = fact(person, "order", "home", NOW - timedelta(days=20))
    publish({person.pk: "red"})
    type(order).objects.filter(pk=order.pk).update(
        end=NOW - timedelta(days=1), end_recorded_at=NOW.replace(year=2030), end_recorded_by=official("office")
    )
    assert refused(issue(point, person)) == "wait-for-judgement"


def test_nobody_is_judged_before_the_first_run(point: Point):
    (person,) = people(1)
    assert refused(issue(point, person)) == "not-judged"


def test_one_person_has_one_pass_and_a_button_pressed_twice_issues_once(point: Point):
    (person,) = people(1)
    publish({person.pk: "green"})
    key = uuid4()
    first, again = give(point, person, key=key), give(point, person, key=key)

    assert (again.number, again.again) == (first.number, True)
    other = issue(point, person)
    assert (refused(other), other.number) == ("has-one-already", first.number)
    assert Entry.objects.count() == 1


def test_a_pass_is_renewed_in_its_last_days_and_the_old_one_dies(point: Point, gate: Gate):
    (person,) = people(1)
    publish({person.pk: "green"})
    old = give(point, person)
    later = NOW + timedelta(days=26)
    new = give(point, person, now=later)
    keep_up(by=Official.objects.get(username="system"), now=later)
    gate.sync(later)

    assert (at_gate(gate, old.text, later), at_gate(gate, new.text, later)) == ("recalled", "green")


def test_who_comes_after_the_end_of_their_pass_has_a_new_one(point: Point):
    (person,) = people(1)
    publish({person.pk: "green"})
    give(point, person)
    assert give(point, person, now=NOW + timedelta(days=35)).number.endswith("0000002-" + give_check(2))


def give_check(serial: int) -> str:
    return Number(330203, serial).digits[-1]


def test_a_number_begins_with_the_district_of_its_point_and_its_check_digit_is_right(point: Point):
    other = a_point("慈溪社区", division=330282001)
    holders = people(4)
    publish({one.pk: "green" for one in holders})
    numbers = [give(at, one).number for at, one in zip((point, other, point, other), holders, strict=True)]
    assert [number[:6] for number in numbers] == ["330203", "330282", "330203", "330282"]
    assert [str(read_number(number)) for number in numbers] == numbers
    assert len({*numbers}) == 4


def test_children_without_a_document_have_their_parents_number_and_their_own_pass(point: Point):
    (parent,) = people(1)
    first, second = a_child("小宝"), a_child("小贝")
    publish({person.pk: "green" for person in (parent, first, second)})
    answers = [give(point, parent), give(point, first, child_of=parent.pk), give(point, second, child_of=parent.pk)]

    assert len({answer.number for answer in answers}) == 3
    tails = {read(answer.text).claims.tail for answer in answers}
    assert tails == {parent.id_tail}, "the parent's number is printed on all three"
    checks = {read(answer.text).claims.cti for answer in answers}
    assert len(checks) == 3
    (page,) = queries.register(point.pk, NOW.date())
    assert [line.child_of for line in page.lines] == [False, True, True]


def test_a_parent_is_the_guardian_on_record(point: Point):
    parent, stranger = people(2)
    child = a_child()
    looks_after(an_account(parent), child)
    publish({person.pk: "green" for person in (parent, stranger, child)})

    assert refused(issue(point, child, child_of=stranger.pk)) == "not-the-guardian"
    assert refused(issue(point, child)) == "document-missing"
    assert refused(issue(point, parent, child_of=stranger.pk)) == "not-a-child"
    assert isinstance(issue(point, child, child_of=parent.pk), Issued)


def test_foreigners_and_people_of_hong_kong_macau_and_taiwan_go_to_the_police_post(point: Point):
    post = a_point("月湖派出所", kind="police", scope="documents", documents=["passport", "hk_macau", "taiwan"])
    (local,) = people(1)
    (guest,) = people(1, first=1, id_type="passport", name="John Smith")
    publish({local.pk: "green", guest.pk: "green"})

    assert refused(issue(post, local)) == "out-of-scope"
    assert read(give(post, guest).text).claims.name == "J* S*"


def test_a_company_issues_to_its_own_roster_alone(point: Point, clerk: Official):
    company = a_point("甬江制造", kind="company", scope="roster")
    worker, other = people(2)
    publish({worker.pk: "green", other.pk: "green"})
    rosters.add(by=clerk, point=company.pk, person=worker.pk, category="local", consent="signed", now=NOW)

    assert isinstance(issue(company, worker), Issued)
    assert refused(issue(company, other)) == "out-of-scope"


def test_a_village_issues_to_its_own_people(point: Point):
    here = a_point("月湖村", scope="division")
    (neighbour,) = people(1)
    (stranger,) = people(1, first=1, division=STREET + 1)
    publish({neighbour.pk: "green", stranger.pk: "green"})

    assert refused(issue(here, stranger)) == "out-of-scope"
    assert isinstance(issue(here, neighbour), Issued)


@pytest.mark.parametrize(
    ("hours_later", "is_open"), [(0, True), (-2, False), (7.5, True), (7.6, False), (48, False), (96, True)]
)
def test_a_desk_works_in_its_hours(point: Point, hours_later: float, is_open: bool):
    (person,) = people(1)
    publish({person.pk: "green"})
    answer = issue(point, person, NOW + timedelta(hours=hours_later))
    assert isinstance(answer, Issued) is is_open
    assert is_open or refused(answer) == "outside-hours"


def test_a_stopped_point_issues_nothing_and_only_staff_is_at_a_desk(point: Point, office: Official):
    (person,) = people(1)
    publish({person.pk: "green"})
    with pytest.raises(IssuingError) as stranger:
        issuing.issue(by=official("other"), point=point.pk, person=person.pk, now=NOW)
    assert stranger.value.code == "not-staff"
    assert refused(issue(point, person, document_seen=False)) == "document-not-seen"
    points.stop_point(by=office, point=point.pk, why="搬迁")
    assert refused(issue(point, person)) == "stopped"


def test_a_lost_pass_is_dead_and_the_new_one_has_another_number(point: Point, gate: Gate, clerk: Official):
    (person,) = people(1)
    publish({person.pk: "green"})
    old = give(point, person)
    other = a_point("另一社区")
    new = replacing.replace(by=clerk, point=other.pk, number=old.number, why="lost", now=NOW)
    assert isinstance(new, Issued)
    keep_up(by=Official.objects.get(username="system"), now=NOW)
    gate.sync(NOW)

    assert new.number != old.number
    assert new.paper.replaces == old.paper
    assert (at_gate(gate, old.text, NOW), at_gate(gate, new.text, NOW)) == ("recalled", "green")
    said = queries.by_number(old.number, NOW)
    assert (said.state, said.cause) == ("recalled", "lost")
    again = replacing.replace(by=clerk, point=other.pk, number=old.number, why="lost", now=NOW)
    assert refused(again) == "not-valid-now"


def test_a_replacement_too_is_for_somebody_who_is_green(point: Point, clerk: Official):
    (person,) = people(1)
    publish({person.pk: "green"})
    old = give(point, person)
    fact(person, "symptom", "fever")
    answer = replacing.replace(by=clerk, point=point.pk, number=old.number, why="damaged", now=NOW)

    assert refused(answer) == "not-green"
    assert queries.by_number(old.number, NOW).state == "good", "the night takes it back, not the desk"
