"""B7, A17, P15: a company's roster with consent, tests as facts; slots and numbers, so that nobody crowds."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.integration.issuing.town import NOW, a_point, fact, give, official, people, publish
from tests.integration.passes.town import a_document, an_account
from yimatong.records.models import Fact, Official
from yimatong.records.refusals import Refused
from yimatong.stations.issuing import companies, queries
from yimatong.stations.issuing.actions import rosters, slots
from yimatong.stations.issuing.actions.rosters import RosterTest, Worker
from yimatong.stations.issuing.errors import IssuingError
from yimatong.stations.issuing.models import Point, RosterAsked, RosterLine, Ticket

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge"])
SLOT = NOW + timedelta(minutes=30)


def test_the_company_sees_totals_and_who_has_to_act_and_nothing_else(
    point: Point, clerk: Official, office: Official, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(companies, "drawn", lambda *_: False)
    company = a_point("甬江制造", kind="company", scope="roster")
    green, ill = people(2)
    (silent,) = people(1, first=2, declared=False)
    fact(ill, "symptom", "fever")
    publish({green.pk: "green", ill.pk: "yellow", silent.pk: "unknown"})
    workers = [Worker("resident", a_document(n), f"工{n}", "province") for n in range(3)]
    assert rosters.ask(by=office, point=company.pk, workers=workers) == 3
    assert rosters.ask(by=office, point=company.pk, workers=workers) == 0
    assert companies.roster(company.pk, NOW).on_roster == 0
    for asked in RosterAsked.objects.all():
        rosters.signed(by=clerk, asked=asked.pk, now=NOW)
    give(company, green)
    shown = companies.roster(company.pk, NOW)

    assert (shown.on_roster, shown.nothing_to_do) == (3, 1)
    assert [one.act for one in shown.workers] == ["", "see-code", "declare"]
    assert "yellow" not in repr(shown)
    with pytest.raises(IssuingError) as forged:
        rosters.add(by=clerk, point=company.pk, person=green.pk, category="local", consent="online", now=NOW)
    assert forged.value.code == "consent-is-own"


def test_consent_can_be_taken_back_and_the_registration_ends(point: Point, clerk: Official):
    company = a_point("甬江制造", kind="company", scope="roster")
    (worker,) = people(1)
    line = rosters.add(by=clerk, point=company.pk, person=worker.pk, category="province", consent="signed", now=NOW)
    permit = Fact.objects.get(kind="permit")
    assert (permit.detail, permit.source, permit.end) == ("returning_worker", f"roster:{company.pk}", None)
    with pytest.raises(IssuingError) as twice:
        rosters.add(by=clerk, point=company.pk, person=worker.pk, category="local", consent="signed", now=NOW)
    assert twice.value.code == "on-roster"
    rosters.remove(by=clerk, line=line.pk, why="withdrawn", now=NOW + timedelta(days=1))
    permit.refresh_from_db()
    assert permit.end == NOW + timedelta(days=1)
    assert not RosterLine.objects.filter(removed_at=None).exists()


def test_tests_come_from_the_health_department_for_workers_of_the_roster(point: Point, clerk: Official):
    company = a_point("甬江制造", kind="company", scope="roster")
    worker, stranger = people(2)
    rosters.add(by=clerk, point=company.pk, person=worker.pk, category="province", consent="signed", now=NOW)
    health = official("health", "health")
    tests = [RosterTest(worker.pk, "negative", NOW - timedelta(hours=3))]
    assert rosters.record_tests(by=health, point=company.pk, tests=tests, now=NOW) == 1
    assert rosters.record_tests(by=health, point=company.pk, tests=tests, now=NOW) == 0
    assert Fact.objects.get(kind="test").legal_basis == "甬防办〔2020〕38号"
    with pytest.raises(IssuingError) as unknown:
        rosters.record_tests(by=health, point=company.pk, tests=[RosterTest(stranger.pk, "negative", NOW)], now=NOW)
    assert unknown.value.code == "not-on-roster"
    with pytest.raises(IssuingError) as village:
        rosters.add(by=clerk, point=point.pk, person=stranger.pk, category="local", consent="signed", now=NOW)
    assert village.value.code == "no-roster"


def test_a_slot_has_so_many_places_and_an_account_one_booking(point: Point):
    accounts = [an_account() for _ in range(6)]
    made = [slots.book(account=account, point=point.pk, slot=SLOT, now=NOW) for account in accounts]
    assert [one.number for one in made if isinstance(one, Ticket)] == [1, 2, 3, 4, 5]
    assert isinstance(made[5], Refused)
    assert made[5].code == "slot-full"
    again = slots.book(account=accounts[0], point=point.pk, slot=SLOT + timedelta(minutes=15), now=NOW)
    assert isinstance(again, Refused)
    assert again.code == "booked-already"
    slots.cancel(account=accounts[0], ticket=made[0].pk, now=NOW)
    assert isinstance(slots.book(account=accounts[5], point=point.pk, slot=SLOT, now=NOW), Ticket)


@pytest.mark.parametrize(
    "slot", [SLOT + timedelta(minutes=1), NOW - timedelta(hours=1), NOW + timedelta(hours=9), NOW + timedelta(days=5)]
)
def test_only_slots_of_the_hours_and_the_days_ahead_are_booked(point: Point, slot: datetime):
    answer = slots.book(account=an_account(), point=point.pk, slot=slot, now=NOW)
    assert isinstance(answer, Refused)
    assert answer.code == "slot-wrong"
    assert slot not in dict(queries.free_slots(point.pk, NOW))


def test_the_queue_says_numbers_and_minutes_and_calls_bookings_first(point: Point, clerk: Official):
    booked = slots.book(account=an_account(), point=point.pk, slot=NOW + timedelta(minutes=15), now=NOW)
    drawn = [slots.draw(point=point.pk, now=NOW) for _ in range(3)]
    assert isinstance(booked, Ticket)
    later = NOW + timedelta(minutes=16)
    slots.arrive(ticket=booked.pk, now=later)
    line = queries.queue(point.pk, later)
    assert (line.waiting, line.minutes) == ((1, 2, 3, 4), 12)
    called = [slots.call_next(by=clerk, point=point.pk, now=later) for _ in range(2)]
    assert [ticket.number for ticket in called if ticket] == [booked.number, drawn[0].number]
    slots.served(by=clerk, ticket=called[0].pk, now=later)
    assert (
        queries.queue(point.pk, later).called == (drawn[0].number,)
        or booked.number in queries.queue(point.pk, later).called
    )
    assert queries.points(later)[0].waiting == 2


def test_points_are_found_near_somebody(point: Point):
    near = a_point("江厦街道", longitude=121.56, latitude=29.87)
    far = a_point("东钱湖", longitude=121.66, latitude=29.77)
    shown = queries.points(NOW, (121.55, 29.87))
    assert [one.point.pk for one in shown] == [near.pk, far.pk, point.pk]
    assert shown[0].distance < 2 < shown[1].distance
    assert [one.open_now for one in shown] == [True, True, True]
