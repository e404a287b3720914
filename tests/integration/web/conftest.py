"""One town for all tests of this folder: recorded and judged once, for real. What a test writes is rolled back after it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoDbBlocker

from tests.conftest import restore
from tests.integration.web.town import Town, appoint, at, populated
from yimatong.stations.judgements.errors import JudgementError

SignedIn = Callable[[str], Client]


@pytest.fixture(scope="package")
def town(django_db_setup: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Town]:
    """Eight people, judged at the end of 16, 17 and 18 February; the last is in force, and one back on the 15th failed."""
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
        with pytest.raises(JudgementError):
            made.judge(at(15, 23, 59))
        made.failed = made.runs[-1] + 1
    yield made
    with django_db_blocker.unblock():
        call_command("flush", database="owner", verbosity=0, interactive=False, reset_sequences=False)
    shutil.rmtree(Path(settings.YIMATONG_HOME) / "runs", ignore_errors=True)


@pytest.fixture
def signed_in(town: Town, db: None) -> SignedIn:
    """A browser of an official, by user name."""

    def client(username: str = "office", language: str = "en") -> Client:
        from yimatong.records.models import Official

        browser = Client()
        browser.force_login(Official.objects.get(username=username))
        browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        return browser

    return client
