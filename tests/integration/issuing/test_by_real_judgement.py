"""D8, P9, B7: passes that a real run of the judgement takes back, by contact, area and symptom; and the way of a returning worker to one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.integration.issuing.town import NINGBO, NOW, STREET, a_point, at_gate, fact, give, issue, official, people
from tests.integration.passes.town import Gate
from yimatong.core.facts import Level
from yimatong.records.actions import areas, people as records, places
from yimatong.records.models import Official
from yimatong.records.refusals import Refused
from yimatong.stations.issuing import queries
from yimatong.stations.issuing.actions import collecting, rosters
from yimatong.stations.issuing.actions.rosters import RosterTest
from yimatong.stations.issuing.models import CollectionTask, Point
from yimatong.stations.judgements.actions import run_full
from yimatong.stations.judgements.models import CurrentVerdict
from yimatong.stations.passes.upkeep import keep_up

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge"])
WUCHANG, TIANHE = 420106001, 440106001
NIGHT = NOW + timedelta(hours=16)


def stayed(person: int, street: int, days_ago: int, until_days_ago: int) -> None:
    (building,) = places.ensure_places([("building", "1号楼", street, None)]).values()
    records.record_stay(
        by=official("office", "control_office"), person=person, place=building, arrive=NOW - timedelta(days=days_ago),
        leave=NOW - timedelta(days=until_days_ago), source="铁路", legal_basis="test",
    )  # fmt: skip


def judged(by: Official, as_of) -> None:
    run_full(by=by, policy=NINGBO, as_of=as_of)


def test_the_night_takes_back_by_contact_area_and_symptom_and_each_task_is_closed(
    point: Point, gate: Gate, clerk: Official, office: Official
):
    places.lay_out([STREET, WUCHANG])
    areas.record(
        by=office, level=Level.KEY, low=420106000, high=420106999, text="武昌区", start=NOW - timedelta(days=20),
        source="test", legal_basis="test",
    )  # fmt: skip
    contact, traveller, ill, well = people(4)
    judged(office, NOW)
    passes = [give(point, one) for one in (contact, traveller, ill, well)]
    system = Official.objects.get(username="system")
    keep_up(by=system, now=NOW)
    gate.sync(NOW)
    assert [at_gate(gate, one.text, NOW) for one in passes] == ["green"] * 4

    fact(contact, "contact", "confirmed", NOW - timedelta(days=1))
    stayed(traveller.pk, WUCHANG, 6, 4)
    fact(ill, "symptom", "fever", NOW + timedelta(hours=6))
    judged(office, NIGHT)
    assert dict(CurrentVerdict.objects.values_list("person", "colour")) == {
        contact.pk: "red", traveller.pk: "red", ill.pk: "yellow", well.pk: "green",
    }  # fmt: skip
    keep_up(by=system, now=NIGHT)
    assert collecting.open_tasks(now=NIGHT) == 3
    assert [at_gate(gate, one.text, NIGHT) for one in passes] == ["green"] * 4, "before its next sync"
    gate.sync(NIGHT)
    assert [at_gate(gate, one.text, NIGHT) for one in passes] == ["recalled"] * 3 + ["green"]

    tasks = queries.tasks(clerk, NIGHT)
    assert {one.task.point_id for one in tasks} == {point.pk}
    for one, outcome in zip(tasks, ("collected", "not_found", "declared_lost"), strict=True):
        collecting.close_task(by=clerk, task=one.task.pk, outcome=outcome, now=NIGHT + timedelta(hours=1))
    assert set(CollectionTask.objects.values_list("outcome", flat=True)) == {"collected", "not_found", "declared_lost"}
    assert queries.tasks(clerk, NIGHT) == ()


def test_a_returning_worker_with_consent_and_a_negative_test_is_judged_green_and_has_a_pass_at_the_company(
    point: Point, clerk: Official, office: Official
):
    places.lay_out([STREET, TIANHE])
    company = a_point("甬江制造", kind="company", scope="roster")
    worker, colleague = people(2)
    for one in (worker, colleague):
        stayed(one.pk, TIANHE, 8, 3)
    judged(office, NOW)
    assert set(CurrentVerdict.objects.values_list("colour", flat=True)) == {"yellow"}
    rosters.add(by=clerk, point=company.pk, person=worker.pk, category="province", consent="signed", now=NOW)
    no = issue(company, worker)
    assert isinstance(no, Refused)
    assert no.code == "not-green", "on the roster and yellow"
    tests = [RosterTest(worker.pk, "negative", NOW - timedelta(hours=20))]
    rosters.record_tests(by=official("health", "health"), point=company.pk, tests=tests, now=NOW)
    later = NOW + timedelta(hours=1)
    judged(office, later)
    assert dict(CurrentVerdict.objects.values_list("person", "colour")) == {
        worker.pk: "green", colleague.pk: "yellow",
    }  # fmt: skip
    assert give(company, worker, later).paper.point_id == company.pk
    refused = issue(company, colleague, later)
    assert isinstance(refused, Refused)
    assert refused.code == "out-of-scope", "without consent nobody is on the roster"
