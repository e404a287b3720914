"""C8, S16: a phone becomes a scanner by a code that is good once; it and its codes are stopped one, many, or all at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from tests.acting import an_official
from tests.integration.checkpoints.guard import AT, Guard, enrolment
from yimatong.core.checkpoints.licence import licence_allows, zone_at
from yimatong.core.credential import FileKey
from yimatong.core.errors import YimatongError
from yimatong.core.time import SHANGHAI
from yimatong.records.models import Official
from yimatong.stations.checkpoints import actions
from yimatong.stations.checkpoints.actions.enrolling import answer_to, override_secret
from yimatong.stations.checkpoints.models import Checkpoint, Device, Offer
from yimatong.stations.passes.days import day_of

pytestmark = pytest.mark.django_db(transaction=True)


def enrol(secret: str, key: FileKey | None = None) -> tuple[int, str]:
    answer = Client().post("/s/enrol", enrolment(secret, key or FileKey.made()), content_type="application/json")
    return answer.status_code, answer.json().get("code", "")


def test_a_code_enrols_one_device_and_the_same_device_may_ask_again(gate: Checkpoint, system: Official) -> None:
    (offer,) = actions.offer_enrolments(by=system, checkpoint=gate.number, at=datetime.now(UTC))
    key = FileKey.made()
    assert enrol(offer.secret, key) == (201, "")
    assert enrol(offer.secret, key) == (201, "")
    assert enrol(offer.secret) == (410, "enrolment-used")
    assert Device.objects.count() == 1
    assert offer.secret not in str(list(Offer.objects.values()))


def test_codes_end_after_a_day_and_can_be_revoked_before_their_first_use(gate: Checkpoint, system: Official) -> None:
    at = datetime.now(UTC)
    (old,) = actions.offer_enrolments(by=system, checkpoint=gate.number, at=at - timedelta(hours=25))
    stopped = actions.offer_enrolments(by=system, checkpoint=gate.number, at=at, count=3)
    assert actions.revoke(by=system, offers=[one.id for one in stopped], why="遗失", at=at) == 3
    assert enrol(old.secret) == (410, "enrolment-over")
    assert {enrol(one.secret) for one in stopped} == {(410, "enrolment-revoked")}
    assert enrol("0" * 26) == (404, "enrolment-unknown")


def test_a_key_that_is_not_ones_own_is_not_enrolled(gate: Checkpoint, system: Official) -> None:
    (offer,) = actions.offer_enrolments(by=system, checkpoint=gate.number, at=datetime.now(UTC))
    body = enrolment(offer.secret, FileKey.made()) | {"point": enrolment(offer.secret, FileKey.made())["point"]}
    answer = Client().post("/s/enrol", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "proof-wrong")


def test_a_licence_names_checkpoint_zone_and_hours_and_ends_by_itself(gate: Checkpoint, system: Official) -> None:
    night = actions.open_checkpoint(
        by=system, title_zh="夜岗", title_en="Night gate", division=330203001, at=datetime.now(UTC), zone="control",
        hours=[[127, 22 * 60, 6 * 60]],
    )  # fmt: skip
    (offer,) = actions.offer_enrolments(by=system, checkpoint=night.number, at=datetime.now(UTC), training=True)
    licence = Guard.enrolled(offer.secret).licence()
    assert (licence.title_zh, licence.zone, licence.district, licence.training) == ("夜岗", "control", 330203, True)
    assert not licence_allows(licence, AT, SHANGHAI)
    assert licence_allows(licence, AT + 13 * 3600, SHANGHAI)
    assert not licence_allows(licence, licence.expires + 1, SHANGHAI)


def test_a_revoked_device_is_told_so_and_nothing_it_sends_is_taken(
    guard: Guard, gate: Checkpoint, system: Official
) -> None:
    record = guard.passage()
    actions.revoke(by=system, checkpoint=gate.number, why="设备遗失", at=datetime.now(UTC))
    answer = guard.ask(
        "POST", "/s/sync", {"records": [record], "lists": {"trust": 1, "policy": 1, "recall": {}}, "clock": 0}
    )
    assert (answer.status_code, answer.json()["code"]) == (410, "device-revoked")
    assert guard.ask("GET", "/s/extract").status_code == 410
    device = Device.objects.get()
    with pytest.raises(DatabaseError, match="revoked for ever"), transaction.atomic():
        Device.objects.filter(pk=device.pk).update(revoked_at=None, revoked_by=None, why="")


def test_a_request_is_heard_once_and_only_from_the_devices_own_key(guard: Guard) -> None:
    body = {"records": [], "lists": {"trust": 1, "policy": 1, "recall": {}}, "clock": 0}
    import json

    header = guard.header("POST", "/s/sync", json.dumps(body).encode())
    assert guard.ask("POST", "/s/sync", body, header).status_code == 200
    replayed = guard.ask("POST", "/s/sync", body, header)
    assert (replayed.status_code, replayed.json()["code"]) == (409, "counter-known")
    changed = guard.ask(
        "POST", "/s/sync", {**body, "clock": 5}, guard.header("POST", "/s/sync", json.dumps(body).encode())
    )
    assert (changed.status_code, changed.json()["code"]) == (401, "device-unknown")
    stranger = Guard(FileKey.made(), guard.device, {}, counter=guard.counter)
    assert stranger.ask("POST", "/s/sync", body).status_code == 401
    assert Client().post("/s/sync", body, content_type="application/json").status_code == 401


def test_closing_a_checkpoint_stops_all_its_scanners(guard: Guard, gate: Checkpoint, system: Official) -> None:
    actions.close_checkpoint(by=system, checkpoint=gate.number, why="撤销", at=datetime.now(UTC))
    assert guard.ask("GET", "/s/extract").status_code == 410
    with pytest.raises(YimatongError) as told:
        actions.offer_enrolments(by=system, checkpoint=gate.number, at=datetime.now(UTC))
    assert told.value.code == "checkpoint-closed"


def test_only_the_control_office_opens_and_stops(gate: Checkpoint) -> None:
    clerk = an_official("clerk-1", "clerk", name="窗口")
    with pytest.raises(YimatongError) as told:
        actions.offer_enrolments(by=clerk, checkpoint=gate.number, at=datetime.now(UTC))
    assert told.value.code == "not-allowed"


def test_an_override_is_answered_for_one_device_on_one_day(guard: Guard, system: Official) -> None:
    from tests.integration.checkpoints.conftest import NOW

    officer = an_official("office-1", "control_office", name="防控办")
    device = Device.objects.get()
    said = actions.answer_challenge(by=officer, device=device.number, challenge="123 456", why="断网", now=NOW)
    assert said == answer_to(override_secret(device), day_of(NOW), "123456")
    assert len(said) == 8
    with pytest.raises(YimatongError) as told:
        actions.answer_challenge(by=officer, device=device.number, challenge="12345", why="断网", now=NOW)
    assert told.value.code == "challenge-wrong"


def test_a_licence_says_when_a_control_zone_is_one(gate: Checkpoint, system: Official) -> None:
    """C20: only a control zone has such hours, and a scanner learns them with its licence."""
    with pytest.raises(YimatongError) as wrong:
        actions.change_hours(
            by=system, checkpoint=gate.number, hours=gate.hours, control_hours=[[127, 0, 60]], now=datetime.now(UTC)
        )
    assert wrong.value.code == "control-hours-wrong"
    with pytest.raises(DatabaseError), transaction.atomic():
        Checkpoint.objects.filter(pk=gate.pk).update(control_hours=[[127, 0, 60]])
    night = actions.open_checkpoint(
        by=system, title_zh="夜里管控", title_en="Control at night", division=330203001, at=datetime.now(UTC), zone="control",
        control_hours=[[127, 22 * 60, 6 * 60]],
    )  # fmt: skip
    (offer,) = actions.offer_enrolments(by=system, checkpoint=night.number, at=datetime.now(UTC))
    licence = Guard.enrolled(offer.secret).licence()
    assert [zone_at(licence, AT + hours * 3600, SHANGHAI) for hours in (0, 13)] == ["ordinary", "control"]
    assert licence_allows(licence, AT, SHANGHAI), "its scanners work at all hours"
