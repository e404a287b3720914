"""Generated sequences of what a day brings: after each step, what is in force is what a judgement of everybody says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.enforcing import put_in_force
from tests.integration.judgements.city import AS_OF, City
from tests.integration.judgements.happening import Happening
from tests.integration.judgements.whole import differences
from yimatong.core.policy.load import load
from yimatong.records.models import Official
from yimatong.stations.judgements import actions, replaying

pytestmark = [
    pytest.mark.search,
    pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"]),
]
STEPS, PEOPLE = 5, 60


@pytest.mark.parametrize(
    "seed", [*range(1, 9), *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(9, 209))]
)
def test_after_each_step_the_touched_are_what_everybody_would_be(
    seed: int, clean_home: Path, system: Official, policy: Path, tmp_path: Path
):
    if not seed % 2:
        policy = policy.parent / "cn-zj-hangzhou"
        put_in_force(policy)
    city = City(PEOPLE, seed=seed)
    city.build(clean_home)
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    happening, pack, touched = Happening(city, clean_home), load(policy), []
    for _n in range(STEPS):
        happening.step()
        line = actions.run_touched(by=system, policy=policy, as_of=happening.at)
        assert (line.kind, line.state in ("published", "repeated")) == ("touched", True), happening.told
        assert differences(pack, clean_home, tmp_path / "whole") == {}, happening.told
        touched.append(line)
    published = [line for line in touched if line.state == "published"]
    for line in published[-1:]:
        assert replaying.replay(by=system, run=line.run).same, happening.told
    night = actions.run_full(by=system, policy=policy, as_of=happening.at)
    assert (night.state, night.changed) in (("published", 0), ("repeated", None)), happening.told
    assert differences(pack, clean_home, tmp_path / "whole") == {}
