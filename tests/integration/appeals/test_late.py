"""Objections that nobody settles in time are an alarm each hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import structlog

from yimatong.records import clock, identity
from yimatong.records.models import Person
from yimatong.stations.appeals import tasks
from yimatong.stations.appeals.models import Dispute
from yimatong.stations.declarations.actions.signing_in import Claims, sign_in

NOW = datetime(2020, 2, 20, 2, 0, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("hours", "alarms"), [(47, []), (49, [1])])
def test_what_nobody_settled_in_time_is_an_alarm(
    monkeypatch: pytest.MonkeyPatch, hours: int, alarms: list[int]
) -> None:
    account = sign_in(
        channel="browser", subject="17000000302", claims=Claims(phone="17000000302"), at=datetime.now(UTC)
    )
    Dispute.objects.create(
        person=Person.objects.create(name="林晓岚", id_type="none"), account=account, evidence="case/1", rule="red.confirmed",
        words_sealed=identity.seal("不是这样", "row"), at=NOW,
    )  # fmt: skip
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(hours=hours))
    with structlog.testing.capture_logs() as logs:
        tasks.watch_objections.func(0)
    assert [one["late"] for one in logs if one["event"] == "objections.late"] == alarms
