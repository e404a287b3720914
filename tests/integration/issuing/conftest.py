"""A town with keys, its own files, and nobody judged yet."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.integration.issuing.town import NOW, a_point, official
from tests.integration.passes.town import Gate
from yimatong.records.models import Official
from yimatong.stations.issuing.models import Point
from yimatong.stations.passes import renewal
from yimatong.stations.passes.upkeep import keep_up


@pytest.fixture
def clean_home(transactional_db: None) -> Iterator[Path]:
    """The home folder without keys and signed files."""
    home = Path(settings.YIMATONG_HOME)
    for name in ("keys", "signed"):
        shutil.rmtree(home / name, ignore_errors=True)
    renewal.forget_rules()
    yield home
    renewal.forget_rules()


@pytest.fixture
def clerk(clean_home: Path) -> Official:
    """A clerk of the point."""
    return official("clerk")


@pytest.fixture
def office(clean_home: Path) -> Official:
    """An official of the control office."""
    return official("office", "control_office")


@pytest.fixture
def point(clerk: Official, office: Official) -> Point:
    """A village committee's point; keys and lists are there."""
    made = a_point(staff=clerk)
    keep_up(by=Official.objects.get(username="system"), now=NOW)
    return made


@pytest.fixture
def gate(clean_home: Path) -> Gate:
    """A checkpoint that reads the signed files."""
    return Gate(clean_home)
