"""A judged city whose every record has an entry, sealed, with heads of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from tests.integration.judgements.city import City
from tests.integration.judgements.conftest import clean_home, policy, scene, system
from tests.integration.judgements.painting import Scene
from yimatong.records.actions import audit
from yimatong.records.actions.officials import the_system
from yimatong.stations.audits import chain

__all__ = ["clean_home", "policy", "scene", "system"]


class Audited(City):
    """A city that records as the product does: with an entry of the audit in the same transaction."""

    def build(self, home: Path) -> None:
        with transaction.atomic():
            super().build(home)
            audit.record(by=the_system(), action="city.record", subject="city")

    def record(self, count: int) -> None:
        with transaction.atomic():
            super().record(count)
            audit.record(by=the_system(), action="city.record", subject="city")


@pytest.fixture
def city(clean_home: Path) -> City:
    """120 people."""
    built = Audited(120, seed=1)
    built.build(clean_home)
    return built


@pytest.fixture
def heads_folder(clean_home: Path) -> Iterator[Path]:
    """Where the heads lie, without any."""
    folder = Path(settings.YIMATONG_HOME) / "audit-heads"
    shutil.rmtree(folder, ignore_errors=True)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def sealed_city(heads_folder: Path, scene: Scene) -> Scene:
    """The scene, sealed."""
    assert chain.seal() == []
    return scene
