"""What the demo city's start does about telling: its past is told to nobody, and three people of today are told at the door."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.notifications.test_telling import follow
from tests.integration.web.town import Town, at, populated
from yimatong.records.models import Fact, Official
from yimatong.site.commands import first_start
from yimatong.site.demo import DemoCity, write_city
from yimatong.site.demo_outreach import PEOPLE, begin_demo_telling
from yimatong.stations.judgements.actions import catch_up
from yimatong.stations.notifications import queries
from yimatong.stations.notifications.models import Notification, Outreach

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])


NOW = at(19, 12)


@pytest.fixture
def judged() -> Town:
    """The town, judged; nobody has a phone or an account, and nobody was told."""
    town = populated()
    town.judge(at(18, 23, 59))
    return town


def test_the_past_is_told_to_nobody_and_three_of_today_come_onto_the_list(judged: Town) -> None:
    assert begin_demo_telling(now=NOW)
    follow(NOW)
    assert not Notification.objects.exists()

    catch_up(by=judged.office, now=NOW)
    follow(NOW)

    ordered = set(Fact.objects.filter(kind="order").values_list("person_id", flat=True))
    assert len(ordered) == PEOPLE
    assert {task.person_id for task in Outreach.objects.all()} == ordered
    assert queries.open_for(by=Official.objects.get(username="office")) == PEOPLE


def test_it_is_done_once(judged: Town) -> None:
    assert begin_demo_telling(now=NOW)
    assert not begin_demo_telling(now=NOW)
    assert Fact.objects.filter(kind="order").count() == PEOPLE


def test_a_city_of_ones_own_is_left_alone(judged: Town, tmp_path: Path, settings) -> None:
    settings.YIMATONG_HOME = tmp_path
    first_start.begin_telling()
    assert not Fact.objects.filter(kind="order").exists()
    write_city(tmp_path, DemoCity(500, 5, None))
    first_start.begin_telling()
    assert Fact.objects.filter(kind="order").count() == PEOPLE
