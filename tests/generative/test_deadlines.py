"""Nothing changes before the deadline that a judgement names: not a verdict, not a reason, not a derived fact."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, strategies as st

from tests.generative.parquet import write_town
from tests.generative.towns import AS_OF, make_town
from tests.searching import sought
from yimatong.core.engine import duckdb, reference
from yimatong.core.engine.duckdb import Limits
from yimatong.core.engine.plan.policy_tables import next_other_rules
from yimatong.core.facts import Area, Fact, Home, Kind, Level, Person, Stay, Town
from yimatong.core.policy.load import load
from yimatong.core.policy.model import Policy
from yimatong.core.time import SHANGHAI, day_of

NINGBO = Path(__file__).parents[2] / "policies" / "cn-zj-ningbo"
LIMITS = Limits(threads=1)
SEEDS = st.integers(0, 2**32 - 1)
HORIZON = AS_OF + 20 * 1440


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load(NINGBO)


def deadline(town: Town, policy: Policy, as_of: int) -> int | None:
    """What follows a judgement of the town by DuckDB."""
    with tempfile.TemporaryDirectory() as folder:
        sources = write_town(town, Path(folder) / "in")
        duckdb.judge(sources, policy, as_of, Path(folder) / "out", limits=LIMITS)
        return duckdb.next_deadline(sources, policy, as_of, Path(folder) / "out")


def said(town: Town, policy: Policy, as_of: int) -> tuple[object, object]:
    """Everything that is published of an instant."""
    return reference.judge(town, policy, as_of), reference.derive(town, policy, as_of)


@sought(25)
@given(seed=SEEDS, people=st.integers(1, 20))
def test_nothing_changes_before_the_deadline(policy: Policy, seed: int, people: int) -> None:
    town, chance = make_town(seed, people), Random(seed)
    as_of = AS_OF + chance.choice((0, 0, -3 * 1440, 1439, chance.randint(-5000, 5000)))
    found = deadline(town, policy, as_of)
    assert found is None or found > as_of
    last = min(HORIZON, (found or HORIZON) - 1)
    now = said(town, policy, as_of)
    moments = {last, as_of + 1, *(chance.randint(as_of, last) for _n in range(3))} if last > as_of else set()
    moments |= {min(last, SHANGHAI.first_minute(SHANGHAI.day(as_of) + 1))}
    for moment in sorted(moment for moment in moments if moment > as_of):
        assert said(town, policy, moment) == now, (as_of, moment, found)


@pytest.mark.parametrize(
    ("what", "ahead"),
    [
        ("the last minute of an order", {"facts": (Fact(1, 1, Kind.ORDER, "home", AS_OF - 60, AS_OF + 76),)}),
        ("the end of a permit", {"facts": (Fact(1, 1, Kind.PERMIT, "commuter", AS_OF - 60, AS_OF + 76),)}),
        ("a fact that begins", {"facts": (Fact(1, 1, Kind.CASE, "confirmed", AS_OF + 77),)}),
        ("the last day of an observation", {"facts": (Fact(1, 1, Kind.CONTACT, "symptomatic", AS_OF - 60),)}),
        (
            "the end of a contact, for the stairwell",
            {
                "facts": (Fact(1, 2, Kind.CONTACT, "confirmed", AS_OF - 60, AS_OF + 77),),
                "homes": (Home(1, 9, 0), Home(2, 9, 0)),
            },
        ),
        (
            "a list that begins",
            {
                "areas": (Area(1, Level.HIGHER_RISK, 340104000, 340104999, None, AS_OF + 77),),
                "stays": (Stay(1, 5, 340104001, AS_OF - 600, AS_OF + 600),),
            },
        ),
        ("a stay outside the province", {"stays": (Stay(1, 5, 340104001, AS_OF + 77, AS_OF + 600),)}),
        (
            "a stay in a listed division",
            {
                "areas": (Area(1, Level.CONTROL_ZONE, 330203001, 330203001, None, 0),),
                "stays": (Stay(1, 5, 330203001, AS_OF + 77, AS_OF + 600),),
            },
        ),
        (
            "a stay at a listed place",
            {
                "areas": (Area(1, Level.CONTROL_ZONE, 0, 0, 5, 0),),
                "stays": (Stay(1, 5, 330203001, AS_OF + 77, AS_OF + 600),),
            },
        ),
    ],
)
def test_the_deadline_is_the_minute_in_which_it_changes(policy: Policy, what: str, ahead: dict[str, tuple]) -> None:  # type: ignore[type-arg]
    declared = tuple(Fact(90 + n, n, Kind.DECLARATION, "self", 0) for n in (1, 2))
    ahead = {**ahead, "facts": (*ahead.get("facts", ()), *declared)}
    town = Town(people=(Person(1, 330203001), Person(2, 330203001)), **ahead)
    found = deadline(town, policy, AS_OF)
    assert found is not None, what
    assert found == AS_OF + 77 or "observation" in what, what
    assert said(town, policy, found - 1) == said(town, policy, AS_OF), what
    if "permit" not in what:
        assert said(town, policy, found) != said(town, policy, AS_OF), what


def test_a_stay_that_counts_for_nothing_is_no_deadline(policy: Policy) -> None:
    town = Town(people=(Person(1, 330203001),), stays=(Stay(1, 5, 330203001, AS_OF + 77, AS_OF + 600),))
    at_home = deadline(town, policy, AS_OF)
    assert at_home is None or at_home > AS_OF + 77


def test_days_on_which_other_rules_hold_are_deadlines(policy: Policy) -> None:
    day = SHANGHAI.date(AS_OF)
    first = policy.rules[0]
    entry = first.on(day)
    assert entry is not None
    days = [day + timedelta(days=n) for n in (3, 5)]
    cut = replace(entry, last=days[0] - timedelta(days=1))
    again = replace(entry, first=days[1])
    dated = replace(policy, digest="dated", rules=(replace(first, in_force=(cut, again)), *policy.rules[1:]))
    assert next_other_rules(dated, day) == days[0]
    assert next_other_rules(dated, days[0]) == days[1]
    nobody = Town(people=(Person(1, 330203001),))
    assert deadline(nobody, dated, AS_OF) == SHANGHAI.first_minute(day_of(days[0]))
    same = replace(policy, rules=(replace(first, in_force=(cut, replace(entry, first=days[0]))), *policy.rules[1:]))
    assert next_other_rules(same, day) is None, "the same values under a new date change nobody"
    assert next_other_rules(policy, policy.last) is None
