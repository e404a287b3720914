"""A case of fraud (A6): the holder answers on their own page in time, the office reads it beside the case, nothing is decided before."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from tests.acting import owning
from tests.integration.web.looking import page
from tests.integration.web.residents import Resident, shown_lines
from tests.integration.web.test_desk import a_point, found, issued
from tests.integration.web.town import Town, at
from yimatong.records import clock
from yimatong.records.models import AuditEntry, Official
from yimatong.stations.declarations.models import Dependant
from yimatong.stations.issuing.actions import fraud
from yimatong.stations.issuing.models import CollectionTask, FraudAnswer, FraudCase, Paper
from yimatong.stations.judgements.queries import explain

pytestmark = pytest.mark.django_db(databases=["default", "judge", "owner"])
GROUNDS = "在卡点由他人出示"
WORDS = "证一直在我身上，没有借给别人"


@pytest.fixture(autouse=True)
def morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 20 February 2020, ten o'clock."""
    monkeypatch.setattr(clock, "now", lambda: at(20, 10))


@pytest.fixture
def case(signed_in: Any, town: Town, db: None) -> FraudCase:
    """孙绿 has a pass, and the control office thinks that it was lent."""
    point, client = a_point(town, "月湖社区", "desk"), signed_in("desk")
    issued(client, found(client, town, point))
    number = Paper.objects.get().number
    return fraud.open_case(by=town.office, number=number, says="lent", grounds=GROUNDS, now=at(20, 10))


def answered(resident: Resident, case: FraudCase, words: str = WORDS) -> Any:
    return resident.client.post("/me/hearing/", {"case": case.pk, "words": words})


def test_the_holder_answers_in_time_and_the_office_reads_it_beside_the_case(signed_in, town, case, monkeypatch):
    holder = Resident(person=town.numbers["孙绿"])
    assert "Please answer until 2020-02-21 10:00." in shown_lines(holder.see("home"))
    told = shown_lines(holder.see("hearing"))
    assert "The control office thinks that this pass was lent or sold. It is not decided: you are asked first." in told
    assert GROUNDS in told
    assert answered(holder, case, "  ").status_code == 422
    assert answered(holder, case, "长" * 2001).status_code == 422
    assert not FraudAnswer.objects.exists()
    assert answered(holder, case)["Location"] == "/me/hearing/"
    assert answered(holder, case, "那天我在家，邻居可以证明").status_code == 302, "as often as one likes"
    assert WORDS in holder.see("hearing")
    assert [one.how for one in FraudAnswer.objects.order_by("pk")] == ["online", "online"]
    assert WORDS.encode() not in bytes(FraudAnswer.objects.order_by("pk")[0].words_sealed)

    with owning():
        Official.objects.filter(username="jiangbei").update(jurisdiction=None)
    other, where = signed_in("jiangbei"), f"/fraud/{case.pk}/"
    (row,) = re.findall(rf"<tr[^>]*>(?:(?!</tr>).)*/fraud/{case.pk}/.*?</tr>", page(other, "/fraud/"), re.DOTALL)
    assert re.search(r'data-label="Answers"[^>]*><span>2<', row), row
    html = page(other, where)
    assert "online: 2" in html
    assert WORDS not in html, "sealed until a look is recorded"
    opened = other.post(f"{where}papers/", {"ground": "fraud", "words": "case 1"}).content.decode()
    assert WORDS in opened
    assert "written by themselves, online" in opened
    settled = {"finding": "unfounded", "why": "查无实据", "handed_to": ""}
    assert other.post(f"{where}settle/", settled).status_code == 422
    case.refresh_from_db()
    assert (case.state, case.finding) == ("heard", ""), "before the time is over nothing is decided"

    monkeypatch.setattr(clock, "now", lambda: at(21, 10, 1))
    late = answered(holder, case, "还有一句")
    assert late.status_code == 422
    assert 'data-mistake="hearing-over"' in late.content.decode()
    assert "The time to answer here is over" in shown_lines(holder.see("hearing"))
    assert other.post(f"{where}settle/", settled).status_code == 302
    assert "it was unfounded. The pass stays good." in shown_lines(holder.see("hearing"))
    assert "查无实据" in holder.see("hearing")
    assert explain(town.numbers["孙绿"]).colour.value == "green"
    assert not CollectionTask.objects.exists()
    assert AuditEntry.objects.filter(action="fraud.answer", subject=f"fraud/{case.pk}").count() == 2


def test_nobody_reads_or_answers_another_persons_case(town, case):
    stranger = Resident(subject="17000000207", person=town.numbers["周绿"])
    assert GROUNDS not in stranger.see("hearing")
    assert "A question about a paper pass" not in stranger.see("home")
    assert answered(stranger, case).status_code == 422
    Dependant.objects.create(
        account=stranger.account, person_id=town.numbers["孙绿"], relation="spouse", since=at(20, 9)
    )
    assert GROUNDS not in stranger.see("hearing"), "a grown person speaks for themselves"
    assert answered(stranger, case).status_code == 422
    assert not FraudAnswer.objects.exists()


def test_a_parent_answers_for_their_child(town, case):
    parent = Resident(subject="17000000206", person=town.numbers["周绿"])
    Dependant.objects.create(account=parent.account, person_id=town.numbers["孙绿"], relation="child", since=at(20, 9))
    assert "Your child's pass." in shown_lines(parent.see("hearing")).replace("&#x27;", "'")
    assert answered(parent, case).status_code == 302


def test_the_database_takes_no_answer_after_the_time_and_none_without_somebody(town, case):
    holder = Resident(person=town.numbers["孙绿"])
    given = {"case": case, "how": "online", "words_sealed": b"x", "account": holder.account}
    with pytest.raises(DatabaseError, match="in its time"), transaction.atomic():
        FraudAnswer.objects.create(**given, at=at(21, 10, 1))
    with pytest.raises(DatabaseError, match="fraud_answers_by_somebody"), transaction.atomic():
        FraudAnswer.objects.create(case=case, how="desk", words_sealed=b"x", at=at(20, 11))
