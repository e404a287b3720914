"""A city of another zone is judged by its own days; where policy and installation name two zones, nobody is."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections

from tests.acting import an_official
from tests.enforcing import put_in_force
from tests.integration.judgements.city import AS_OF, City
from yimatong.core.errors import EnvironmentProblem
from yimatong.records import policies
from yimatong.records.models import Enforcement, Official
from yimatong.site import health
from yimatong.site.commands import first_start
from yimatong.stations.judgements import actions, enforcing, overdue, waiting
from yimatong.stations.judgements.models import Run

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])

LAST_MINUTES = "SELECT DISTINCT r.rule, (r.until + %s) %% 1440 FROM verdict_reasons r WHERE r.until IS NOT NULL"
LAST = 1439


@pytest.fixture
def pack(policy: Path, tmp_path: Path):
    """Ningbo's policy as it would be in another zone."""

    def of(zone: str) -> Path:
        for name in (policy.name, "cn-zj"):
            shutil.copytree(policy.parent / name, tmp_path / zone / name)
        file = tmp_path / zone / "cn-zj" / "policy.yaml"
        file.write_text(file.read_text().replace("zone: Asia/Shanghai", f"zone: {zone}"))
        return tmp_path / zone / policy.name

    return of


def minutes(offset: int) -> set[tuple[str, int]]:
    """Each rule, with the minutes of a day of this offset at which somebody's colour by it ends."""
    with connections["default"].cursor() as cursor:
        cursor.execute(LAST_MINUTES, [offset])
        return set(cursor.fetchall())


@pytest.mark.parametrize(("zone", "offset"), [("Asia/Shanghai", 480), ("Asia/Urumqi", 360)])
def test_a_city_is_judged_by_the_days_of_its_own_zone(
    city: City, system: Official, pack, settings, zone: str, offset: int
) -> None:
    settings.TIME_ZONE = zone
    put_in_force(pack(zone))
    done = actions.run_full(by=system, as_of=AS_OF)
    assert done.state == "published"
    assert f"{done.as_of:%Y-%m-%d %H:%M}" == ("2020-02-20 08:00" if offset == 480 else "2020-02-20 06:00")
    ended = minutes(offset)
    counted_in_days = {rule for rule, minute in ended if minute == LAST}
    assert counted_in_days, "what is counted in days ends with the city's day"
    assert LAST not in {minute for _rule, minute in minutes(840 - offset)}, "and with no other city's"
    due = overdue.due(AS_OF)
    assert due == AS_OF.replace(hour=0) + timedelta(days=2, minutes=-1 - offset)
    assert waiting.night_before(AS_OF) == AS_OF.replace(hour=0) + timedelta(minutes=150 - offset)


def test_nobody_is_judged_and_nothing_starts_where_policy_and_installation_name_two_zones(
    city: City, system: Official, pack, settings
) -> None:
    put_in_force(pack("Asia/Urumqi"))
    ways = (
        lambda: actions.run_full(by=system, as_of=AS_OF),
        lambda: actions.catch_up(by=system),
        policies.refuse_other_zone,
        first_start.put_policy_into_force,
    )
    for way in ways:
        with pytest.raises(EnvironmentProblem) as refused:
            way()
        assert refused.value.code == "policy-zone-differs"
    assert not Run.objects.filter(state="published").exists()
    assert "policy-zone-differs" in health.problems()
    settings.TIME_ZONE = "Asia/Urumqi"
    assert "policy-zone-differs" not in health.problems()
    assert actions.run_full(by=system, as_of=AS_OF).state == "published"


def test_a_pack_of_another_zone_does_not_come_into_force(transactional_db: None, pack, settings) -> None:
    office = an_official("office", "control_office")
    before = Enforcement.objects.count()
    with pytest.raises(EnvironmentProblem) as refused:
        enforcing.enforce(by=office, folder=pack("Asia/Chongqing"))
    assert refused.value.code == "policy-zone-differs"
    assert "in Asia/Chongqing, and this installation in Asia/Shanghai" in refused.value.sentence.of("en")
    assert Enforcement.objects.count() == before
