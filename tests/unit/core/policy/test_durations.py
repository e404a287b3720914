"""The city's days: how long what follows from a reason lasts, and its trial before it enforces."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from yimatong.core.policy.explain import explain
from yimatong.core.policy.load import load

POLICIES = Path(__file__).resolve().parents[4] / "policies"


@pytest.mark.parametrize("pack", ["cn-zj", "cn-zj-ningbo"])
def test_red_is_fourteen_days_and_yellow_seven_and_cases_go_to_the_hospital(pack: str) -> None:
    """In the city: what follows, and for how many days (None: until discharged, or as long as was ordered)."""
    policy = load(POLICIES / pack)
    follows = {
        rule.id: (rule.disposition.in_city, policy.dispositions[rule.disposition.in_city].days) for rule in policy.rules
    }
    hospital, quarantine, home = ("hospital", None), ("quarantine", 14), ("home_observation", 7)
    assert follows == {
        "red.confirmed": hospital, "red.suspected": hospital, "red.asymptomatic": quarantine, "red.close_contact": quarantine,
        "red.quarantine_order": ("ordered_quarantine", None), "red.key_area": quarantine, "red.specified_area": quarantine,
        "red.other": quarantine, "yellow.symptoms": home, "yellow.symptomatic_contact": home, "yellow.stairwell": home,
        "yellow.other_province": home, "yellow.higher_risk_county": home,
    }  # fmt: skip
    lasts = {rule.id: {entry.lasts.days for entry in rule.in_force} for rule in policy.rules}
    cases = {"red.confirmed", "red.suspected", "red.asymptomatic"}
    assert {name: days for name, days in lasts.items() if name not in cases} == {
        name: {14 if name.startswith("red") else 7} for name in lasts if name not in cases
    }


def test_the_trial_is_two_days_in_which_people_are_judged_already() -> None:
    policy = load(POLICIES / "cn-zj-ningbo")
    days = {phase.id: (phase.first, phase.last) for phase in policy.phases}
    assert days == {
        "applications": (date(2020, 2, 15), date(2020, 2, 15)),
        "trial": (date(2020, 2, 16), date(2020, 2, 17)),
        "full": (date(2020, 2, 18), policy.last),
    }
    assert policy.phases[0].first == policy.first
    assert all(after.first - before.last == timedelta(days=1) for before, after in pairwise(policy.phases))
    for rule in policy.rules:
        assert all(rule.on(policy.first + timedelta(days=day)) is not None for day in range(4)), rule.id
    page = explain(policy, "en")
    assert "- 2020-02-16 – 2020-02-17 Trial\n- 2020-02-18 – 2020-04-30 In force everywhere\n" in page
