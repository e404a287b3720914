"""A rule for counties that a policy names by a group of its own: judged, recorded and told, without a line of Python."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.enforcing import put_in_force
from tests.integration.judgements.city import City
from tests.unit.core.policy.test_format_page import NAMES, written
from yimatong.core.colour import Colour
from yimatong.core.engine.in_memory import ENGINES
from yimatong.core.policy.examine import examine
from yimatong.records.models import Fact, Official, Place, Stay
from yimatong.stations.judgements import actions, queries
from yimatong.stations.judgements.models import Visit

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])

AS_OF = datetime(2020, 2, 20, 0, 0, tzinfo=UTC)


@pytest.fixture
def named(tmp_path: Path) -> Path:
    """The pack that docs/reference/policy-format.md writes step by step, a rule for named counties at its end."""
    assert written(NAMES[0], tmp_path, 3) == 9
    return tmp_path / "cn-demo"


def test_a_stay_in_a_named_county_is_yellow_and_is_told_so(city: City, system: Official, named: Path) -> None:
    assert examine(named, ENGINES).problems == ()
    policy = put_in_force(named)
    place = Place.objects.create(number=9001, kind="building", name="车站", division=331081001)
    left = datetime(2020, 2, 18, 4, 0, tzinfo=UTC)
    person = (
        Fact.objects.filter(kind="declaration", start__lte=AS_OF)
        .values_list("person_id", flat=True)
        .order_by("person_id")[0]
    )
    Stay.objects.create(
        person_id=person, place=place, division=331081001, arrive=datetime(2020, 2, 17, 1, 0, tzinfo=UTC), leave=left,
        source="test", legal_basis="test",
    )  # fmt: skip
    actions.run_full(by=system, policy=named, as_of=AS_OF)

    visit = Visit.objects.get(person=person, level="named_counties")
    assert (visit.area, visit.place) == (policy.areas[0].area, place.pk)
    told = queries.explain(person)
    (reason,) = [one for one in told.reasons if one.rule == "yellow.named_county"]
    assert told.colour in (Colour.YELLOW, Colour.RED)
    evidence = reason.evidence
    assert evidence.fact == f"visit/named_counties/331081001/{place.pk}@{visit.start}"
    assert evidence.sentence.of("zh").startswith("去过点名的县（市、区）：浙江省台州市温岭市，")
    assert evidence.sentence.of("en").startswith("Stay in a named county: Wenling, Taizhou, Zhejiang, ")
