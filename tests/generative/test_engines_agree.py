"""The fast engines say what the reference says, about towns made from the rules backwards."""

from __future__ import annotations

import tempfile
from dataclasses import astuple, replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, strategies as st

from tests.generative.parquet import read_judgement, write_town
from tests.generative.towns import AS_OF, make_town
from tests.searching import sought
from yimatong.core import lake
from yimatong.core.engine import duckdb, reference
from yimatong.core.engine.duckdb import Limits
from yimatong.core.facts import Area, Fact, Kind, Level, Person, Stay, Town
from yimatong.core.policy.load import load
from yimatong.core.policy.model import Policy, When
from yimatong.core.text import Given
from yimatong.core.time import MINUTES_A_DAY, SHANGHAI

POLICIES = Path(__file__).parents[2] / "policies"
LIMITS = Limits(threads=1)
SEEDS = st.integers(0, 2**32 - 1)


GROUP = "named_counties"


@pytest.fixture(scope="module", params=["cn-zj-ningbo", "cn-zj-hangzhou", "a group of its own"])
def policy(request: pytest.FixtureRequest) -> Policy:
    return (
        load(POLICIES / request.param) if request.param.startswith("cn-") else grouped(load(POLICIES / "cn-zj-ningbo"))
    )


def grouped(policy: Policy) -> Policy:
    """The policy with a group of areas of its own: a county that is of no level, and a province that is a key area besides."""
    like = next(rule for rule in policy.rules if rule.id == "yellow.higher_risk_county")
    own = replace(like, id="yellow.named_county", when=(When("visit", (GROUP,)),))
    hubei = next(area for area in policy.areas if area.level == Level.KEY)
    named = (replace(hubei, level=GROUP), Area(99, GROUP, 340104000, 340104999, None, AS_OF - 10 * MINUTES_A_DAY))
    return replace(
        policy,
        areas=(*policy.areas, *named),
        area_groups={GROUP: Given((("zh", "点名的县"), ("en", "named county")))},
        rules=(*policy.rules, own),
        derivation=replace(policy.derivation, travel_excludes=(Level.KEY, GROUP)),
        digest="grouped",
    )


def test_a_group_of_areas_decides_colours_by_itself() -> None:
    """The towns reach the group: somebody has no other reason, and somebody's stay is no travel for its sake."""
    plain = load(POLICIES / "cn-zj-ningbo")
    alone, otherwise = 0, 0
    for seed in range(40):
        town = make_town(seed, 25)
        found = reference.judge(town, grouped(plain), AS_OF)
        before = reference.judge(town, plain, AS_OF)
        alone += sum(verdict.rules == ("yellow.named_county",) for verdict in found.verdicts)
        otherwise += sum(one.colour != other.colour for one, other in zip(found.verdicts, before.verdicts, strict=True))
    assert alone
    assert otherwise


@sought(20)
@given(seed=SEEDS, people=st.integers(1, 25))
def test_duckdb_judges_as_the_reference_does(policy: Policy, seed: int, people: int) -> None:
    town = make_town(seed, people)
    expected = reference.judge(town, policy, AS_OF)
    with tempfile.TemporaryDirectory() as folder:
        sources = write_town(town, Path(folder) / "in")
        outcome = duckdb.judge(sources, policy, AS_OF, Path(folder) / "out", limits=LIMITS)
        found = read_judgement(Path(folder) / "out")
    assert found.reasons == expected.reasons
    assert found.verdicts == expected.verdicts
    assert sum(outcome.counts.values()) == len(town.people)


@sought(10)
@given(seed=SEEDS, people=st.integers(1, 25))
def test_a_lake_that_notes_its_divisions_is_judged_as_plain_files_are(policy: Policy, seed: int, people: int) -> None:
    town = make_town(seed, people)
    with tempfile.TemporaryDirectory() as folder:
        plain = write_town(town, Path(folder) / "in")
        lake.deliver(Path(folder), [pq.read_table(plain.stays[0])], SHANGHAI, delivery=1)
        noted = replace(plain, stays=lake.files(Path(folder)))
        duckdb.judge(plain, policy, AS_OF, Path(folder) / "expected", limits=LIMITS)
        duckdb.judge(noted, policy, AS_OF, Path(folder) / "found", limits=LIMITS)
        for file in sorted((Path(folder) / "expected").iterdir()):
            assert (Path(folder) / "found" / file.name).read_bytes() == file.read_bytes(), file.name


@sought(6)
@given(seed=SEEDS, people=st.integers(1, 12))
def test_the_order_of_facts_changes_nothing(policy: Policy, seed: int, people: int) -> None:
    town = make_town(seed, people)
    turned = replace(
        town, facts=town.facts[::-1], stays=town.stays[::-1], homes=town.homes[::-1], areas=town.areas[::-1]
    )
    assert reference.judge(turned, policy, AS_OF) == reference.judge(town, policy, AS_OF)


@sought(6)
@given(seed=SEEDS, people=st.integers(1, 12))
def test_a_judgement_is_repeatable_bit_for_bit(policy: Policy, seed: int, people: int) -> None:
    town = make_town(seed, people)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sources = write_town(town, folder / "in")
        duckdb.judge(sources, policy, AS_OF, folder / "first", limits=LIMITS)
        duckdb.judge(sources, policy, AS_OF, folder / "second")
        for path in (folder / "first").iterdir():
            assert path.read_bytes() == (folder / "second" / path.name).read_bytes()


@sought(20)
@given(seed=SEEDS, people=st.integers(1, 12))
def test_green_is_earned_and_never_given_to_the_undeclared(policy: Policy, seed: int, people: int) -> None:
    town = make_town(seed, people)
    judgement = reference.judge(town, policy, AS_OF)
    declared = {fact.person for fact in town.facts if fact.kind == "declaration" and fact.start <= AS_OF}
    held = {reason.person for reason in judgement.reasons}
    for verdict in judgement.verdicts:
        assert (verdict.colour == "unknown") == (verdict.person not in declared), astuple(verdict)
        assert (verdict.colour == "green") == (verdict.person in declared - held)


def test_divisions_that_one_file_alone_notes_are_not_those_of_all(policy: Policy, tmp_path: Path) -> None:
    """A lake written by several hands: a file that notes its divisions beside one that does not, and holds another's."""
    here, abroad = 330203001, 420106001
    declared = tuple(Fact(n, n, Kind.DECLARATION, "self", 0) for n in (1, 2))
    stays = (Stay(1, 1, here, AS_OF - 900, AS_OF - 600), Stay(2, 2, abroad, AS_OF - 900, AS_OF - 600))
    town = Town(people=(Person(1, here), Person(2, here)), facts=declared, stays=stays)
    both = write_town(town, tmp_path / "both")
    (tmp_path / "lake").mkdir()
    noted = write_town(replace(town, stays=stays[:1]), tmp_path / "noted")
    lake.deliver(tmp_path / "lake", [pq.read_table(noted.stays[0])], SHANGHAI, delivery=1)
    plain = write_town(replace(town, stays=stays[1:]), tmp_path / "plain")
    mixed = replace(both, stays=(*lake.files(tmp_path / "lake"), *plain.stays))
    duckdb.judge(both, policy, AS_OF, tmp_path / "expected", limits=LIMITS)
    duckdb.judge(mixed, policy, AS_OF, tmp_path / "found", limits=LIMITS)
    assert read_judgement(tmp_path / "found") == read_judgement(tmp_path / "expected")
    assert read_judgement(tmp_path / "found").verdicts[1].colour == "red"
