"""E3, C4, H5: the inbox of hand-overs and what the guard wrote down, as pages."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest

from tests.integration.dispositions.gate import a_checkpoint, a_device, sealed_for
from tests.integration.web.looking import page
from yimatong.records import clock
from yimatong.records.models import AuditEntry, Look
from yimatong.stations.dispositions import actions
from yimatong.stations.dispositions.models import HandOver, HandOverEvent

pytestmark = pytest.mark.django_db(databases=["default", "judge", "owner"])
WHY = {"ground": "checkpoint", "words": "2020-9 派车"}
WRITTEN = {"name": "王海生", "document": "330299198001010018", "phone": "13900000001"}


@pytest.fixture
def handed(town) -> HandOver:
    device, now = a_device(a_checkpoint(330203001)), clock.now()
    return actions.record_hand_over(
        device=device.pk, checkpoint=device.checkpoint_id, n=1, happened=now - timedelta(minutes=40), now=now,
        to="health", why="fever", person=town.numbers["孙绿"], sealed=sealed_for(device, json.dumps(WRITTEN).encode()), temperature=385,
    )  # fmt: skip


def test_the_inbox_names_nobody_and_says_since_when(signed_in, handed):
    html = page(signed_in("health"), "/hand-overs/")
    assert "高桥" in page(signed_in("health", "zh-hans"), "/hand-overs/")
    assert "Gaoqiao" in html
    assert "waits for acknowledgement" in html
    assert not any(word in html for word in WRITTEN.values())
    assert "孙" not in html
    assert "hx-trigger" in html


def test_the_health_department_acknowledges_and_the_control_office_cannot(signed_in, handed):
    address = f"/hand-overs/{handed.pk}/"
    office, auditor, health = signed_in("office"), signed_in("auditor"), signed_in("health")
    assert "Acknowledge</button>" not in page(office, address)
    assert office.post(address, {"note": ""}).status_code == 422
    assert auditor.post(address, {"note": ""}).status_code == 403
    assert not HandOverEvent.objects.exists()
    html = page(health, address)
    assert "38.5" in html
    answer = health.post(address, {"note": "120 已派车"})
    assert answer["Location"] == f"{address}?done=acknowledged"
    assert "120 已派车" in page(health, answer["Location"])
    assert health.post(address, {"note": ""}).status_code == 422


def test_what_was_written_down_is_shown_once_after_a_reason_and_each_look_is_recorded(signed_in, handed, town):
    client, address = signed_in("health"), f"/hand-overs/{handed.pk}/"
    silent = client.post(f"{address}details/", {"ground": "", "words": ""})
    assert silent.status_code == 422
    assert WRITTEN["name"] not in silent.content.decode()
    assert not Look.objects.exists()
    shown = client.post(f"{address}details/", WHY)
    assert shown["Cache-Control"] == "no-store"
    assert all(word in shown.content.decode() for word in WRITTEN.values())
    look = Look.objects.get()
    assert (look.person_id, look.by.username, look.why, look.where) == (
        town.numbers["孙绿"],
        "health",
        "checkpoint: 2020-9 派车",
        "hand_over",
    )
    assert AuditEntry.objects.filter(action="hand_over.open").count() == 1
    again = page(client, address)
    assert WRITTEN["name"] not in again
    assert "what was written down was opened" in again
    assert client.get(f"{address}details/").status_code == 405


def test_whoever_has_just_read_it_can_acknowledge_from_there(signed_in, handed):
    """What was written down is shown in an answer at another address; its form leads back to the hand-over."""
    client, address = signed_in("health"), f"/hand-overs/{handed.pk}/"
    shown = client.post(f"{address}details/", WHY).content.decode()
    (action,) = re.findall(
        r'<form class="stack" method="post" action="([^"]*)"(?:(?!</form>).)*name="note"', shown, re.DOTALL
    )
    assert client.post(action, {"note": ""})["Location"] == f"{address}?done=acknowledged"


def test_only_the_receiver_opens_it(signed_in, handed):
    for username, status in (("office", 422), ("auditor", 403), ("desk", 403), ("jiangbei", 404)):
        answer = signed_in(username).post(f"/hand-overs/{handed.pk}/details/", WHY)
        assert answer.status_code == status, username
        assert WRITTEN["name"] not in answer.content.decode()
    assert not Look.objects.exists()


def test_another_jurisdiction_sees_nothing(signed_in, handed):
    client = signed_in("jiangbei")
    assert "Gaoqiao" not in page(client, "/hand-overs/")
    assert client.get(f"/hand-overs/{handed.pk}/").status_code == 404
