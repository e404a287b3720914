"""Which engine judges the night, and what happens where its cluster is away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from tests.integration.judgements.city import AS_OF, City
from yimatong.core.errors import EnvironmentProblem
from yimatong.records.models import Official
from yimatong.stations.judgements import actions, engines, waiting
from yimatong.stations.judgements.engines import Cluster, cluster, read_conf
from yimatong.stations.judgements.models import Run

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])


def test_a_cluster_that_is_away_keeps_nobodys_colour(
    city: City, system: Official, policy: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
):
    """The night is tried on Spark, stops, and is judged by DuckDB when its rest is over; the next night asks Spark again."""
    settings.YIMATONG_ENGINE = "spark"
    asked: list[Cluster] = []

    def away(on: Cluster, *_work: object) -> None:
        asked.append(on)
        raise ConnectionRefusedError(on.master)

    monkeypatch.setattr(engines, "_by_spark", away)
    settings.YIMATONG_SPARK_MASTER = "spark://nobody:7077"
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    for day in (1, 2):
        night = waiting.night_before(AS_OF) + timedelta(days=day)
        with pytest.raises(ConnectionRefusedError):
            actions.catch_up(by=system, now=night)
        assert actions.catch_up(by=system, now=night) == (), "it rests first"
        with connections["owner"].cursor() as cursor:
            cursor.execute("ALTER TABLE runs DISABLE TRIGGER USER")
            cursor.execute(
                "UPDATE runs SET finished_at = %s WHERE state = 'failed'", [datetime.now(UTC) - timedelta(hours=1)]
            )
            cursor.execute("ALTER TABLE runs ENABLE TRIGGER USER")
        (line,) = actions.catch_up(by=system, now=night)
        assert (line.engine, line.state, line.kind) == ("duckdb", "published", "full")
    assert [on.master for on in asked] == ["spark://nobody:7077"] * 2
    assert Run.objects.filter(engine="spark", state="failed").count() == 2


def test_sparks_configuration_is_read_as_spark_reads_it(tmp_path: Path, settings: Any):
    conf = tmp_path / "spark-defaults.conf"
    conf.write_text(
        "# memory\n\nspark.executor.memory   8g\nspark.executor.cores=4\n  spark.driver.extraJavaOptions -Da=b -Dc=d\n"
    )
    assert read_conf(conf) == {
        "spark.executor.memory": "8g",
        "spark.executor.cores": "4",
        "spark.driver.extraJavaOptions": "-Da=b -Dc=d",
    }
    settings.YIMATONG_SPARK_CONF = conf
    assert cluster().config["spark.executor.cores"] == "4"
    assert cluster(master="spark://here:7077").master == "spark://here:7077"


@pytest.mark.parametrize(("text", "line"), [("spark.executor.memory\n", 1), ("# x\nexecutor.memory 8g\n", 2)])
def test_a_line_that_is_no_setting_is_named(text: str, line: int, tmp_path: Path):
    conf = tmp_path / "spark-defaults.conf"
    conf.write_text(text)
    with pytest.raises(EnvironmentProblem) as wrong:
        read_conf(conf)
    assert wrong.value.code == "spark-conf-wrong"
    assert wrong.value.place == f"{conf}:{line}"
    with pytest.raises(EnvironmentProblem):
        read_conf(tmp_path / "nowhere")
