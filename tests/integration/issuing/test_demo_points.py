"""The demo's three points: opened whole, with its clerk, where people of the demo live."""

from __future__ import annotations

import pytest

from tests.integration.issuing.town import NOW, STREET, official, people
from yimatong.records.models import Division
from yimatong.site.demo_points import open_demo_points
from yimatong.stations.issuing import queries

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge"])


def test_a_village_committee_an_office_building_and_a_police_post(clean_home):
    people(3)
    assert not Division.objects.exists()
    open_demo_points(official("clerk"))
    shown = queries.points_of(official("clerk"))
    assert {(point.kind, point.scope, point.division) for point in shown} == {
        ("village", "everybody", STREET), ("building", "roster", STREET), ("police", "documents", STREET),
    }  # fmt: skip
    assert len(queries.points(NOW, (121.55, 29.87))) == 3
