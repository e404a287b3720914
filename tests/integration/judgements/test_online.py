"""One person judged online: what the batch says, at once, also about a fact of a second ago."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.db import connections

from tests.integration.judgements.city import AS_OF, City
from yimatong.core.judgement import Reason
from yimatong.core.time import minute_down
from yimatong.records import policies
from yimatong.records.models import Official
from yimatong.stations.judgements import actions, lifecycle, online
from yimatong.stations.judgements.errors import JudgementError
from yimatong.stations.judgements.models import Verdict

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])


def test_online_equals_the_batch_for_everybody_of_a_city(system: Official, policy: Path, clean_home: Path):
    City(500, seed=5).build(clean_home)
    line = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    outputs = lifecycle.folder_of(line.run) / "outputs"
    pack = policies.kept(line.policy_digest)
    said: dict[int, list[Reason]] = {}
    for row in pq.read_table(outputs / "reasons.parquet").to_pylist():
        said.setdefault(row["person"], []).append(Reason(**row))
    seconds = []
    for row in pq.read_table(outputs / "verdicts.parquet").to_pylist():
        began = time.perf_counter()
        verdict, reasons, _ = online.judged(row["person"], pack, minute_down(AS_OF))
        seconds.append(time.perf_counter() - began)
        told = (
            verdict.colour,
            ",".join(verdict.rules),
            ",".join(verdict.facts),
            verdict.since,
            verdict.until,
            verdict.next_change,
        )
        assert told == tuple(row[name] for name in ("colour", "rules", "facts", "since", "until", "next_change"))
        assert list(reasons) == said.get(row["person"], [])
    assert len(seconds) == 500
    assert sorted(seconds)[475] < 0.1, "prepared once, not for each person"
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*), sum(generic_plans + custom_plans) FROM pg_prepared_statements")
        assert cursor.fetchone() == (1, 500)


def test_a_fact_recorded_now_counts_at_once_and_nothing_is_stored(city: City, system: Official, policy: Path):
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    later = AS_OF + timedelta(hours=1)
    green = Verdict.objects.filter(colour="green").order_by("person").first()
    assert green is not None
    before = Verdict.objects.count()
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO facts (person_id, kind, detail, start, source, legal_basis)"
            " VALUES (%s, 'order', 'home', %s, 'desk', 'order 12')",
            [green.person_id, later],
        )
    told = online.judge_person(green.person_id, as_of=later)

    assert (told.colour, told.published, told.run.in_force) == ("red", False, True)  # type: ignore[union-attr]
    (reason,) = told.reasons
    assert (reason.rule, reason.evidence.source, reason.evidence.legal_basis) == (
        "red.quarantine_order",
        "desk",
        "order 12",
    )
    assert reason.clause.clause
    assert Verdict.objects.count() == before


def test_nobody_is_judged_before_the_first_run_or_without_a_record(city: City, system: Official, policy: Path):
    with pytest.raises(JudgementError) as refused:
        online.judge_person(1, as_of=AS_OF)
    assert refused.value.code == "nothing-in-force"
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    with pytest.raises(JudgementError) as refused:
        online.judge_person(99_999, as_of=AS_OF)
    assert refused.value.code == "person-unknown"
    with pytest.raises(JudgementError) as refused:
        online.judge_person(1, as_of=AS_OF.replace(year=2021))
    assert refused.value.code == "policy-not-in-force", "without rules everybody would be green"
