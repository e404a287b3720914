"""The city's own night on a master and two workers: from the database, published, row for row what DuckDB says."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bench import cluster
from tests.integration.judgements.city import AS_OF, City
from tests.integration.judgements.conftest import city, clean_home, policy, system
from tests.integration.judgements.whole import differences
from tests.spark.conftest import _prepared
from yimatong.core.engine.steps import OUTCOME
from yimatong.core.policy.load import load
from yimatong.edges.cli.night import command
from yimatong.records.models import Official
from yimatong.stations.judgements import actions, inputs, replaying, waiting
from yimatong.stations.judgements.models import Run

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])
__all__ = ["city", "clean_home", "policy", "system"]


CONF = "# the tests' machine is small\nspark.executor.memory 512m\nspark.driver.memory=512m\n"


def test_a_night_on_a_cluster_says_what_duckdb_says_and_the_day_goes_on_from_it(
    city: City, system: Official, policy: Path, clean_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    conf = tmp_path / "spark.conf"
    conf.write_text(CONF)
    with _prepared(monkeypatch), cluster.cluster(workers=2, memory="1g") as master:
        arguments = ["--engine", "spark", "--master", master, "--conf", str(conf), "--as-of", AS_OF.isoformat()]
        told = CliRunner().invoke(command, [*arguments, "--policy", str(policy)], catch_exceptions=False)
        assert told.exit_code == 0, told.output
    run = Run.objects.get()
    assert (run.engine, run.state, run.kind) == ("spark", "published", "full")
    assert differences(load(policy), clean_home, tmp_path / "whole") == {}, "row for row"
    ours = inputs.sha256_of(tmp_path / "whole" / "out" / f"{name}.parquet" for name in OUTCOME)
    assert run.outputs == dict(zip(OUTCOME, ours, strict=True)), "and byte for byte"
    city.record(5)
    (by_day,) = actions.catch_up(by=system, now=AS_OF + timedelta(minutes=1))
    assert (by_day.kind, by_day.engine) == ("touched", "duckdb"), "by day nobody asks the cluster"
    assert differences(load(policy), clean_home, tmp_path / "whole") == {}


@pytest.mark.soak
def test_the_worker_judges_its_night_on_the_cluster_of_the_settings_and_a_replay_asks_it_again(
    city: City,
    system: Official,
    policy: Path,
    clean_home: Path,
    tmp_path: Path,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
):
    conf = tmp_path / "spark.conf"
    conf.write_text(CONF)
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    city.record(5)
    night = waiting.night_before(AS_OF) + timedelta(days=1)
    with _prepared(monkeypatch), cluster.cluster(workers=2, memory="1g") as master:
        settings.YIMATONG_ENGINE, settings.YIMATONG_SPARK_MASTER, settings.YIMATONG_SPARK_CONF = "spark", master, conf
        (line,) = actions.catch_up(by=system, now=night)
        assert (line.engine, line.state, line.kind) == ("spark", "published", "full")
        assert differences(load(policy), clean_home, tmp_path / "whole") == {}
        assert replaying.replay(by=system, run=line.run).same
