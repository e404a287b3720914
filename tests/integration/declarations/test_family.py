"""Children and old people declared on one phone; who lives together; check-ins."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import override_settings

from tests.integration.declarations.conftest import NOW, STATEMENT, declare, document, later, real
from yimatong.records.actions import people
from yimatong.records.actions.officials import the_system
from yimatong.records.models import Fact, Person
from yimatong.stations.declarations import queries
from yimatong.stations.declarations.actions import checking_in, declaring, family
from yimatong.stations.declarations.errors import AnswersWrong, DeclarationError
from yimatong.stations.declarations.models import Account, Contradiction, Coresident

pytestmark = pytest.mark.django_db
CHILD = document(5, "20120601")


@pytest.fixture
def guardian(verified, answers) -> Account:
    """Somebody who has declared, living on 1-1."""
    account = verified()
    declare(account, answers())
    return Account.objects.get(pk=account.pk)


def child(answers, **given):
    return answers(1, **{"name": "王小小", "id_number": CHILD, **given})


def test_below_fourteen_nobody_declares_themselves(by_phone, answers):
    with pytest.raises(DeclarationError) as caught:
        declare(by_phone("13700000000"), child(answers))
    assert caught.value.code == "guardian-needed"
    assert not Person.objects.exists()


def test_a_guardian_declares_a_child_and_sees_both(guardian, answers):
    done = declare(guardian, child(answers, symptoms=["fever"], symptoms_since="2020-02-18"), relation="child")
    shown = queries.people_of(guardian)
    assert [(one.relation, one.name) for one in shown] == [("", "王小明"), ("child", "王小小")]
    assert done.declaration.made_by == "guardian"
    assert Fact.objects.filter(person_id=done.person, detail="fever").exists()


def test_a_child_without_a_document_is_told_by_the_guardians(guardian, answers):
    newborn = answers(1, name="王宝宝", id_type="none", id_number=None, birth_date="2019-12-24")
    first = declare(guardian, newborn, relation="child")
    again = declare(
        guardian,
        {**newborn, "symptoms": ["fever"], "symptoms_since": "2020-02-18"},
        relation="child",
        now=later(hours=2),
    )
    assert first.person == again.person
    assert Person.objects.get(pk=first.person).id_key is None
    assert again.declaration.replaces_id == first.declaration.pk


def test_from_fourteen_on_a_document_is_needed(guardian, answers):
    with pytest.raises(AnswersWrong) as caught:
        declare(guardian, answers(1, id_type="none", id_number=None, birth_date="2006-02-18"), relation="child")
    assert [error.code for error in caught.value.errors] == ["document-needed"]
    declare(
        guardian, answers(1, name="王弟", id_type="none", id_number=None, birth_date="2006-02-19"), relation="child"
    )


def test_an_old_parent_who_is_on_record_is_not_taken_over(guardian, answers):
    old = people.register(
        by=the_system(), today=NOW.date(), name="王老伯", id_type=Person.IdType.RESIDENT,
        id_number=document(7, "19400101"), phone="13900000007",
    )  # fmt: skip
    held = declare(guardian, answers(1, name="王老伯", id_number=document(7, "19400101")), relation="parent")
    assert (held.person, held.contradiction.person_id) == (None, old.pk)
    assert len(queries.people_of(guardian)) == 1


def test_a_child_on_record_at_the_same_home_is_the_guardians(guardian, answers, stairwells):
    on_record = people.register(
        by=the_system(), today=NOW.date(), name="王小小", id_type=Person.IdType.RESIDENT, id_number=CHILD
    )
    people.settle(
        by=the_system(), person=on_record.pk, stairwell=stairwells["1-1"], start=NOW, source="户籍", legal_basis="law"
    )
    assert declare(guardian, child(answers), relation="child").person == on_record.pk


def test_an_account_looks_after_so_many_and_no_more(guardian, answers):
    with override_settings(YIMATONG_DEPENDANTS=1):
        declare(guardian, child(answers), relation="child")
        with pytest.raises(DeclarationError) as caught:
            declare(guardian, answers(1, name="王大大", id_number=document(6, "20110101")), relation="child")
    assert caught.value.code == "too-many-dependants"
    assert Person.objects.count() == 2


def test_a_dependant_is_detached_and_the_history_stays(guardian, answers):
    done = declare(guardian, child(answers), relation="child")
    family.detach(account=guardian, person=done.person, now=later(hours=1))
    assert [one.person for one in queries.people_of(guardian)] == [guardian.person_id]
    assert queries.history_of(done.person).count() == 1
    with pytest.raises(DeclarationError) as caught:
        declaring.correct(
            account=guardian,
            person=done.person,
            answers=child(answers),
            statement=STATEMENT,
            now=later(hours=2),
            at=real(),
        )
    assert caught.value.code == "person-not-yours"


def test_both_channels_of_one_person_show_the_family(guardian, answers, by_phone):
    declare(guardian, child(answers), relation="child")
    other = by_phone("13800000001")
    declare(other, answers(), now=later(hours=1))
    assert len(queries.people_of(Account.objects.get(pk=other.pk))) == 2


def test_who_lives_together_is_linked_where_the_document_is_known(guardian, answers, verified):
    lives_with = [
        {"name": "李小红", "id_type": "resident", "id_number": document(2)},
        {"name": "老王", "id_type": "", "id_number": ""},
    ]
    second = declare(verified(2, "李小红"), answers(2, name="李小红"))
    declare(guardian, answers(coresidents=lives_with), now=later(hours=1))
    assert set(Coresident.objects.values_list("resident_id", flat=True)) == {second.person, None}
    declare(guardian, answers(coresidents=lives_with[:1]), now=later(hours=2))
    assert Coresident.objects.filter(until=None).count() == 1
    assert not Contradiction.objects.exists()


def test_a_fever_of_the_evening_acts_at_once(guardian):
    done = checking_in.check_in(
        account=guardian, person=guardian.person_id, symptoms=["fever"], now=later(hours=9), at=real()
    )
    fever = Fact.objects.get(person_id=guardian.person_id, kind="symptom")
    assert (fever.detail, fever.start, fever.source) == ("fever", later(hours=9), "check-in:alipay")
    assert done.touched


def test_a_check_in_counts_as_a_declaration_of_its_day_once(guardian):
    for hours in (24, 30, 48):
        checking_in.check_in(
            account=guardian, person=guardian.person_id, symptoms=[], now=later(hours=hours), at=real()
        )
    assert Fact.objects.filter(person_id=guardian.person_id, kind="declaration").count() == 3


def test_a_symptom_that_is_gone_ends_with_the_check_in(guardian):
    said = {"account": guardian, "person": guardian.person_id}
    checking_in.check_in(**said, symptoms=["fever"], now=later(hours=9), at=real())
    checking_in.check_in(**said, symptoms=[], now=later(hours=33), at=real() + timedelta(hours=24))
    assert Fact.objects.get(person_id=guardian.person_id, kind="symptom").end == later(hours=33)


def test_missed_days_are_seen(guardian):
    said = {"account": guardian, "person": guardian.person_id, "symptoms": []}
    checking_in.check_in(**said, now=later(days=2), at=real())
    assert queries.missed_days(guardian.person_id, later(days=4)) == (date(2020, 2, 19), date(2020, 2, 21))


def test_nobody_checks_in_for_a_stranger(guardian, by_phone):
    with pytest.raises(DeclarationError) as caught:
        checking_in.check_in(
            account=by_phone("13700000000"), person=guardian.person_id, symptoms=[], now=NOW, at=real()
        )
    assert caught.value.code == "person-not-yours"
