"""A generated city, the system's official, and the policy of Ningbo."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.integration.judgements.city import City
from tests.integration.judgements.painting import Scene, a_scene
from yimatong.records.models import Official

NINGBO = Path(__file__).resolve().parents[3] / "policies" / "cn-zj-ningbo"


@pytest.fixture
def system(transactional_db: None) -> Official:
    """The machine's own official."""
    return Official.objects.get(username="system")


@pytest.fixture
def policy() -> Path:
    """The folder of Ningbo's policy."""
    return NINGBO


@pytest.fixture
def clean_home(transactional_db: None) -> Iterator[Path]:
    """The home folder without runs and lake, as after the database was emptied."""
    home = Path(settings.YIMATONG_HOME)
    for name in ("runs", "lake", "said"):
        shutil.rmtree(home / name, ignore_errors=True)
    yield home
    for name in ("runs", "lake", "said"):
        shutil.rmtree(home / name, ignore_errors=True)


@pytest.fixture
def city(clean_home: Path) -> City:
    """120 people."""
    built = City(120, seed=1)
    built.build(clean_home)
    return built


@pytest.fixture
def scene(city: City, system: Official, policy: Path) -> Scene:
    """A city judged as a whole and by day, and a worker who has looked at it."""
    return a_scene(city, system, policy)
