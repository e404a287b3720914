"""What a loaded policy holds: dates, divisions, a city's variations, a digest of everything."""

from __future__ import annotations

import ast
import json
import shutil
from datetime import date
from importlib import resources
from pathlib import Path

import pytest

from yimatong.core.facts import DERIVED_DETAILS, DETAILS, Level
from yimatong.core.policy.build import division_range
from yimatong.core.policy.explain import SIGNS
from yimatong.core.policy.load import load, province_of
from yimatong.core.policy.model import DailyReports, NegativeTests, Reference
from yimatong.core.policy.problems import PolicyError

HERE = Path(__file__).parent
SRC = Path(__file__).resolve().parents[4] / "src" / "yimatong"
POLICIES = Path(__file__).resolve().parents[4] / "policies"


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    shutil.copytree(HERE / "good", tmp_path / "policies")
    return tmp_path / "policies"


@pytest.mark.parametrize(
    ("code", "low", "high"),
    [
        (330000, 330000000, 339999999),
        (330200, 330200000, 330299999),
        (330203, 330203000, 330203999),
        (330203001, 330203001, 330203001),
        (110000, 110000000, 119999999),
        (419001, 419001000, 419001999),
    ],
)
def test_a_division_covers_what_lies_below_it(code: int, low: int, high: int) -> None:
    assert division_range(code) == (low, high)


def test_an_area_runs_from_its_first_to_its_last_minute_in_the_policys_zone(policies: Path) -> None:
    policy = load(policies / "zz-land-town")
    (area,) = policy.areas
    assert (area.level, area.low, area.high, area.place) == (Level.KEY, 420000000, 429999999, None)
    assert policy.zone.datetime(area.start).isoformat() == "2020-01-23T00:00:00+08:00"
    assert policy.zone.datetime(area.end or 0).isoformat() == "2020-03-01T23:59:00+08:00"
    assert policy.area_titles[1].of("en") == "Hubei"
    assert policy.area_grounds[1].reference == Reference("notice", "one")


def test_a_city_has_its_provinces_rules_varied_inside_its_own_days(policies: Path) -> None:
    province, town = load(policies / "zz-land"), load(policies / "zz-land-town")
    assert [rule.id for rule in town.rules] == [rule.id for rule in province.rules]
    fever = town.rules[1]
    entry = fever.in_force[0]
    assert (entry.first, entry.last) == (date(2020, 2, 5), date(2020, 3, 20))
    assert entry.lasts.days == 9
    assert entry.also == (Reference("notice", "one"),)
    assert fever.reading.of("zh") == "照字面读。\n本市九天。"
    assert (town.derivation.exposure_minutes, province.derivation.exposure_minutes) == (12, 15)
    assert (town.dispositions["home"].days, town.dispositions["hospital"].days) == (9, None)
    assert fever.on(date(2020, 2, 4)) is None
    assert fever.on(date(2020, 3, 20)) == entry
    assert [phase.id for phase in town.phases] == ["trial", "full"]


def test_rules_stand_in_the_policys_order_and_know_where_they_are_written(policies: Path) -> None:
    policy = load(policies / "zz-land")
    assert [(rule.id, rule.source) for rule in policy.rules] == [
        ("red.case", "zz-land/rules/red.case.yaml:1"),
        ("yellow.fever", "zz-land/rules/yellow.fever.yaml:1"),
    ]


def test_the_digest_changes_with_any_file_of_the_policy_or_its_province(policies: Path) -> None:
    before = load(policies / "zz-land-town").digest
    assert before == load(policies / "zz-land-town").digest
    for file in ("zz-land/instruments.yaml", "zz-land-town/areas.yaml"):
        path = policies / file
        path.write_text(path.read_text(encoding="utf-8") + "# a note\n", encoding="utf-8")
        after = load(policies / "zz-land-town").digest
        assert after != before
        before = after


def test_specimens_are_no_part_of_the_digest(policies: Path) -> None:
    before = load(policies / "zz-land").digest
    people = policies / "zz-land" / "people" / "all.yaml"
    people.write_text(people.read_text(encoding="utf-8") + "# a note\n", encoding="utf-8")
    assert load(policies / "zz-land").digest == before


def test_every_problem_is_told_at_once_in_the_order_of_files_and_lines(policies: Path) -> None:
    for file, old, new in (
        ("rules/yellow.fever.yaml", "colour: yellow", "colour: amber"),
        ("rules/red.case.yaml", "order: 10", "order: ten"),
        ("rules/red.case.yaml", "    last: 2020-03-31\n", ""),
        ("instruments.yaml", "issued_on: 2020-02-01", "issued_on: yesterday"),
    ):
        path = policies / "zz-land" / file
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(PolicyError) as error:
        load(policies / "zz-land-town")
    assert [problem.place for problem in error.value.problems] == [
        "zz-land/instruments.yaml:4",
        "zz-land/rules/red.case.yaml:3",
        "zz-land/rules/red.case.yaml:9",
        "zz-land/rules/yellow.fever.yaml:5",
    ]
    told = error.value.tell("zh")
    assert "共 4 处问题" in told
    assert "处理办法" in told
    assert "What to do" in error.value.tell("en")


def test_the_province_of_a_city_is_found_beside_it() -> None:
    assert province_of(POLICIES / "cn-zj-ningbo") == POLICIES / "cn-zj"
    assert province_of(POLICIES / "cn-zj-hangzhou") is None


def test_the_announcement_is_whole_in_the_policy() -> None:
    """Seven reds and "others", five yellows; which of them tests may lift; which one a permit takes away."""
    policy = load(POLICIES / "cn-zj-ningbo")
    entries = {rule.id: rule.in_force[0] for rule in policy.rules}
    assert list(entries) == [
        "red.confirmed", "red.suspected", "red.asymptomatic", "red.close_contact", "red.quarantine_order", "red.key_area",
        "red.specified_area", "red.other", "yellow.symptoms", "yellow.symptomatic_contact", "yellow.stairwell",
        "yellow.other_province", "yellow.higher_risk_county",
    ]  # fmt: skip
    lifted = {
        name
        for name, entry in entries.items()
        if name.startswith("red") and any(_is_two_in_seven(lift) for lift in entry.lifted_by)
    }
    assert lifted == {"red.key_area", "red.specified_area", "red.other"}
    assert {name for name, entry in entries.items() if name.startswith("red") and not entry.lifted_by} == {
        "red.confirmed", "red.suspected", "red.asymptomatic", "red.close_contact", "red.quarantine_order",
    }  # fmt: skip
    assert {name: entry.suspended_by for name, entry in entries.items() if entry.suspended_by} == {
        "yellow.other_province": ("goods_driver", "commuter")
    }
    days = {name: entry.lasts.days for name, entry in entries.items()}
    assert {days[name] for name in entries if name.startswith("yellow")} == {7}
    assert {days[name] for name in entries if name.startswith("red") and "case" not in policy_facts(policy, name)} == {
        14
    }


def policy_facts(policy: object, name: str) -> set[str]:
    return {when.fact for rule in policy.rules if rule.id == name for when in rule.when}  # type: ignore[attr-defined]


def _is_two_in_seven(lift: NegativeTests | DailyReports) -> bool:
    return isinstance(lift, NegativeTests) and (lift.count, lift.within_days) == (2, 7) and lift.holder is None


def test_the_schemas_know_the_levels_of_the_one_table() -> None:
    """A schema is published as it stands, so that it is compared and not made."""
    words = json.loads((resources.files("yimatong.core.policy") / "schema" / "words.json").read_text(encoding="utf-8"))
    assert words["$defs"]["level"]["enum"] == list(Level)


def test_nothing_of_the_vocabulary_is_written_twice() -> None:
    """Levels, kinds and details stand in core/facts.py: nobody lists three of a family by hand elsewhere.

    Words are told (words.py), inputs understood (feeds), and forms asked beside it; those are held complete by tests of their own.
    """
    families = [*DETAILS.values(), *DERIVED_DETAILS.values(), tuple(Level)]
    lists = {tuple(sorted(family)) for family in families if len(family) > 2}
    found = [
        f"{path.relative_to(SRC)}:{node.lineno}"
        for folder in ("core", "records", "stations", "edges", "city")
        for path in sorted((SRC / folder).rglob("*.py"))
        if "migrations" not in path.parts and path != SRC / "core" / "facts.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Tuple | ast.List | ast.Set)
        and (
            listed := sorted(
                one.value for one in node.elts if isinstance(one, ast.Constant) and isinstance(one.value, str)
            )
        )
        and any(set(listed) <= set(family) and len(listed) >= 3 for family in lists)
    ]
    assert found == []


def test_every_shape_has_its_sign() -> None:
    assert len(set(SIGNS.values())) == len(SIGNS)
