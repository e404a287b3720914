"""A checkpoint with a scanner, and officials of several offices and places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from tests.acting import an_official
from tests.integration.dispositions.gate import a_checkpoint, a_device
from yimatong.records.models import Division, Official
from yimatong.stations.checkpoints.models import Checkpoint, Device

NOW = datetime(2020, 2, 20, 2, 0, tzinfo=UTC)


@dataclass
class Offices:
    """Who there is: of the whole city, of the county of the checkpoint, of its street, of another county."""

    health: Official
    health_elsewhere: Official
    office: Official
    township: Official
    township_elsewhere: Official
    clerk: Official
    auditor: Official


@pytest.fixture
def gate(db: None) -> Checkpoint:
    return a_checkpoint(330203001)


@pytest.fixture
def device(gate: Checkpoint) -> Device:
    return a_device(gate)


@pytest.fixture
def offices(db: None) -> Offices:
    def division(code: int, level: str) -> Division:
        return Division.objects.create(
            code=code, name=str(code), level=level, parent=None, valid_from=date(2016, 1, 1), source="test"
        )

    haishu, jiangbei = division(330203000000, "county"), division(330205000000, "county")
    street = division(330203001000, "street")

    def official(name: str, role: str, where: Division | None) -> Official:
        return an_official(name, role, jurisdiction=where)

    return Offices(
        official("health", "health", haishu), official("health2", "health", jiangbei),
        official("office", "control_office", None), official("town", "control_office", street),
        official("town2", "control_office", jiangbei), official("clerk", "clerk", None), official("auditor", "auditor", None),
    )  # fmt: skip
