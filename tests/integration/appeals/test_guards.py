"""What the database keeps of a dispute: as it was said, once a fact, hidden from the judge."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, IntegrityError, connections, transaction

from tests.identities import somebody
from yimatong.records import identity
from yimatong.stations.appeals.actions import dispute
from yimatong.stations.appeals.errors import AppealError
from yimatong.stations.appeals.models import Dispute
from yimatong.stations.declarations.actions.signing_in import Claims, sign_in
from yimatong.stations.declarations.models import Account

NOW = datetime(2020, 2, 18, 2, 0, tzinfo=UTC)


@pytest.fixture
def account(db: None) -> Account:
    """Somebody signed in, for whom somebody is recorded."""
    person = somebody(name="林晓岚", id_type="none")
    made = sign_in(channel="browser", subject="17000000301", claims=Claims(phone="17000000301"), at=datetime.now(UTC))
    Account.objects.filter(pk=made.pk).update(person=person)
    made.refresh_from_db()
    return made


def said(account: Account, evidence: str = "case/1") -> Dispute:
    return Dispute.objects.create(
        person=account.person, account=account, evidence=evidence, rule="red.confirmed",
        words_sealed=identity.seal("不是这样", "row"), at=NOW,
    )  # fmt: skip


@pytest.mark.django_db
def test_a_dispute_stays_as_it_was_said(account: Account) -> None:
    made = said(account)
    for change in ("UPDATE disputes SET rule = 'green'", "DELETE FROM disputes"):
        with pytest.raises(DatabaseError), transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute(change)
    assert Dispute.objects.get().rule == made.rule


@pytest.mark.django_db
def test_a_fact_is_disputed_once_by_a_person(account: Account) -> None:
    said(account)
    with pytest.raises(IntegrityError), transaction.atomic():
        said(account)
    said(account, "visit/key/420106001/77@26334000")
    assert Dispute.objects.count() == 2


@pytest.mark.django_db(databases=["default", "judge"])
def test_the_judge_sees_no_dispute() -> None:
    with pytest.raises(DatabaseError), connections["judge"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM disputes")


@pytest.mark.django_db
def test_nobody_objects_for_a_stranger_or_to_a_fact_that_no_reason_rests_on(account: Account) -> None:
    stranger = somebody(name="王海生", id_type="none")
    given = {"account": account, "evidence": "case/1", "words": "不是这样", "now": NOW}
    with pytest.raises(AppealError) as theirs:
        dispute(person=stranger.number, **given)
    assert theirs.value.code == "not-your-person"
    assert account.person_id
    with pytest.raises(AppealError) as nothing:
        dispute(person=account.person_id, **given)
    assert nothing.value.code == "fact-not-yours"
    with pytest.raises(AppealError) as long:
        dispute(person=account.person_id, **(given | {"words": "字" * 1001}))
    assert long.value.code == "words-too-long"
    assert not Dispute.objects.exists()
