"""B8, E19: the desk of special permits."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connections, transaction

from tests.acting import an_official
from tests.identities import somebody
from yimatong.core.errors import YimatongError
from yimatong.records import identity
from yimatong.records.actions import facts
from yimatong.records.models import AuditEntry, Fact, Official, Person
from yimatong.stations.passes.actions import permits
from yimatong.stations.passes.models import SpecialPermit

NOW = datetime(2020, 2, 20, 2, 0, 30, tzinfo=UTC)
AT = datetime(2026, 2, 20, 2, 0, tzinfo=UTC)
TODAY = date(2020, 2, 20)


@pytest.fixture
def clerk(db: None) -> Official:
    return an_official("desk", Official.Role.CLERK, name="窗口")


@pytest.fixture
def office(db: None) -> Official:
    return an_official("office", Official.Role.CONTROL_OFFICE, name="防控办")


@pytest.fixture
def driver(db: None) -> Person:
    return somebody(name="王海生", id_type="none")


def issued(by: Official, person: Person, **changed: object) -> SpecialPermit:
    given: dict[str, object] = {
        "sort": "goods_driver", "document": "police", "number": "浙B-800117", "first": TODAY,
        "last": TODAY + timedelta(days=29), "now": NOW,
    }  # fmt: skip
    return permits.issue(by=by, person=person.number, **(given | changed))  # type: ignore[arg-type]


def code_of(refusal: pytest.ExceptionInfo[YimatongError]) -> str:
    return refusal.value.code


def test_a_permit_is_a_fact_that_ends_on_its_last_day(clerk: Official, driver: Person) -> None:
    permit = issued(clerk, driver)
    fact = Fact.objects.get(person=driver)
    assert (fact.kind, fact.detail, fact.recorded_by) == ("permit", "goods_driver", clerk)
    assert fact.start == NOW.replace(second=0)
    assert fact.end == datetime(2020, 3, 20, 15, 59, tzinfo=UTC)
    assert permit.fact == fact
    assert (permit.document_tail, identity.unseal(permit.document_sealed, "row")) == ("0117", "浙B800117")
    entry = AuditEntry.objects.get(action="permit.issue")
    assert "800117" not in entry.details


def test_a_document_rests_on_what_the_announcement_names(clerk: Official, driver: Person) -> None:
    for wrong in ({"document": "employer"}, {"sort": "commuter"}, {"sort": "returning_worker"}, {"document": "none"}):
        with pytest.raises(YimatongError) as refusal:
            issued(clerk, driver, **wrong)
        assert code_of(refusal) == "permit-document-wrong"
    with pytest.raises(YimatongError) as missing:
        issued(clerk, driver, number=" - ")
    assert code_of(missing) == "permit-document-missing"
    assert not Fact.objects.exists()


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (TODAY - timedelta(days=1), TODAY),
        (TODAY, TODAY - timedelta(days=1)),
        (TODAY, TODAY + timedelta(days=permits.MOST_DAYS)),
    ],
)
def test_the_days_begin_today_or_later_and_end(clerk: Official, driver: Person, first: date, last: date) -> None:
    with pytest.raises(YimatongError) as refusal:
        issued(clerk, driver, first=first, last=last)
    assert code_of(refusal) == "permit-days-wrong"


def test_two_permits_do_not_overlap_and_the_next_begins_the_day_after(clerk: Official, driver: Person) -> None:
    first = issued(clerk, driver, last=TODAY + timedelta(days=5))
    with pytest.raises(YimatongError) as refusal:
        issued(clerk, driver, sort="commuter", document="employer", first=TODAY + timedelta(days=5))
    assert code_of(refusal) == "permit-overlaps"
    assert "2020-02-25" in refusal.value.sentence.of("zh")
    after = issued(clerk, driver, sort="commuter", document="employer", first=TODAY + timedelta(days=6))
    assert after.start == datetime(2020, 2, 25, 16, 0, tzinfo=UTC) > first.end


def test_a_permit_that_a_feed_brought_is_in_the_way_too(clerk: Official, office: Official, driver: Person) -> None:
    Fact.objects.create(
        person=driver, kind="permit", detail="commuter", start=NOW - timedelta(days=3), source="x", legal_basis="x",
        recorded_by=office,
    )  # fmt: skip
    with pytest.raises(YimatongError) as refusal:
        issued(clerk, driver)
    assert code_of(refusal) == "permit-overlaps"


def test_the_database_itself_refuses_an_overlap_and_a_change(clerk: Official, driver: Person) -> None:
    permit = issued(clerk, driver)
    fact = Fact.objects.create(
        person=driver, kind="permit", detail="commuter", start=NOW, source="x", legal_basis="x", recorded_by=clerk
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        SpecialPermit.objects.create(
            person=driver, fact=fact, sort="commuter", document="employer", document_sealed=b"x", document_tail="1",
            start=NOW + timedelta(days=9), end=NOW + timedelta(days=90), issued_by=clerk, issued_at=NOW,
        )  # fmt: skip
    for change in ('UPDATE special_permits SET "end" = "end" + interval \'1 day\'', "DELETE FROM special_permits"):
        with pytest.raises(DatabaseError), transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute(change)
    permit.refresh_from_db()
    assert permit.end == datetime(2020, 3, 20, 15, 59, tzinfo=UTC)


def test_ended_early_the_days_that_it_was_good_stay(clerk: Official, office: Official, driver: Person) -> None:
    permit = issued(clerk, driver)
    later = NOW + timedelta(days=3)
    ended = permits.end_early(by=office, permit=permit.pk, why="车辆通行证被收回", now=later, at=AT)
    permit.fact.refresh_from_db()
    assert permit.fact.struck_at == AT
    assert ended.remainder is not None
    assert (ended.remainder.start, ended.remainder.end) == (permit.start, later.replace(second=0))
    again = issued(
        clerk, driver, first=TODAY + timedelta(days=3), last=TODAY + timedelta(days=9), now=later + timedelta(minutes=1)
    )
    assert again.pk != permit.pk
    for code, number in (("permit-over", permit.pk), ("permit-unknown", 0)):
        with pytest.raises(YimatongError) as refusal:
            permits.end_early(by=office, permit=number, why="x", now=later, at=AT)
        assert code_of(refusal) == code


def test_a_permit_whose_fact_stands_again_under_another_number_is_ended_there(
    clerk: Official, office: Official, driver: Person
) -> None:
    """A delivery that had said it first was withdrawn: the permit points at the struck row, and ended nothing."""
    permit = issued(clerk, driver)
    facts.strike(by=office, fact=permit.fact_id, why="delivery withdrawn", now=AT)
    again = Fact.objects.create(
        person=driver, kind="permit", detail=permit.sort, start=permit.start, end=permit.end, source="x", legal_basis="x",
        recorded_by=clerk, stands_for=permit.fact,
    )  # fmt: skip
    permits.end_early(by=office, permit=permit.pk, why="车辆通行证被收回", now=NOW + timedelta(days=3), at=AT)
    again.refresh_from_db()
    assert again.struck_at == AT


def test_a_permit_that_has_not_begun_leaves_nothing(clerk: Official, office: Official, driver: Person) -> None:
    permit = issued(clerk, driver, first=TODAY + timedelta(days=2))
    ended = permits.end_early(by=office, permit=permit.pk, why="未成行", now=NOW, at=AT)
    assert ended.remainder is None
    assert not Fact.objects.filter(struck_at=None).exists()
    with pytest.raises(YimatongError) as silent:
        permits.end_early(by=office, permit=issued(clerk, driver).pk, why="  ", now=NOW, at=AT)
    assert code_of(silent) == "permit-reason-missing"


def test_who_may(clerk: Official, office: Official, driver: Person) -> None:
    auditor = an_official("audit", Official.Role.AUDITOR, name="审计")
    health = an_official("health", Official.Role.HEALTH, name="卫健")
    for nobody in (auditor, health):
        with pytest.raises(YimatongError) as refusal:
            issued(nobody, driver)
        assert code_of(refusal) == "not-allowed"
    permit = issued(clerk, driver)
    with pytest.raises(YimatongError) as cannot:
        permits.end_early(by=clerk, permit=permit.pk, why="x", now=NOW, at=AT)
    assert code_of(cannot) == "not-allowed"
