"""Declaring, correcting, and what of a person's words may be taken back."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections

from tests.integration.declarations.conftest import NOW, STATEMENT, STREET, declare, document, later, real
from yimatong.records.actions import facts, people
from yimatong.records.actions.officials import the_system
from yimatong.records.models import AuditEntry, Fact, Home, Person, Stay
from yimatong.stations.declarations import queries
from yimatong.stations.declarations.actions import declaring
from yimatong.stations.declarations.errors import AnswersWrong, DeclarationError
from yimatong.stations.declarations.models import Contradiction, Declaration, Message, MissingPlace

pytestmark = pytest.mark.django_db
WUHAN = 420106000


def standing(person: int) -> set[tuple[str, str]]:
    return set(Fact.objects.filter(person_id=person, struck_at=None, end=None).values_list("kind", "detail"))


def test_one_transaction_records_the_person_the_home_the_facts_and_the_wording_agreed_to(verified, answers, stairwells):
    account = verified()
    done = declare(account, answers(symptoms=["fever"], symptoms_since="2020-02-17"))
    person = Person.objects.get(pk=done.person)
    assert (person.name, person.id_tail) == ("王小明", document(1)[-4:])
    assert Home.objects.get(person=person).stairwell_id == stairwells["1-1"]
    assert standing(person.pk) == {("declaration", "self"), ("symptom", "fever")}
    fever = Fact.objects.get(person=person, kind="symptom")
    assert fever.start == datetime(2020, 2, 16, 16, 0, tzinfo=UTC)
    assert (fever.source, fever.legal_basis) == ("declaration:alipay", "《中华人民共和国传染病防治法》第十二条")
    kept = Declaration.objects.get()
    assert (kept.statement_id, kept.agreed_at, kept.declared_at) == (STATEMENT, NOW, NOW)
    assert done.touched
    assert queries.receipt_of(kept) == done.receipt
    assert [one.person for one in queries.people_of(type(account).objects.get(pk=account.pk))] == [person.pk]


def test_nothing_that_tells_who_it_is_lies_open(verified, answers):
    declare(verified(), answers(coresidents=[{"name": "李小红", "id_type": "resident", "id_number": document(2)}]))
    with connection.cursor() as cursor:
        for table in ("declarations", "accounts", "coresidents", "messages", "audit_entries", "attempts", "channels"):
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")
            told = cursor.fetchone()[0]
            assert told
            for secret in (document(1), document(2), "13800000001", "王小明", "李小红", "user-1", "s" * 32):
                assert secret not in told, table


def test_answers_that_cannot_be_right_are_told_together_and_change_nothing(verified, answers):
    with pytest.raises(AnswersWrong) as caught:
        declare(verified(), answers(id_number="330299199003070011", phone="12", home_stairwell=999_999))
    assert {error.field for error in caught.value.errors} == {"id_number", "phone"}
    assert not Person.objects.exists()
    with pytest.raises(AnswersWrong) as caught:
        declare(verified(), answers(home_stairwell=999_999))
    assert [(error.field, error.code) for error in caught.value.errors] == [("home_stairwell", "home-unknown")]


def test_the_wording_must_be_the_one_in_force(verified, answers):
    with pytest.raises(DeclarationError) as caught:
        declaring.declare(account=verified(), answers=answers(), statement="2019", now=NOW, at=real())
    assert caught.value.code == "statement-not-in-force"


def test_a_correction_is_a_new_declaration_and_the_history_stays(verified, answers):
    account = verified()
    first = declare(account, answers(symptoms=["fever"], symptoms_since="2020-02-18"))
    second = declare(account, answers(), now=later(hours=5), at=real() + timedelta(hours=5))
    assert second.declaration.replaces_id == first.declaration.pk
    assert [one.pk for one in queries.history_of(first.person)] == [second.declaration.pk, first.declaration.pk]
    fever = Fact.objects.get(person_id=first.person, kind="symptom")
    assert (fever.end, fever.struck_at) == (later(hours=5), None)
    assert queries.answers_of(first.declaration)["symptoms"] == ["fever"]


def test_within_an_hour_it_was_a_slip_and_is_struck(verified, answers):
    account = verified()
    first = declare(account, answers(symptoms=["fever"], symptoms_since="2020-02-18"))
    declare(account, answers(), now=later(minutes=20), at=real() + timedelta(minutes=20))
    fever = Fact.objects.get(person_id=first.person, kind="symptom")
    assert fever.strike_reason == "corrected by the person"
    assert not Contradiction.objects.exists()


def test_a_journey_taken_back_later_is_struck_and_somebody_hears_it(verified, answers):
    account = verified()
    rows = [{"division": WUHAN, "place": "", "from": "2020-02-10", "to": "2020-02-12"}]
    first = declare(account, answers(elsewhere=True, itinerary=rows))
    stay = Stay.objects.get(person_id=first.person)
    assert (stay.division, stay.arrive) == (WUHAN, datetime(2020, 2, 9, 16, 0, tzinfo=UTC))
    assert stay.leave == datetime(2020, 2, 12, 15, 59, tzinfo=UTC)
    declare(account, answers(), now=later(hours=9), at=real() + timedelta(hours=9))
    stay.refresh_from_db()
    assert stay.strike_reason == "corrected by the person"
    case = Contradiction.objects.get()
    assert (case.sort, case.state, case.evidence) == ("retracted", "open", [f"stay/{stay.pk}"])


def test_the_same_journey_said_again_is_recorded_once(verified, answers):
    account = verified()
    rows = [{"division": WUHAN, "place": "汉口站", "from": "2020-02-10", "to": "2020-02-18"}]
    declare(account, answers(elsewhere=True, itinerary=rows))
    declare(
        account,
        answers(elsewhere=True, itinerary=rows, symptoms=["fever"], symptoms_since="2020-02-18"),
        now=later(minutes=30),
    )
    assert Stay.objects.filter(struck_at=None).count() == 1


def test_nobody_strikes_what_others_have_recorded(verified, answers, health):
    account = verified()
    first = declare(account, answers())
    clinic = facts.record(
        by=health, person=first.person, kind="symptom", detail="fever", start=NOW, source="发热门诊", legal_basis="law"
    )
    declare(account, answers(contact_symptomatic=False), now=later(hours=2), at=real() + timedelta(hours=2))
    clinic.refresh_from_db()
    assert (clinic.end, clinic.struck_at) == (None, None)


def test_a_symptom_that_a_clinic_has_recorded_stays_the_clinics(verified, answers, health):
    account = verified()
    first = declare(account, answers())
    clinic = facts.record(
        by=health,
        person=first.person,
        kind="symptom",
        detail="fever",
        start=later(hours=1),
        source="发热门诊",
        legal_basis="law",
    )
    said = answers(symptoms=["fever"], symptoms_since="2020-02-18")
    declare(account, said, now=later(hours=1), at=real() + timedelta(hours=1))
    declare(account, answers(), now=later(hours=3), at=real() + timedelta(hours=3))
    clinic.refresh_from_db()
    assert (clinic.end, clinic.struck_at) == (None, None)


def test_moving_ends_the_home_that_was_said_and_not_the_one_on_record(verified, answers, stairwells):
    account = verified()
    first = declare(account, answers())
    people.settle(
        by=the_system(), person=first.person, stairwell=stairwells["2-1"], start=NOW, source="户籍", legal_basis="law"
    )
    moved = answers(home_stairwell=stairwells["1-2"], home_since="2020-02-18")
    declare(account, moved, now=later(hours=3), at=real() + timedelta(hours=3))
    open_homes = set(Home.objects.filter(end=None, struck_at=None).values_list("stairwell_id", flat=True))
    assert open_homes == {stairwells["2-1"], stairwells["1-2"]}


def test_a_missing_community_is_accepted_and_queued_once(verified, answers):
    account = verified()
    said = answers(
        home_missing=True, home_text="新村 8 幢 3 单元", home_stairwell=None, home_building=None, home_compound=None
    )
    done = declare(account, said)
    declare(account, {**said, "symptoms": ["respiratory"], "symptoms_since": "2020-02-18"}, now=later(hours=2))
    assert (MissingPlace.objects.get().division, MissingPlace.objects.get().state) == (STREET, "waiting")
    assert Person.objects.get(pk=done.person).division == STREET


def test_the_same_answers_sent_twice_are_one_declaration(verified, answers):
    account = verified()
    first, second = declare(account, answers()), declare(account, answers(), now=later(minutes=1))
    assert second.again
    assert (second.receipt, Declaration.objects.count()) == (first.receipt, 1)


def test_the_audit_has_a_link_a_declaration_and_no_personal_data(verified, answers):
    done = declare(verified(), answers())
    entry = AuditEntry.objects.get(action="declaration.take")
    assert (entry.subject, entry.details) == (
        f"declaration/{done.declaration.pk}",
        f'{{"person":{done.person},"taken_back":0}}',
    )


def test_who_comes_from_elsewhere_is_recorded_as_arrived_and_who_was_here_is_not(verified, answers):
    here = declare(verified(1), answers(1))
    came = declare(verified(2), answers(2, arrived_on="2020-02-16"))
    away = declare(verified(3), answers(3, in_city=False, arrived_on="2020-02-25"))
    assert not Fact.objects.filter(person_id=here.person, kind="presence").exists()
    arrived = Fact.objects.get(person_id=came.person, kind="presence")
    assert (arrived.detail, arrived.start) == ("in_city", datetime(2020, 2, 15, 16, 0, tzinfo=UTC))
    assert Fact.objects.get(person_id=away.person, kind="presence").detail == "away"


def test_the_receipt_goes_to_the_phone_that_was_proved(verified, answers):
    declare(verified(), answers())
    assert Message.objects.get(kind="receipt").state == "waiting"


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_make_one_person_and_one_line(verified, answers):
    first, second = verified(1), verified(1)
    said = [answers(symptoms=["fever"], symptoms_since="2020-02-18"), answers()]
    ready, done = threading.Barrier(6), []

    def go(number: int) -> None:
        try:
            ready.wait()
            account = (first, second)[number % 2]
            done.append(declare(account, said[number % 2], now=later(seconds=number)))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 6
    assert Person.objects.count() == 1
    assert Declaration.objects.filter(replaced_by=None).count() == 1
    assert Declaration.objects.filter(replaces=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_channels_at_the_same_moment_find_the_same_new_person(verified, answers, by_phone):
    accounts = [verified(1), by_phone("13800000001"), by_phone("13800000077")]
    ready, done = threading.Barrier(3), []

    def go(account: object) -> None:
        try:
            ready.wait()
            done.append(declare(account, answers(1)))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go, args=(account,)) for account in accounts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 3
    assert Person.objects.count() == 1
    assert Declaration.objects.filter(person__isnull=False, replaces=None).count() == 1
