"""Whom a declaration is about: a document tells it where it is proved, and nothing is taken over (J14)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.integration.declarations.conftest import NOW, declare, document, later, real
from yimatong.records import identity
from yimatong.records.actions.officials import the_system
from yimatong.records.actions.people import register
from yimatong.records.models import Fact, Person
from yimatong.records.refusals import Refused
from yimatong.stations.declarations import queries
from yimatong.stations.declarations.actions import contradicting, settling
from yimatong.stations.declarations.actions.limits import Source
from yimatong.stations.declarations.errors import DeclarationError
from yimatong.stations.declarations.models import Account, Contradiction, Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def on_record(db: None) -> Person:
    """Somebody whom another system has recorded, with a phone of their own."""
    return register(
        by=the_system(), today=NOW.date(), name="王小明", id_type=Person.IdType.RESIDENT,
        id_number=document(1), phone="13900000001",
    )  # fmt: skip


def last_code() -> str:
    text = identity.unseal(Message.objects.filter(kind="code").latest("id").text_sealed, "message")
    return text.split("验证码 ")[1][:6]


def test_the_channels_word_on_the_document_is_proof(verified, answers, on_record):
    assert declare(verified(1), answers(1)).person == on_record.pk


def test_the_phone_on_record_is_proof(by_phone, answers, on_record):
    assert declare(by_phone("13900000001"), answers(1)).person == on_record.pk


def test_a_name_and_an_id_number_alone_are_none(by_phone, answers, on_record):
    account = by_phone("13700000000")
    held = declare(account, answers(1, symptoms=["fever"], symptoms_since="2020-02-18"))
    assert (held.person, held.touched, held.contradiction.says) == (None, False, "not-proved")
    assert queries.people_of(Account.objects.get(pk=account.pk)) == ()
    assert not Fact.objects.exists()
    assert Person.objects.get().phone_tail == "0001"


def test_a_name_that_differs_much_opens_a_case_even_where_the_channel_knows_the_document(verified, answers, on_record):
    held = declare(verified(1, "赵大海"), answers(1, name="赵大海"))
    assert (held.contradiction.sort, held.contradiction.says) == ("identity", "name-differs")
    assert Person.objects.get().name == "王小明"
    assert not Fact.objects.exists()


def test_a_name_written_otherwise_by_one_sign_is_the_same_person(verified, answers, on_record):
    assert declare(verified(1), answers(1, name="王晓明")).person == on_record.pk


def test_people_of_one_name_or_one_phone_are_not_merged(verified, answers):
    first, second = declare(verified(1), answers(1)), declare(verified(2), answers(2, phone="13800000001"))
    assert first.person != second.person
    assert Person.objects.count() == 2


def test_the_document_must_be_the_one_that_the_channel_has_checked(verified, answers):
    with pytest.raises(DeclarationError) as caught:
        declare(verified(1), answers(2))
    assert caught.value.code == "document-not-the-channels"


def test_an_account_is_one_person(by_phone, answers):
    account = by_phone("13700000000")
    declare(account, answers(1))
    with pytest.raises(DeclarationError) as caught:
        declare(account, answers(2))
    assert caught.value.code == "another-person"


def test_the_owner_confirms_with_a_code_to_the_phone_on_record(by_phone, answers, on_record):
    account = by_phone("13700000000")
    held = declare(account, answers(1, symptoms=["fever"], symptoms_since="2020-02-18"))
    source = Source(account=account.pk)
    assert settling.ask_owner(contradiction=held.contradiction, source=source, at=real()) is None
    wrong = settling.confirm_owner(contradiction=held.contradiction, code="000000x", source=source, now=NOW, at=real())
    assert isinstance(wrong, Refused)
    done = settling.confirm_owner(contradiction=held.contradiction, code=last_code(), source=source, now=NOW, at=real())
    assert done.person == on_record.pk
    assert Fact.objects.filter(person=on_record, kind="symptom", detail="fever").exists()
    assert [one.person for one in queries.people_of(Account.objects.get(pk=account.pk))] == [on_record.pk]
    assert done.declaration.pk == held.declaration.pk


def test_an_official_settles_a_case_only_after_somebody_was_heard(verified, answers, on_record, health):
    account = verified(1, "赵大海")
    held = declare(account, answers(1, name="赵大海"))
    words = {
        "by": health,
        "contradiction": held.contradiction.pk,
        "finding": "declaration_right",
        "why": "核对了证件",
        "at": real(),
    }
    with pytest.raises(DeclarationError) as caught:
        settling.settle(**words, now=NOW)
    assert caught.value.code == "case-not-heard"
    contradicting.answer(account=account, contradiction=held.contradiction.pk, words="我改过名字", now=NOW)
    settled = settling.settle(**words, now=later(hours=1))
    assert (settled.state, settled.finding) == ("settled", "declaration_right")
    assert queries.declaration_of(on_record.pk).pk == held.declaration.pk
    assert Fact.objects.filter(person=on_record, kind="declaration").count() == 1


def test_a_false_identity_is_handed_over_and_nothing_of_it_counts(by_phone, answers, on_record, health):
    held = declare(by_phone("13700000000"), answers(1))
    settling.settle(
        by=health, contradiction=held.contradiction.pk, finding="false", why="冒用", now=later(days=3), at=real()
    )
    assert queries.declaration_of(on_record.pk) is None
    assert not Fact.objects.exists()


def test_cases_that_nobody_answers_in_two_days_count_as_heard(by_phone, answers, on_record):
    declare(by_phone("13700000000"), answers(1))
    assert contradicting.lapse(now=later(days=1)) == 0
    assert contradicting.lapse(now=later(days=2, minutes=1)) == 1
    assert Contradiction.objects.get().state == "heard"


def test_the_same_held_answers_again_make_no_second_case(by_phone, answers, on_record):
    account = by_phone("13700000000")
    first, second = declare(account, answers(1)), declare(account, answers(1), now=NOW + timedelta(minutes=2))
    assert second.again
    assert first.contradiction == second.contradiction
    assert Contradiction.objects.count() == 1


def test_a_stranger_is_told_nothing_of_a_case_that_is_not_theirs(by_phone, answers, on_record):
    held = declare(by_phone("13700000000"), answers(1))
    with pytest.raises(DeclarationError) as caught:
        contradicting.answer(account=by_phone("13600000000"), contradiction=held.contradiction.pk, words="x", now=NOW)
    assert caught.value.code == "record-unknown"
    assert not queries.open_contradictions(by_phone("13600000000")).exists()
