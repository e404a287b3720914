"""A run judged again from its snapshot: the same bytes, and every change is found."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.integration.judgements.city import AS_OF, City
from yimatong.core.engine.steps import OUTCOME
from yimatong.records import policies
from yimatong.records.models import Official
from yimatong.stations.judgements import actions, folding, lifecycle, replaying
from yimatong.stations.judgements.errors import JudgementError
from yimatong.stations.judgements.models import Run

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])


def test_a_replay_is_the_same_bit_for_bit_also_after_the_world_went_on(
    city: City, system: Official, policy: Path, clean_home: Path
):
    full = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    city.record(10)
    city.strike(5)
    city.deliver(clean_home, 2, 60)
    touched = actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(hours=9))
    city.record(10)
    for line in (full, touched):
        again = replaying.replay(by=system, run=line.run)
        assert again.same
        assert again.programs == {}
        assert {table.table for table in again.tables} == set(OUTCOME)


def test_a_replay_says_which_rows_were_not_judged(city: City, system: Official, policy: Path):
    line = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    file = lifecycle.folder_of(line.run) / "outputs" / "verdicts.parquet"
    rows = pq.read_table(file).to_pylist()
    person = next(row for row in rows if row["colour"] == "red")
    person["colour"], person["rules"] = "green", ""
    pq.write_table(pa.Table.from_pylist(rows, schema=pq.read_schema(file)), file)
    # Whoever can forge the file and its recorded hash is still found by the replay.
    found = Run.objects.using("judge").get(pk=line.run)
    forged = found.outputs | {"verdicts": replaying.inputs.sha256_of([file])[0]}
    compared = replaying._compare(Run(number=line.run, outputs=forged), replayed(found, policy))

    verdicts = next(table for table in compared if table.table == "verdicts")
    assert not verdicts.same
    assert (verdicts.differing, verdicts.people) == (2, (person["person"],))


def replayed(run: Run, policy: Path) -> Path:
    """The outcome of a run's inputs, judged anew into a folder beside it."""
    from yimatong.core.policy.load import load
    from yimatong.core.time import minute_down
    from yimatong.stations.judgements.engines import engine

    out = lifecycle.folder_of(run.number) / "anew"
    kept = replaying.inputs.opened(lifecycle.folder_of(run.number) / "inputs")
    engine("duckdb")(kept.sources, load(policy), minute_down(run.as_of), out, None)
    return out


def test_an_input_that_was_changed_or_is_gone_is_named(city: City, system: Official, policy: Path):
    line = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    kept = lifecycle.folder_of(line.run) / "inputs"
    lake = sorted((kept / "lake" / "stays").iterdir())[3]
    changes = {
        "facts.parquet": lambda: (kept / "facts.parquet").write_bytes(b"PAR1"),
        lake.name: lake.unlink,
        "manifest.json": (kept / "manifest.json").unlink,
    }
    safe = kept.with_name("safe")
    shutil.copytree(kept, safe)
    for name, change in changes.items():
        change()
        with pytest.raises(JudgementError) as refused:
            replaying.replay(by=system, run=line.run)
        assert name in refused.value.sentence.of("en")
        assert refused.value.code in ("snapshot-changed", "snapshot-gone")
        shutil.rmtree(kept)
        shutil.copytree(safe, kept)
    assert replaying.replay(by=system, run=line.run).same


def test_a_replay_judges_by_the_policy_that_was_kept_and_says_which_programs_changed(
    city: City, system: Official, policy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    line = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    shutil.copytree(policy.parent, tmp_path / "policies")
    changed = tmp_path / "policies" / policy.name
    text = (changed / "policy.yaml").read_text()
    (changed / "policy.yaml").write_text(text.replace("version: 2020-02-15.1", "version: 2020-02-15.2"))
    other = policies.keep(changed, "judge")
    monkeypatch.setattr(replaying, "versions", lambda: {**lifecycle.versions(), "duckdb": "9.9"})

    again = replaying.replay(by=system, run=line.run)
    assert other.digest != line.policy_digest
    assert again.same
    assert again.programs == {"duckdb": (lifecycle.versions()["duckdb"], "9.9")}


def test_runs_that_judged_nothing_cannot_be_replayed(city: City, system: Official, policy: Path):
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    repeated = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    for run, code in ((repeated.run, "run-not-judged"), (10_000, "run-unknown")):
        with pytest.raises(JudgementError) as refused:
            replaying.replay(by=system, run=run)
        assert refused.value.code == code


def test_old_runs_can_be_forgotten_but_not_the_one_in_force(city: City, system: Official, policy: Path):
    first = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    second = actions.run_full(by=system, policy=policy, as_of=AS_OF + timedelta(days=1))
    assert second.finished_at is not None
    assert folding.forget_runs(by=system, before=second.finished_at + timedelta(days=1)) == 1
    assert not lifecycle.folder_of(first.run).exists()
    assert lifecycle.folder_of(second.run).exists()
