"""E2, C7, R13: complaints are recorded once, read and answered by the control office of the place, found again by receipt alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction

from tests.integration.dispositions.conftest import NOW, Offices
from tests.integration.dispositions.gate import a_checkpoint
from yimatong.core.errors import YimatongError
from yimatong.records.models import AuditEntry
from yimatong.stations.appeals import actions, queries
from yimatong.stations.appeals.actions import Complained
from yimatong.stations.appeals.models import Complaint, ComplaintEvent
from yimatong.stations.checkpoints.models import Checkpoint


def complained(gate: Checkpoint | None = None, **changed: Any) -> Complained:
    given: dict[str, Any] = {
        "kind": "refused_despite_green", "checkpoint": gate and gate.pk, "text": "绿码，仍不让进村", "source": "page",
        "happened": NOW, "now": NOW,
    }  # fmt: skip
    return actions.complain(**(given | changed))


def refused(action: Any, **given: Any) -> str:
    with pytest.raises(YimatongError) as refusal:
        action(**given)
    return refusal.value.code


def test_the_closed_list_is_the_policys_and_has_what_the_announcement_forbids(db: None) -> None:
    kinds = queries.kinds(NOW)
    assert set(kinds) >= {
        "refused_despite_green",
        "plate",
        "household_registration",
        "conduct",
        "landlord",
        "employer",
        "other",
    }
    assert all(text.of("zh") and text.of("en") for text in kinds.values())


def test_a_complaint_has_a_receipt_and_names_nobody(gate: Checkpoint) -> None:
    made = complained(gate, slip="A-17")
    assert made.fresh
    assert len(made.receipt) == 14
    found = queries.by_receipt(made.receipt.lower().replace("-", " "))
    assert found is not None
    assert (found.complaint, found.state, found.answer) == (made.complaint, "received", "")
    entry = AuditEntry.objects.get(action="complaint.record")
    assert "村" not in entry.details
    assert made.receipt.replace("-", "") not in entry.details
    assert queries.by_receipt("0000-0000-0000") is None


def test_a_scanners_record_counts_once_however_often_it_comes(gate: Checkpoint) -> None:
    first = complained(gate, source="scanner/3/41")
    again = complained(gate, source="scanner/3/41", text="other")
    assert (again.complaint.pk, again.receipt, again.fresh) == (first.complaint.pk, first.receipt, False)
    assert complained(gate, source="scanner/3/42").fresh
    assert complained(gate).complaint.pk != complained(gate).complaint.pk


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"kind": "weather"}, "complaint-kind"),
        ({"text": "字" * 501}, "complaint-too-long"),
        ({"checkpoint": 2**30}, "complaint-checkpoint"),
    ],
)
def test_what_cannot_be_is_refused(gate: Checkpoint, changed: dict[str, Any], code: str) -> None:
    assert refused(complained, gate=gate, **changed) == code
    assert not Complaint.objects.exists()


def test_landlords_and_employers_need_no_checkpoint(db: None) -> None:
    assert complained(kind="landlord", text="").complaint.words_sealed is None


def test_the_office_of_the_place_takes_it_up_and_answers_and_the_receipt_shows_it(
    gate: Checkpoint, offices: Offices
) -> None:
    made = complained(gate)
    number = made.complaint.pk
    assert refused(actions.take_up, by=offices.township_elsewhere, complaint=number, now=NOW) == "complaint-not-yours"
    assert refused(actions.take_up, by=offices.health, complaint=number, now=NOW) == "not-allowed"
    assert actions.read(by=offices.township, complaint=number) == "绿码，仍不让进村"
    assert AuditEntry.objects.filter(action="complaint.read", by=offices.township).count() == 1
    actions.take_up(by=offices.township, complaint=number, now=NOW)
    assert refused(actions.take_up, by=offices.office, complaint=number, now=NOW) == "complaint-done"
    assert refused(actions.answer, by=offices.office, complaint=number, words=" ", now=NOW) == "answer-missing"
    actions.answer(by=offices.office, complaint=number, words="已纠正，并向您道歉。", now=NOW + timedelta(hours=1))
    assert refused(actions.answer, by=offices.office, complaint=number, words="x", now=NOW) == "complaint-done"
    found = queries.by_receipt(made.receipt)
    assert found is not None
    assert (found.state, found.answer) == ("answered", "已纠正，并向您道歉。")


def test_one_that_waits_is_listed_first_however_many_were_answered_since(
    gate: Checkpoint, offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST", 2)
    waiting = complained(gate).complaint.pk
    for _ in range(3):
        answered = complained(gate).complaint.pk
        actions.answer(by=offices.office, complaint=answered, words="已纠正。", now=NOW)
    shown = [one.complaint.pk for one in queries.complaints(by=offices.office)]
    assert (shown[0], len(shown)) == (waiting, 3)


def test_counts_are_of_the_checkpoint_and_the_jurisdiction(gate: Checkpoint, offices: Offices) -> None:
    other = a_checkpoint(330205001, "庄桥卡点")
    for where in (gate, gate, other, None):
        complained(where)
    assert queries.counts(by=offices.office, since=NOW) == {gate.pk: 2, other.pk: 1}
    assert queries.counts(by=offices.township, since=NOW) == {gate.pk: 2}
    assert queries.counts(by=offices.office, since=NOW + timedelta(minutes=1)) == {}
    assert len(queries.complaints(by=offices.office)) == 4
    assert len(queries.complaints(by=offices.township)) == 2


def test_the_database_keeps_complaints_as_they_were_made(gate: Checkpoint, offices: Offices) -> None:
    made = complained(gate)
    for change in (
        "UPDATE complaints SET kind = 'other'", "DELETE FROM complaints",
        "UPDATE complaint_events SET at = now()", "DELETE FROM complaint_events",
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute(change)
    with pytest.raises(DatabaseError, match="by the control office"), transaction.atomic():
        ComplaintEvent.objects.create(complaint=made.complaint, kind="taken_up", by=offices.health, at=NOW)


@pytest.mark.django_db(databases=["default", "judge"])
def test_the_judge_sees_no_complaint() -> None:
    with pytest.raises(DatabaseError), connections["judge"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM complaints")
