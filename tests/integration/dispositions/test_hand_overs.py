"""E3, C4, H5: hand-overs, recorded once, acknowledged by the receiver, late and escalated by the policy's clock, opened with a reason."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connections, transaction

from tests.identities import somebody
from tests.integration.dispositions.conftest import NOW, Offices
from tests.integration.dispositions.gate import a_checkpoint, sealed_for
from yimatong.core.errors import YimatongError
from yimatong.records.actions.officials import the_system
from yimatong.records.models import AuditEntry, Look
from yimatong.stations.checkpoints.models import Checkpoint, Device
from yimatong.stations.dispositions import actions, queries
from yimatong.stations.dispositions.models import HandOver, HandOverEvent
from yimatong.stations.dispositions.rules import clock_of

WRITTEN = {"name": "王海生", "document": "330299198001010018", "phone": "13900000001"}


def recorded(device: Device, n: int = 1, **changed: Any) -> HandOver:
    given: dict[str, Any] = {
        "device": device.pk, "checkpoint": device.checkpoint_id, "n": n, "happened": NOW - timedelta(minutes=90), "now": NOW,
        "to": "health", "why": "fever", "person": None, "sealed": sealed_for(device, json.dumps(WRITTEN).encode()), "temperature": 385,
    }  # fmt: skip
    return actions.record_hand_over(**(given | changed))


def refused(action: Any, **given: Any) -> str:
    with pytest.raises(YimatongError) as refusal:
        action(**given)
    assert refusal.value.sentence.of("zh")
    assert refusal.value.remedy.of("en")
    return refusal.value.code


def test_the_same_record_again_is_the_same_hand_over(device: Device) -> None:
    first = recorded(device)
    again = recorded(device, why="red", now=NOW + timedelta(hours=1))
    assert again.pk == first.pk
    assert HandOver.objects.get().why == "fever"
    assert recorded(device, 2).pk != first.pk


def test_the_receivers_clock_starts_when_the_record_reaches_us(device: Device) -> None:
    made = recorded(device)
    clock = clock_of(NOW)
    assert (made.late_from, made.escalates_from) == clock
    assert NOW < made.late_from < made.escalates_from
    assert queries.stand(made, the_system()).offline_minutes == 90


@pytest.mark.parametrize(
    ("field", "value"),
    [("to", "police"), ("why", "ugly"), ("temperature", 37), ("sealed", b"x" * 2001), ("sealed", b"")],
)
def test_what_cannot_be_is_refused_with_the_field(device: Device, field: str, value: Any) -> None:
    with pytest.raises(YimatongError) as refusal:
        recorded(device, **{field: value})
    assert (refusal.value.code, refusal.value.place) == ("hand-over-wrong", field)
    assert not HandOver.objects.exists()


def test_the_receiver_of_the_jurisdiction_acknowledges_and_nobody_else(device: Device, offices: Offices) -> None:
    health, township = recorded(device, 1), recorded(device, 2, to="township", why="yellow")
    for by in (offices.health_elsewhere, offices.office, offices.township):
        assert refused(actions.acknowledge, by=by, hand_over=health.pk, now=NOW) == "hand-over-not-yours"
    for by in (offices.health, offices.township_elsewhere):
        assert refused(actions.acknowledge, by=by, hand_over=township.pk, now=NOW) == "hand-over-not-yours"
    for by in (offices.clerk, offices.auditor):
        assert refused(actions.acknowledge, by=by, hand_over=health.pk, now=NOW) == "not-allowed"
    actions.acknowledge(by=offices.health, hand_over=health.pk, now=NOW, note="120 已派车")
    actions.acknowledge(by=offices.township, hand_over=township.pk, now=NOW)
    standing = {one.hand_over.pk: one for one in queries.inbox(by=offices.office)}
    assert {one.state for one in standing.values()} == {"acknowledged"}
    assert standing[health.pk].note == "120 已派车"
    assert "120" not in AuditEntry.objects.get(action="hand_over.acknowledge", subject=str(health)).details


def test_acknowledged_once(device: Device, offices: Offices) -> None:
    made = recorded(device)
    actions.acknowledge(by=offices.health, hand_over=made.pk, now=NOW)
    assert refused(actions.acknowledge, by=offices.health, hand_over=made.pk, now=NOW) == "hand-over-acknowledged"
    assert refused(actions.acknowledge, by=offices.health, hand_over=0, now=NOW) == "hand-over-unknown"
    assert (
        refused(actions.acknowledge, by=offices.health, hand_over=made.pk, now=NOW, note="字" * 201) == "note-too-long"
    )


def test_the_scanner_hears_who_acknowledged_as_an_office_not_as_a_name(device: Device, offices: Offices) -> None:
    first, _second = recorded(device, 1), recorded(device, 2)
    assert queries.acknowledged(device=device.pk) == ()
    actions.acknowledge(by=offices.health, hand_over=first.pk, now=NOW + timedelta(minutes=3))
    (heard,) = queries.acknowledged(device=device.pk)
    assert (heard.n, heard.at, heard.by) == (1, NOW + timedelta(minutes=3), "卫健部门 / health department")
    assert queries.acknowledged(device=device.pk, since=heard.at) == ()


def test_late_then_escalated_then_the_control_office_may_too(device: Device, offices: Offices) -> None:
    made = recorded(device)
    state = lambda: queries.one(by=offices.office, hand_over=made.pk).state  # type: ignore[union-attr] # noqa: E731
    assert actions.escalate(now=made.late_from - timedelta(minutes=1)) == actions.Escalated(0, 0)
    assert state() == "waiting"
    assert actions.escalate(now=made.late_from) == actions.Escalated(1, 0)
    assert state() == "late"
    assert actions.escalate(now=made.late_from) == actions.Escalated(0, 0)
    assert refused(actions.acknowledge, by=offices.office, hand_over=made.pk, now=NOW) == "hand-over-not-yours"
    assert actions.escalate(now=made.escalates_from) == actions.Escalated(0, 1)
    assert state() == "escalated"
    assert actions.escalate(now=made.escalates_from + timedelta(days=9)) == actions.Escalated(0, 0)
    assert queries.open_for(by=offices.office) == 1
    actions.acknowledge(by=offices.office, hand_over=made.pk, now=made.escalates_from)
    assert state() == "acknowledged"


def test_a_worker_that_slept_for_a_day_catches_up_at_once(device: Device) -> None:
    made = recorded(device)
    assert actions.escalate(now=made.escalates_from + timedelta(days=1)) == actions.Escalated(1, 1)
    assert list(HandOverEvent.objects.order_by("id").values_list("kind", flat=True)) == ["late", "escalated"]


def test_what_was_acknowledged_is_never_late(device: Device, offices: Offices) -> None:
    made = recorded(device)
    actions.acknowledge(by=offices.health, hand_over=made.pk, now=NOW)
    assert actions.escalate(now=made.escalates_from) == actions.Escalated(0, 0)
    with pytest.raises(DatabaseError, match="late no more"), transaction.atomic():
        HandOverEvent.objects.create(hand_over=made, kind="late", by=the_system(), at=NOW)


def test_the_database_keeps_the_order_and_the_officials(device: Device, offices: Offices) -> None:
    made = recorded(device)
    for kind, by, error in (
        ("escalated", the_system(), "late before"),
        ("acknowledged", the_system(), "by the health"),
        ("opened", offices.clerk, "by the health"),
    ):
        with pytest.raises(DatabaseError, match=error), transaction.atomic():
            HandOverEvent.objects.create(hand_over=made, kind=kind, by=by, at=NOW)
    for change in (
        "UPDATE disposition_hand_overs SET why = 'red'", "DELETE FROM disposition_hand_overs",
        "UPDATE disposition_hand_over_events SET kind = 'opened'", "DELETE FROM disposition_hand_over_events",
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute(change)
    actions.acknowledge(by=offices.health, hand_over=made.pk, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        HandOverEvent.objects.create(hand_over=made, kind="acknowledged", by=offices.health, at=NOW)


@pytest.mark.django_db(databases=["default", "judge"])
def test_the_judge_sees_no_hand_over() -> None:
    with pytest.raises(DatabaseError), connections["judge"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM disposition_hand_overs")


def test_details_are_opened_by_the_receiver_with_a_reason_and_every_look_is_recorded(
    device: Device, offices: Offices
) -> None:
    person = somebody(name="王海生", id_type="none")
    made = recorded(device, person=person.number)
    assert (
        refused(actions.open_details, by=offices.office, hand_over=made.pk, why="x", now=NOW) == "hand-over-not-yours"
    )
    assert refused(actions.open_details, by=offices.health, hand_over=made.pk, why="  ", now=NOW) == "reason-missing"
    assert not Look.objects.exists()
    for time in (1, 2):
        opened = actions.open_details(by=offices.health, hand_over=made.pk, why="tracing: 2020-9", now=NOW)
        assert (opened.name, opened.document, opened.phone, opened.person) == (*WRITTEN.values(), person.number)
        assert Look.objects.filter(person=person, by=offices.health, where="hand_over").count() == time
        assert AuditEntry.objects.filter(action="hand_over.open").count() == time
    assert "王海生" not in repr(opened)
    standing = queries.one(by=offices.health, hand_over=made.pk)
    assert standing is not None
    assert standing.opened == 2
    assert all("王海生" not in entry.details for entry in AuditEntry.objects.all())


def test_what_was_sealed_on_another_device_or_changed_is_not_opened(device: Device, offices: Offices) -> None:
    sealed = sealed_for(device, json.dumps(WRITTEN).encode())
    changed = recorded(device, sealed=sealed[:-1] + bytes([sealed[-1] ^ 1]))
    nothing = recorded(device, 2, sealed=None)
    assert (
        refused(actions.open_details, by=offices.health, hand_over=changed.pk, why="care: x", now=NOW)
        == "hand-over-unreadable"
    )
    assert (
        refused(actions.open_details, by=offices.health, hand_over=nothing.pk, why="care: x", now=NOW)
        == "hand-over-nothing-inside"
    )


def test_one_that_waits_is_in_the_inbox_however_many_were_done_since(
    device: Device, offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST", 2)
    first, second = recorded(device, 1), recorded(device, 2, now=NOW + timedelta(minutes=1))
    for number in range(3, 6):
        done = recorded(device, number, now=NOW + timedelta(minutes=number))
        actions.acknowledge(by=offices.health, hand_over=done.pk, now=NOW + timedelta(minutes=number))
    shown = [one.hand_over.pk for one in queries.inbox(by=offices.health)]
    assert shown[:2] == [first.pk, second.pk]
    assert len(shown) == 4


def test_the_inbox_is_the_jurisdictions_and_the_most_urgent_come_first(
    device: Device, offices: Offices, gate: Checkpoint
) -> None:
    late, waiting = recorded(device, 1), recorded(device, 2, now=NOW + timedelta(minutes=5))
    done = recorded(device, 3)
    actions.acknowledge(by=offices.health, hand_over=done.pk, now=NOW)
    actions.escalate(now=late.late_from)
    shown = [one.hand_over.pk for one in queries.inbox(by=offices.health)]
    assert shown == [late.pk, waiting.pk, done.pk]
    assert queries.inbox(by=offices.health_elsewhere) == ()
    assert len(queries.inbox(by=offices.township)) == 3
    assert queries.inbox(by=offices.office, checkpoint=a_checkpoint(330205001, "庄桥卡点").pk) == ()
    assert queries.open_for(by=offices.health) == 2


def test_one_that_cannot_be_escalated_keeps_back_nobody_elses_clock(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [recorded(device, n) for n in (1, 2)]
    passed = actions._passed

    def fails_on_the_first(found: HandOver, *how: Any) -> bool:
        if found.pk == made[0].pk:
            raise ValueError("broken")
        return passed(found, *how)

    monkeypatch.setattr(actions, "_passed", fails_on_the_first)
    assert actions.escalate(now=made[1].late_from) == actions.Escalated(1, 0)
    assert HandOverEvent.objects.values_list("hand_over", "kind").get() == (made[1].pk, "late")
