"""A town with keys, and its own files."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.integration.passes.town import NOW
from yimatong.records.models import Official
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
def system(clean_home: Path) -> Official:
    """The machine's own official; keys and lists are there."""
    official = Official.objects.get(username="system")
    keep_up(by=official, now=NOW)
    return official
