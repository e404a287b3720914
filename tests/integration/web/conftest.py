"""One town for all tests of this folder: recorded and judged once, for real. What a test writes is rolled back after it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoDbBlocker

from tests.acting import signed_in as browser_of
from tests.conftest import restore
from tests.integration.web.residents import STREET, Resident
from tests.integration.web.town import Town, appoint, at, populated
from yimatong.core.errors import EnvironmentProblem
from yimatong.records.actions import places
from yimatong.stations.judgements import inputs
from yimatong.stations.judgements.errors import lake_restless

SignedIn = Callable[[str], Client]


@pytest.fixture(scope="package")
def town(django_db_setup: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Town]:
    """Eight people, judged at the end of 16, 17 and 18 February; the last is in force, and one after it failed."""
    with django_db_blocker.unblock():
        restore(django_db_setup)
        made = populated()
        for username, role, street in (
            ("health", "health", None),
            ("desk", "clerk", None),
            ("auditor", "auditor", None),
            ("jiangbei", "control_office", 330205003),
        ):
            appoint(made, username, role, street)
        made.runs = [made.judge(at(day, 23, 59)) for day in (16, 17, 18)]
        with patch.object(inputs, "take", side_effect=lake_restless("lake")), pytest.raises(EnvironmentProblem):
            made.judge(at(19, 0, 0))
        made.failed = made.runs[-1] + 1
    yield made
    with django_db_blocker.unblock():
        call_command("flush", database="owner", verbosity=0, interactive=False, reset_sequences=False)
    shutil.rmtree(Path(settings.YIMATONG_HOME) / "runs", ignore_errors=True)


@pytest.fixture(autouse=True)
def nothing_remembered_of_other_tests() -> None:
    """A gazetteer only grows; that of the tests is rolled back, and another of the same size takes its place."""
    from yimatong.edges.web.everybody import places as gazetteer

    gazetteer._compounds.cache_clear()
    gazetteer._division_sounds.cache_clear()


@pytest.fixture
def signed_in(town: Town, db: None) -> SignedIn:
    """A browser of an official, by user name."""

    def client(username: str = "office", language: str = "en") -> Client:
        from yimatong.records.models import Official

        browser = browser_of(Official.objects.get(username=username))
        browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        return browser

    return client


@pytest.fixture
def dwelling(town: Town) -> dict[str, int]:
    """A compound of the street with one building and one stairwell."""
    (compound,) = places.ensure_places([("compound", "海湾新村", STREET, None)]).values()
    (building,) = places.ensure_places([("building", "1幢", STREET, compound)]).values()
    (stairwell,) = places.ensure_stairwells([(building, "1单元")]).values()
    return {"compound": compound, "building": building, "stairwell": stairwell}


@pytest.fixture
def resident(town: Town) -> Resident:
    """Somebody new."""
    return Resident()
