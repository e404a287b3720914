"""Spark writes what DuckDB writes, to the byte: the scenes of the policy, a made town, and a city on a cluster."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from tests.generative.parquet import write_town
from tests.generative.towns import AS_OF, make_town
from yimatong.city.build import build
from yimatong.city.model import Days
from yimatong.core.engine import duckdb, spark
from yimatong.core.engine.sources import Sources
from yimatong.core.engine.steps import OUTCOME
from yimatong.core.policy.crowds import bare, crowds
from yimatong.core.policy.load import load
from yimatong.core.policy.model import Policy
from yimatong.core.policy.specimens import load_specimens
from yimatong.core.time import SHANGHAI, minute_down

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

POLICIES = Path(__file__).resolve().parents[2] / "policies"
WHEN = minute_down(datetime.fromisoformat("2020-02-20T08:00+08:00"))


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load(POLICIES / "cn-zj-ningbo")


@pytest.mark.soak
def test_spark_writes_what_duckdb_writes(here: SparkSession, policy: Policy, tmp_path: Path) -> None:
    specimens = load_specimens(POLICIES / "cn-zj", load(POLICIES / "cn-zj"))
    crowd = max(crowds(specimens, policy), key=lambda crowd: len(crowd.town.people))
    scenes = write_town(crowd.town, tmp_path / "scenes")
    assert_same(here, scenes, bare(policy), crowd.as_of, tmp_path / "of-scenes", least_rules=13)
    town = write_town(make_town(20200220, 120), tmp_path / "town")
    assert_same(here, town, policy, AS_OF, tmp_path / "of-town", least_rules=12)


@pytest.mark.soak
def test_a_cluster_of_two_workers_writes_what_duckdb_writes(
    on_a_cluster: SparkSession, policy: Policy, tmp_path: Path
) -> None:
    assert on_a_cluster.sparkContext.master.startswith("spark://")
    days = Days(SHANGHAI, WHEN, 14)
    build(tmp_path / "city", people=2_000, seed=20200215, days=days, policy=policy)
    assert_same(on_a_cluster, Sources.of(tmp_path / "city"), policy, WHEN, tmp_path / "of-city", least_rules=13)
    executors = on_a_cluster.sparkContext._jsc.sc().statusTracker().getExecutorInfos()
    assert len(executors) == 3, "two executors and the driver"


def assert_same(
    session: SparkSession, sources: Sources, policy: Policy, as_of: int, folder: Path, *, least_rules: int
) -> None:
    """Both engines write the same bytes, and the town is worth it: so many rules hold for somebody."""
    one = duckdb.judge(sources, policy, as_of, folder / "duckdb")
    other = spark.judge(session, sources, policy, as_of, folder / "spark")
    assert (one.counts, one.people) == (other.counts, other.people)
    for name in OUTCOME:
        ours, theirs = (folder / engine / f"{name}.parquet" for engine in ("duckdb", "spark"))
        assert pq.read_table(ours).to_pylist() == pq.read_table(theirs).to_pylist(), name
        assert ours.read_bytes() == theirs.read_bytes(), name
    assert len(set(pq.read_table(folder / "spark" / "reasons.parquet")["rule"].to_pylist())) >= least_rules
