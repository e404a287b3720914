"""Whatever a policy says happens to somebody in the smallest city: every rule, lift and suspension, and their edges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest

from tests.unit.city.conftest import AS_OF, DAYS
from yimatong.city.build import build
from yimatong.core.engine.duckdb import judge
from yimatong.core.engine.sources import Sources
from yimatong.core.policy.model import InForce, NegativeTests, Policy
from yimatong.core.time import SHANGHAI

TODAY = SHANGHAI.date(AS_OF)


@pytest.fixture(scope="module", params=["ningbo", "hangzhou"])
def policy(request) -> Policy:
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def folder(tmp_path_factory, policy) -> Path:
    out = tmp_path_factory.mktemp("met") / "city"
    build(out, people=500, seed=4, days=DAYS, policy=policy)
    return out


@pytest.fixture(scope="module")
def before(folder, policy, tmp_path_factory) -> Counter[str]:
    """How many people each rule holds for under the policy as it is."""
    return reasons(folder, policy, tmp_path_factory.mktemp("before") / "out")


def reasons(folder: Path, policy: Policy, out: Path) -> Counter[str]:
    judge(Sources.of(folder), policy, AS_OF, out)
    rows = duckdb.sql(f"select rule, count(*) from '{out}/reasons.parquet' group by rule").fetchall()
    return Counter(dict(rows))


def varied(policy: Policy, change: Callable[[InForce], InForce]) -> Policy:
    """The policy with every rule's entry of today changed."""
    today = {rule.id: entry for rule, entry in policy.rules_on(TODAY)}
    rules = tuple(
        replace(
            rule, in_force=tuple(change(entry) if entry == today.get(rule.id) else entry for entry in rule.in_force)
        )
        for rule in policy.rules
    )
    return replace(policy, rules=rules, digest=sha256(repr(rules).encode()).hexdigest())


@pytest.mark.parametrize("people", [500, 2_000])
@pytest.mark.parametrize("seed", [1, 2])
def test_every_rule_holds_for_somebody(policy, people, seed, tmp_path):
    build(tmp_path / "city", people=people, seed=seed, days=DAYS, policy=policy)

    found = reasons(tmp_path / "city", policy, tmp_path / "out")

    assert [rule.id for rule, _ in policy.rules_on(TODAY) if not found[rule.id]] == []


def test_every_lift_frees_somebody(folder, policy, before, tmp_path):
    lifted = [(rule.id, index) for rule, entry in policy.rules_on(TODAY) for index in range(len(entry.lifted_by))]

    freed = []
    for index in range(max(index for _, index in lifted) + 1):
        without = varied(
            policy,
            lambda entry, index=index: replace(entry, lifted_by=entry.lifted_by[:index] + entry.lifted_by[index + 1 :]),
        )
        after = reasons(folder, without, tmp_path / str(index))
        freed += [(rule, index) for rule in after if after[rule] > before[rule]]

    assert sorted(freed) == sorted(lifted)


def test_every_permit_suspends_for_somebody(folder, policy, before, tmp_path):
    suspended = [(rule.id, permit) for rule, entry in policy.rules_on(TODAY) for permit in entry.suspended_by]

    spared = []
    for permit in {permit for _, permit in suspended}:
        without = varied(
            policy,
            lambda entry, permit=permit: replace(
                entry, suspended_by=tuple(other for other in entry.suspended_by if other != permit)
            ),
        )
        after = reasons(folder, without, tmp_path / permit)
        spared += [(rule, permit) for rule in after if after[rule] > before[rule]]

    assert sorted(spared) == sorted(suspended)


@pytest.mark.parametrize(("limit", "step"), [("min_hours", -1), ("within_days", 1)])
def test_somebody_stands_just_short_of_every_lift_by_a_series(folder, policy, before, tmp_path, limit, step):
    series = {
        rule.id
        for rule, entry in policy.rules_on(TODAY)
        for lift in entry.lifted_by
        if isinstance(lift, NegativeTests) and lift.count > 1 and lift.within_days + 3 <= entry.lasts.days
    }

    eased = varied(
        policy,
        lambda entry: replace(
            entry,
            lifted_by=tuple(
                replace(lift, **{limit: getattr(lift, limit) + step}) if getattr(lift, "count", 0) > 1 else lift
                for lift in entry.lifted_by
            ),
        ),
    )
    after = reasons(folder, eased, tmp_path / "eased")

    assert {rule for rule in series if after[rule] < before[rule]} == series
