"""The files that runs keep are read only while they are what was written; and what is in force keeps its files."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.integration.judgements.city import AS_OF, City
from tests.integration.judgements.test_by_day import paint
from tests.integration.judgements.test_publication import child, held, wait_until_blocked, wait_until_gone
from tests.integration.judgements.whole import differences
from yimatong.core.policy.load import load
from yimatong.records.models import Official
from yimatong.stations.judgements import actions, archive, folding, lifecycle, publication, queries, replaying
from yimatong.stations.judgements.errors import JudgementError
from yimatong.stations.judgements.models import CurrentVerdict, Run, VerdictReason

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])


def refused(act: Callable[[], object]) -> tuple[str, str]:
    """The code of the mistake that an act ends with, and its sentence."""
    with pytest.raises(JudgementError) as found:
        act()
    assert found.value.remedy.of("en")
    return found.value.code, found.value.sentence.of("en")


def test_what_a_run_that_published_nothing_said_is_told_only_from_files_that_it_wrote(
    city: City, system: Official, policy: Path
):
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    line = actions.run_as_of(by=system, moment=AS_OF, known_at=datetime.now(UTC))
    red = CurrentVerdict.objects.filter(colour="red").order_by("person").first()
    assert red is not None
    assert queries.explain_run(line.run, red.person).colour == "red"
    file = lifecycle.folder_of(line.run) / "outputs" / "verdicts.parquet"
    paint(file, red.person)
    code, said = refused(lambda: queries.explain_run(line.run, red.person))
    assert (code, "verdicts.parquet" in said) == ("snapshot-changed", True)
    file.unlink()
    assert refused(lambda: queries.explain_run(line.run, red.person))[0] == "snapshot-gone"


def test_a_past_verdict_is_not_told_from_derived_rows_that_were_edited(city: City, system: Official, policy: Path):
    first = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    held_by = VerdictReason.objects.filter(fact__startswith="visit/").first()
    assert held_by is not None
    file = lifecycle.folder_of(first.run) / "outputs" / "visits.parquet"
    rows = pq.read_table(file)
    pq.write_table(rows.slice(0, len(rows) - 1), file)
    assert refused(lambda: queries.explain_run(first.run, held_by.person))[0] == "snapshot-changed"


def test_what_was_put_away_is_told_only_while_it_is_what_was_put_away(city: City, system: Official, policy: Path):
    first = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    city.record(5)
    by_day = actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(hours=1))
    last = actions.run_full(by=system, policy=policy, as_of=AS_OF + timedelta(days=2))
    folding.forget_runs(by=system, before=(last.finished_at or AS_OF))
    held_by = VerdictReason.objects.filter(fact__startswith="visit/", run=first.run).first()
    assert held_by is not None
    assert queries.explain_run(by_day.run, held_by.person).reasons
    place = archive.folder() / str(by_day.run)
    visits, runs = (place / name for name in ("visits.parquet", "runs.json"))
    whole = visits.read_bytes(), runs.read_bytes()
    visits.write_bytes(whole[0] + b" ")
    assert refused(lambda: archive.derived_then(Run.objects.get(pk=first.run), held_by.person))[0] == "snapshot-changed"
    visits.write_bytes(whole[0])
    runs.write_bytes(whole[1][:-5])
    assert refused(lambda: archive.derived_then(Run.objects.get(pk=first.run), held_by.person))[0] == "snapshot-changed"
    assert not archive.holds(first.run)
    runs.write_text(json.dumps(json.loads(whole[1])["runs"]))
    assert archive.derived_then(Run.objects.get(pk=first.run), held_by.person), "a folder of before hashes were noted"


def test_a_replay_tells_that_a_kept_output_was_edited_and_of_whom(city: City, system: Official, policy: Path):
    first = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    city.record(5)
    by_day = actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(hours=1))
    for run in (first.run, by_day.run):
        file = lifecycle.folder_of(run) / "outputs" / "verdicts.parquet"
        whole, person = file.read_bytes(), pq.read_table(file).column("person")[0].as_py()
        pq.write_table(pq.read_table(file).filter(pq.read_table(file)["person"].to_numpy() != person), file)
        (verdicts,) = (table for table in replaying.replay(by=system, run=run).tables if not table.same)
        assert (verdicts.table, verdicts.edited, verdicts.people) == ("verdicts", True, (person,))
        file.write_bytes(whole[:-7])
        if run == first.run:
            (verdicts,) = (table for table in replaying.replay(by=system, run=run).tables if not table.same)
            assert verdicts.edited
        else:
            assert refused(lambda run=run: replaying.replay(by=system, run=run))[0] == "snapshot-changed"
        file.write_bytes(whole)
        assert replaying.replay(by=system, run=run).same


@pytest.mark.parametrize("left", [b"", b'{"form', b"[]", b'{"lake": 1, "tables": {}, "known_at": ""}', None])
def test_a_cut_or_missing_manifest_is_a_sentence_and_everybody_is_judged(
    left: bytes | None, city: City, system: Official, policy: Path
):
    first = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    manifest = lifecycle.folder_of(first.run) / "inputs" / "manifest.json"
    if left is None:
        manifest.unlink()
    else:
        manifest.write_bytes(left)
    code, said = refused(lambda: replaying.replay(by=system, run=first.run))
    assert code == ("snapshot-gone" if left is None else "snapshot-changed")
    assert str(first.run) in said
    city.record(3)
    assert actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(hours=1)).kind == "full"


@pytest.mark.parametrize("stopped", [RuntimeError, KeyboardInterrupt])
@pytest.mark.parametrize("run", [actions.run_full, actions.run_touched])
def test_what_stops_us_after_the_commit_removes_nothing_of_the_run_in_force(
    run: Callable[..., object],
    stopped: type[BaseException],
    city: City,
    system: Official,
    policy: Path,
    clean_home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    city.record(5)
    published = publication.publish

    def then_stop(*given: object, **named: object) -> None:
        published(*given, **named)  # type: ignore[arg-type]
        raise stopped

    with monkeypatch.context() as changed:
        changed.setattr(publication, "publish", then_stop)
        with pytest.raises(stopped):
            run(by=system, policy=policy, as_of=AS_OF + timedelta(hours=1))
    current = lifecycle.in_force()
    assert current is not None
    assert (current.state, current.as_of) == ("published", AS_OF + timedelta(hours=1))
    assert replaying.replay(by=system, run=current.number).same
    city.record(3)
    assert actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(hours=2)).kind == "touched"
    assert differences(load(policy), clean_home, tmp_path / "whole") == {}


@pytest.mark.kill
def test_kill_9_before_the_commit_leaves_the_run_in_force_its_files(city: City, system: Official, policy: Path):
    first = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    city.record(5)
    with held("audit_entries"), child(policy, AS_OF + timedelta(hours=1), "run_touched") as process:
        wait_until_blocked("audit_entries")
        process.send_signal(signal.SIGKILL)
        process.wait()
    wait_until_gone()
    assert replaying.replay(by=system, run=first.run).same
    second = actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(hours=1))
    assert second.kind == "touched"
    assert replaying.replay(by=system, run=second.run).same
