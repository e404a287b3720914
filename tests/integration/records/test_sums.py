"""Looks in sum: what the auditor sees of each official's day, who alone can write it, and what rings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from tests.acting import an_official, owning
from tests.identities import somebody
from yimatong.records import sums, tasks
from yimatong.records.actions import alarms, audit, facts
from yimatong.records.models import Alarm, AuditEntry, Fact, Look, LookDay, Official, Search, Work

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
TODAY = datetime(2020, 2, 20, tzinfo=UTC)


@pytest.fixture
def people(db) -> list[int]:
    return [somebody(name=f"人{n}", id_type="none").number for n in range(60)]


def a_fact(by: Official, person: int, **more: object) -> Fact:
    said = {
        "kind": "order",
        "detail": "central",
        "start": TODAY,
        "source": "control office",
        "legal_basis": "depositors",
    }
    return facts.record(by=by, person=person, **(said | more))  # type: ignore[arg-type]


def test_a_day_is_summed_by_official_with_reasons_searches_and_what_followed(people):
    clerk, other = an_official("clerk"), an_official("other", "health")
    for n, person in enumerate(people[:4]):
        audit.look(by=clerk, person=person, why="question: phone" if n else "appeal: 1", where="desk")
    a_fact(clerk, people[3])
    audit.looks(by=clerk, people=people[:10], why="question: phone", where="people")
    audit.search(by=clerk, sort=Search.Sort.DOCUMENT, found=1)
    audit.search(by=clerk, sort=Search.Sort.NAME, found=0)
    audit.search(by=clerk, sort=Search.Sort.REFUSED)
    audit.look(by=other, person=people[0], why="tracing: 7", where="explain")
    sums.sum_day(sums.today())

    rows = {one.official.username: one for one in sums.sums(sums.today(), sums.today())}
    mine = rows["clerk"]
    assert (mine.looks, mine.people, mine.openings) == (14, 10, 5)
    assert mine.share == pytest.approx(20)
    assert (mine.searches, mine.missed, mine.refused) == (2, 1, 1)
    assert mine.reasons == (("question: phone", 13), ("appeal: 1", 1))
    assert (rows["other"].looks, rows["other"].share, rows["other"].times_median) == (1, 0, 1)


def test_what_only_reads_is_no_act(people):
    clerk = an_official("clerk")
    audit.look(by=clerk, person=people[0], why="question: phone", where="desk")
    audit.record(by=clerk, action="number.look", subject="number/1")
    sums.sum_day(sums.today())
    assert sums.sums(sums.today(), sums.today())[0].share == 0


def test_a_day_summed_twice_is_the_same_and_days_are_added(people):
    clerk = an_official("clerk")
    audit.look(by=clerk, person=people[0], why="question: phone", where="desk")
    sums.sum_day(sums.today())
    first = list(LookDay.objects.values_list("looks", "people", "reasons"))
    sums.sum_day(sums.today())
    assert list(LookDay.objects.values_list("looks", "people", "reasons")) == first
    with owning() as cursor:
        cursor.execute(
            "INSERT INTO look_days (day, official_id, looks, people, openings, followed, searches, missed, refused, reasons)"
            " VALUES (%s, %s, 5, 4, 2, 2, 3, 0, 0, '[[\"appeal: 1\", 5]]')", [sums.today() - timedelta(days=1), clerk.pk]
        )  # fmt: skip
    (week,) = sums.sums(sums.today() - timedelta(days=6), sums.today())
    assert (week.looks, week.people, week.searches) == (6, 5, 3)
    assert week.reasons[0] == ("appeal: 1", 5)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE look_days SET looks = 0", "DELETE FROM look_days", "DELETE FROM searches", "UPDATE searches SET found = 9",
     "DELETE FROM alarms", "UPDATE alarms SET official_id = NULL", "UPDATE looks SET through = 'x'"],
)  # fmt: skip
def test_the_pages_role_makes_nobodys_day_smaller(people, statement):
    assert refused(ProgrammingError, statement)


def refused(kind: type[Exception], statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except kind:
        return True
    return False


def test_a_look_says_when_and_through_what_whatever_it_was_given(people):
    clerk = an_official("clerk")
    audit.confirm(clerk)
    made = Look.objects.create(
        by=clerk, person_id=people[0], why="appeal: 1", where="desk", through="browser 1", at=TODAY
    )
    made.refresh_from_db()
    assert made.through.startswith("browser ")
    assert made.through != "browser 1"
    assert timezone.now() - made.at < timedelta(hours=1)


def test_a_desk_whose_looks_lead_to_nothing_rings_once_an_hour(people):
    idle, busy = an_official("idle"), an_official("busy")
    for person in people[:41]:
        audit.look(by=idle, person=person, why="question: phone", where="desk")
        audit.look(by=busy, person=person, why="question: phone", where="desk")
        a_fact(busy, person, kind="symptom", detail="fever")
    sums.sum_day(sums.today())
    now = timezone.now()
    sums.ring(sums.today(), now)
    sums.ring(sums.today(), now)
    assert list(Alarm.objects.values_list("official__username", "sort", "count")) == [("idle", "idle", 41)]
    assert AuditEntry.objects.filter(action="alarm.idle", subject=f"official/{idle.pk}").count() == 1


def test_many_people_made_red_by_few_officials_on_one_ground_are_seen_and_ring(people):
    officials = [an_official(f"office{n}", "control_office") for n in range(5)]
    for n, person in enumerate(people):
        a_fact(officials[n % 5], person)
    a_fact(officials[0], people[0], kind="symptom", detail="fever")
    a_fact(officials[0], people[1], legal_basis="another", start=TODAY + timedelta(days=1))
    largest, small = sums.batches(sums.today(), sums.today())
    assert (largest.people, largest.one_by_one, len(largest.officials), largest.legal_basis) == (
        60,
        60,
        5,
        "depositors",
    )
    assert (largest.rings, small.rings) == (True, False)
    sums.ring(sums.today(), timezone.now())
    assert Alarm.objects.filter(sort="batch", count=60).count() == 5


def test_an_alarm_is_raised_once_an_hour_and_stands_for_a_day(people):
    clerk, now = an_official("clerk"), timezone.now().replace(minute=10)
    alarms.ring(official=clerk, sort=Alarm.Sort.WALK, count=9, at=now)
    alarms.ring(official=clerk, sort=Alarm.Sort.WALK, count=12, at=now + timedelta(minutes=5))
    alarms.ring(official=None, sort=Alarm.Sort.PASSWORDS, count=300, at=now)
    alarms.ring(official=None, sort=Alarm.Sort.PASSWORDS, count=600, at=now + timedelta(minutes=5))
    assert sorted(Alarm.objects.values_list("sort", "count")) == [("passwords", 600), ("walk", 12)]
    assert AuditEntry.objects.filter(action__startswith="alarm.").count() == 2
    assert len(alarms.standing(now + timedelta(hours=24))) == 2
    assert alarms.standing(now + timedelta(hours=24, minutes=6)) == []


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_the_worker_sums_today_and_yesterday():
    clerk, person = an_official("clerk"), somebody(name="人", id_type="none")
    for times in (1, 2):
        audit.look(by=clerk, person=person.number, why="question: phone", where="desk")
        tasks.sum_looks.func(0)
        assert LookDay.objects.get().looks == times
    assert Work.objects.filter(name="sum_looks").exists()
