"""What the records bring is told: single tests that count, questions about declarations, objections, complaints, recalled passes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, connections

from tests.acting import an_official
from tests.integration.notifications.people import NOON, account, follow, somebody, texts, told
from tests.integration.passes.town import publish
from yimatong.records.actions import facts
from yimatong.records.actions.officials import the_system
from yimatong.records.models import Delivery, Fact, Official, Person
from yimatong.stations.appeals import actions as appeals
from yimatong.stations.appeals.models import ComplaintContact
from yimatong.stations.declarations.models import Contradiction, Declaration
from yimatong.stations.judgements.models import Run
from yimatong.stations.notifications import queries
from yimatong.stations.notifications.actions import asking, outreach
from yimatong.stations.notifications.models import Notification, Outreach

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])


def a_test(person: Person, detail: str, delivery: Delivery | None = None) -> Fact:
    return Fact.objects.create(
        person=person, kind="test", detail=detail, start=NOON - timedelta(hours=6), source="lab", legal_basis="test", delivery=delivery,
        recorded_by=None if delivery else the_system(),
    )  # fmt: skip


def a_delivery(rows: int) -> Delivery:
    return Delivery.objects.create(
        feed="tests", file_name="t.csv", size=1, sha256="0" * 64, state="taken", source="lab", legal_basis="test", rows=rows, taken=rows,
        by=the_system(),
    )  # fmt: skip


def a_run_that_knows() -> None:
    """The next run saw whatever is recorded now."""
    number = publish({})
    with connections["judge"].cursor() as cursor:
        cursor.execute("SELECT 1")
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("ALTER TABLE runs DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE runs SET known_at = clock_timestamp(), finished_at = clock_timestamp() WHERE number = %s", [number]
        )
        cursor.execute("ALTER TABLE runs ENABLE TRIGGER USER")
    assert Run.objects.get(pk=number).known_at


@pytest.fixture
def health() -> Official:
    return an_official("health", "health", name="卫健")


def test_a_single_negative_of_a_yellow_is_told_once_a_run_has_counted_it() -> None:
    yellow, green = somebody(1, phone="17000000001"), somebody(2, phone="17000000002")
    publish({yellow.number: "yellow", green.number: "green"})
    follow()
    delivery = a_delivery(2)
    a_test(yellow, "negative", delivery)
    a_test(green, "negative", delivery)

    asking.tell_tests(now=NOON)
    assert "test_counted" not in told(yellow)  # not yet counted
    a_run_that_knows()
    asking.tell_tests(now=NOON)
    asking.tell_tests(now=NOON)
    follow()

    assert told(yellow) == ["first_judged", "test_counted"]
    assert told(green) == ["first_judged"]
    assert "阴" not in texts()["17000000001"][-1]


def test_negatives_of_mass_testing_are_never_told() -> None:
    yellow = somebody(1, phone="17000000001")
    publish({yellow.number: "yellow"})
    a_test(yellow, "negative", a_delivery(100_000))
    a_run_that_knows()

    assert asking.tell_tests(now=NOON) == 0
    assert "test_counted" not in told(yellow)


def test_a_positive_is_told_by_telephone_first_and_stands_in_the_inbox_after_it(health: Official) -> None:
    person = somebody(1, phone="17000000001")
    with_inbox = account(person, "somebody")
    publish({person.number: "green"})
    follow()
    a_test(person, "positive", a_delivery(100_000))
    a_run_that_knows()
    asking.tell_tests(now=NOON)
    follow()

    task = Outreach.objects.get()
    assert (task.to, task.why, task.due_at) == ("health", "call", NOON + timedelta(hours=1))
    assert [one.notification.kind for one in queries.inbox(with_inbox)] == ["first_judged"]
    assert len(texts()["17000000001"]) == 1

    outreach.close(by=health, outreach=task.pk, outcome="phoned", now=NOON)
    follow()
    assert [one.notification.kind for one in queries.inbox(with_inbox)] == ["test_positive", "first_judged"]
    assert len(texts()["17000000001"]) == 1


def test_a_test_that_an_official_recorded_is_told_too(health: Official) -> None:
    yellow = somebody(1)
    publish({yellow.number: "yellow"})
    facts.record(
        by=health,
        person=yellow.number,
        kind="test",
        detail="negative",
        start=NOON - timedelta(hours=3),
        source="clinic",
        legal_basis="test",
    )
    a_run_that_knows()
    asking.tell_tests(now=NOON)
    asking.tell_tests(now=NOON)

    assert told(yellow) == ["test_counted"]


def test_whoever_is_asked_about_a_declaration_is_told_once() -> None:
    person = somebody(1, phone="17000000001")
    declaration = Declaration.objects.create(
        person=person, account=account(person, "somebody"), made_by="self", source="declaration:browser",
        statement_id=Declaration._meta.get_field("statement").related_model.objects.values_list("pk", flat=True)[0],
        agreed_at=NOON, answers_sealed=b"-", fingerprint="00000000-0000-0000-0000-000000000001", form=1,
        receipt_key="00000000-0000-0000-0000-000000000002", receipt_sealed=b"-", declared_at=NOON,
    )  # fmt: skip
    Contradiction.objects.create(
        sort="itinerary",
        person=person,
        declaration=declaration,
        says="nowhere-else",
        key="x",
        answer_by=NOON + timedelta(days=2),
    )

    assert asking.ask_about_declarations(now=NOON) == 1
    assert asking.ask_about_declarations(now=NOON) == 0
    assert told(person) == ["contradicted"]


def test_a_complaint_is_told_where_its_author_said_and_the_contact_goes_with_the_answer() -> None:
    office = an_official("office", "control_office", name="防控办")
    mine, anonymous = account(None, "somebody"), {"kind": "other", "checkpoint": None, "text": "x", "source": "page"}
    by_account = appeals.complain(**anonymous, happened=NOON, now=NOON, account=mine)
    by_phone = appeals.complain(**anonymous, happened=NOON, now=NOON, phone="170 0000 0007")
    appeals.complain(**anonymous, happened=NOON, now=NOON)
    assert ComplaintContact.objects.count() == 2
    assert len(texts()["17000000007"]) == 1

    for made in (by_account, by_phone):
        appeals.answer(by=office, complaint=made.complaint.pk, words="已整改", now=NOON)

    assert [one.kind for one in Notification.objects.filter(account=mine).order_by("id")] == [
        "complaint_received",
        "complaint_answered",
    ]
    assert len(texts()["17000000007"]) == 2
    assert not ComplaintContact.objects.exists()
