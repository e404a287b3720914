"""Objections that nobody settles in time are an alarm each hour, and stay on the office's list."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import structlog

from tests.acting import an_official
from tests.identities import somebody
from yimatong.records import clock, identity
from yimatong.stations.appeals import objections, settling, tasks
from yimatong.stations.appeals.models import Dispute
from yimatong.stations.declarations.actions.signing_in import Claims, sign_in

NOW = datetime(2020, 2, 20, 2, 0, tzinfo=UTC)


def objected(at: datetime = NOW) -> Dispute:
    """Somebody says that a fact is not so."""
    account = sign_in(
        channel="browser", subject="17000000302", claims=Claims(phone="17000000302"), at=datetime.now(UTC)
    )
    return Dispute.objects.create(
        person=somebody(name="林晓岚", id_type="none"), account=account, evidence="case/1", rule="red.confirmed",
        words_sealed=identity.seal("不是这样", "row"), at=at,
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("hours", "alarms"), [(47, []), (49, [1])])
def test_what_nobody_settled_in_time_is_an_alarm(
    monkeypatch: pytest.MonkeyPatch, hours: int, alarms: list[int]
) -> None:
    objected()
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(hours=hours))
    with structlog.testing.capture_logs() as logs:
        tasks.watch_objections.func(0)
    assert [one["late"] for one in logs if one["event"] == "objections.late"] == alarms


@pytest.mark.django_db(transaction=True)
def test_one_that_waits_is_listed_first_however_many_were_settled_since(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objections, "MOST", 2)
    office = an_official("office-1", "control_office", name="防控办")
    waiting = objected()
    for hour in range(1, 4):
        later = objected(NOW + timedelta(hours=hour))
        settling.settle_dispute(by=office, dispute=later.pk, finding="stands", words="核对无误。", now=NOW)
    shown = [one.dispute.pk for one in objections.queue(by=office, now=NOW + timedelta(hours=60))]
    assert (shown[0], len(shown)) == (waiting.pk, 3)
