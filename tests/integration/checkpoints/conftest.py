"""A town with keys, a policy in force at its checkpoints, and one checkpoint with a scanner."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.integration.checkpoints.guard import Guard
from tests.integration.passes.conftest import clean_home, system
from tests.integration.passes.town import NOW
from yimatong.records import clock
from yimatong.records.models import Official
from yimatong.stations.checkpoints import actions
from yimatong.stations.checkpoints.models import Checkpoint
from yimatong.stations.checkpoints.publishing import publish_policy

__all__ = ["clean_home", "system"]


@pytest.fixture(autouse=True)
def city_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is ten in the morning of 20 February 2020 in the city."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def gate(system: Official) -> Checkpoint:
    """The checkpoint at the east gate of a compound; the policy file is published."""
    publish_policy(now=NOW)
    return actions.open_checkpoint(
        by=system,
        title_zh="东门",
        title_en="East gate",
        division=330203001,
        at=datetime.now(UTC),
        lat=29.87,
        lon=121.54,
    )


@pytest.fixture
def guard(gate: Checkpoint, system: Official) -> Guard:
    """An enrolled scanner at it."""
    (offer,) = actions.offer_enrolments(by=system, checkpoint=gate.number, at=datetime.now(UTC))
    return Guard.enrolled(offer.secret)
