"""Two things at once, and what a run may not take on trust: the lake while it is read, the tables of a snapshot, a run beside a run, a base."""

from __future__ import annotations

import os
import threading
from datetime import timedelta
from pathlib import Path

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db import connections

from tests.enforcing import put_in_force
from tests.integration.judgements.city import AS_OF, FACT, City
from tests.integration.judgements.deadlines import BEGIN, dated_policy
from tests.integration.judgements.whole import differences
from yimatong.core import lake
from yimatong.core.policy.load import load
from yimatong.records.actions.intake.stays import LOCK, UNLOCK
from yimatong.records.models import Delivery, Official
from yimatong.stations.judgements import actions, by_day, copying, inputs, lifecycle, replaying, waiting
from yimatong.stations.judgements.models import Run, Unjudged

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])


def beside(sql: str, values: list[object]) -> None:
    """A statement of somebody else, committed at once."""
    wrapper = connections["default"]
    with psycopg.connect(**{**wrapper.get_connection_params(), "cursor_factory": psycopg.Cursor}) as other:
        other.execute(sql, values)


def test_the_tables_of_a_snapshot_are_of_one_moment(
    city: City, clean_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Something is recorded before each of the connections that read: none of it is seen, and all of it goes on waiting."""
    recorded: list[int] = []
    connect = copying.dbapi.connect

    def late(*where: object, **how: object) -> object:
        recorded.append(len(recorded) + 1)
        beside(FACT, [1, "case", "confirmed", AS_OF - timedelta(hours=recorded[-1]), None, None])
        return connect(*where, **how)

    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM unjudged")
        cursor.execute("SELECT count(*) FROM facts WHERE struck_at IS NULL")
        before = cursor.fetchone()[0]
    monkeypatch.setattr(copying.dbapi, "connect", late)
    taken = inputs.take(connections["judge"], tmp_path / "in", lake_folder=clean_home / "lake", known_at=None)
    assert recorded == [1, 2]
    assert taken.tables["facts"]["rows"] == before
    assert taken.unjudged == ()
    assert Unjudged.objects.count() == 2


def test_a_run_by_day_reads_one_moment(
    city: City, system: Official, policy: Path, clean_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Somebody falls ill after the run has read whose records changed: the next run says so, and this one can be replayed."""
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    beside(FACT, [1, "symptom", "fever", AS_OF - timedelta(hours=9), None, None])
    judge = by_day.judge_touched

    def late(*of: object, **how: object) -> object:
        beside(FACT, [1, "case", "confirmed", AS_OF - timedelta(hours=5), None, None])
        return judge(*of, **how)  # type: ignore[arg-type]

    with monkeypatch.context() as once:
        once.setattr(by_day, "judge_touched", late)
        line = actions.run_touched(by=system, policy=policy, as_of=AS_OF)
    assert (line.kind, line.state) == ("touched", "published")
    assert waiting.glance(AS_OF).unjudged, "the case waits"
    assert replaying.replay(by=system, run=line.run).same
    assert actions.run_touched(by=system, policy=policy, as_of=AS_OF).changed
    assert differences(load(policy), clean_home, tmp_path / "whole") == {}


def test_a_delivery_in_the_middle_of_the_lake_is_seen_whole(
    city: City, clean_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Several days change together while their files are linked: all of them are taken as they are after it."""
    files = list(lake.files(clean_home / "lake"))
    assert len(files) > 3
    link, linked = inputs._link, []

    def late(path: Path, folder: Path) -> Path:
        taken = link(path, folder)
        linked.append(path)
        if len(linked) == 2:
            city.deliver(clean_home, 7, 400)
        return taken

    monkeypatch.setattr(inputs, "_link", late)
    taken = inputs.take(connections["judge"], tmp_path / "in", lake_folder=clean_home / "lake", known_at=None)
    kept = {path.name: path.read_bytes() for path in taken.sources.stays if path.parent.name == "stays"}
    now = {path.name: path.read_bytes() for path in lake.files(clean_home / "lake")}
    assert kept == now
    assert len(linked) > len(files), "it looked again"


def test_what_a_crash_left_in_the_lake_counts_for_nobody(
    city: City, system: Official, policy: Path, clean_home: Path, tmp_path: Path
):
    """The rows of a delivery lay in the lake when its process died; nobody said that it was taken, and runs counted them."""
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    before = {path.name: path.read_bytes() for path in lake.files(clean_home / "lake")}
    left = Delivery.objects.create(
        pk=77,
        feed="stays",
        file_name="x",
        size=1,
        sha256="0" * 64,
        state="received",
        source="x",
        legal_basis="x",
        by=system,
    )
    city.deliver(clean_home, left.pk, 200)
    with connections["owner"].cursor() as living:
        living.execute(LOCK)
        actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(minutes=1))
        left.refresh_from_db()
        assert left.state == "received", "its process lives: it holds the lock"
        living.execute(UNLOCK)
    line = actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(minutes=2))
    left.refresh_from_db()
    assert (left.state, left.error) == ("refused", "interrupted")
    assert {path.name: path.read_bytes() for path in lake.files(clean_home / "lake")} == before
    assert line.changed
    assert differences(load(policy), clean_home, tmp_path / "whole") == {}
    told = actions.run_full(by=system, policy=policy, as_of=AS_OF + timedelta(minutes=2))
    assert (told.state, told.changed) in (("published", 0), ("repeated", None))


def test_a_lake_that_never_rests_stops_the_run_with_its_name(
    city: City, clean_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    link = inputs._link

    def restless(path: Path, folder: Path) -> Path:
        taken = link(path, folder)
        fresh = path.with_suffix(".new")
        fresh.write_bytes(path.read_bytes())
        os.utime(fresh, ns=(len(inputs.__name__), path.stat().st_mtime_ns + 1))
        fresh.replace(path)
        return taken

    monkeypatch.setattr(inputs, "_link", restless)
    with pytest.raises(Exception, match="lake-restless"):
        inputs.take(connections["judge"], tmp_path / "in", lake_folder=clean_home / "lake", known_at=None)


def test_a_run_that_lives_is_not_cleared_by_the_next(
    city: City, system: Official, policy: Path, monkeypatch: pytest.MonkeyPatch
):
    """A look into the past is at work, for minutes perhaps; whoever publishes meanwhile leaves it and its folder alone."""
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    inside, goes_on = threading.Event(), threading.Event()
    said: list[object] = []
    judged = actions._judged

    def slow(run: Run, *how: object, **named: object) -> None:
        if run.kind == Run.Kind.AS_OF:
            inside.set()
            assert goes_on.wait(60)
        judged(run, *how, **named)  # type: ignore[arg-type]

    def look_back() -> None:
        try:
            said.append(actions.run_as_of(by=system, moment=AS_OF - timedelta(hours=1), policy=policy))
        except BaseException as error:  # noqa: BLE001 -- it is told below
            said.append(error)
        finally:
            connections.close_all()

    monkeypatch.setattr(actions, "_judged", slow)
    looker = threading.Thread(target=look_back)
    looker.start()
    try:
        assert inside.wait(60)
        going = Run.objects.get(kind="as_of")
        assert actions.run_full(by=system, policy=policy, as_of=AS_OF + timedelta(minutes=9)).state == "published"
        going.refresh_from_db()
        assert going.state == "snapshotted"
        assert (lifecycle.folder_of(going.number) / "inputs" / "facts.parquet").is_file()
    finally:
        goes_on.set()
        looker.join()
    (line,) = said
    assert getattr(line, "state", line) == "finished"


def test_a_run_over_the_touched_does_not_go_on_from_an_outcome_that_was_edited(
    city: City, system: Official, policy: Path, clean_home: Path, tmp_path: Path
):
    """Somebody wrote another colour into the kept file: what is in force is what the database says, and it is judged from that."""
    first = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    file = lifecycle.folder_of(first.run) / "outputs" / "verdicts.parquet"
    rows = pq.read_table(file)
    colours, ahead = (rows.column(name).to_pylist() for name in ("colour", "next_change"))
    later = int(AS_OF.timestamp()) // 60 + 600
    red = next(n for n, colour in enumerate(colours) if colour == "red" and ahead[n] > later)
    colours[red] = "green"
    changed = {name: rows.column(name) for name in rows.column_names} | {"colour": pa.array(colours)}
    pq.write_table(pa.table(changed), file)
    second = actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(minutes=2))
    assert second.kind == "touched"
    assert differences(load(policy), clean_home, tmp_path / "whole") == {}
    night = actions.run_full(by=system, policy=policy, as_of=AS_OF + timedelta(minutes=2))
    assert night.changed == 0, "the night compares with the database where the file is not what was judged"
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM current_verdicts WHERE colour = 'red'")
        assert cursor.fetchone()[0] == (second.counts or {}).get("red", 0)


def test_a_run_over_the_touched_does_not_go_on_over_other_rules_another_policy_or_other_programs(
    city: City, system: Official, policy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    dated = dated_policy(policy.parent, tmp_path / "policies")
    put_in_force(dated)
    assert actions.run_full(by=system, policy=dated, as_of=BEGIN + timedelta(hours=1)).kind == "full"
    same_day = actions.run_touched(by=system, policy=dated, as_of=BEGIN + timedelta(hours=9))
    assert same_day.kind == "touched"
    other_rules = actions.run_touched(by=system, policy=dated, as_of=BEGIN + timedelta(hours=25))
    assert other_rules.kind == "full"
    put_in_force(policy)
    other_policy = actions.run_touched(by=system, policy=policy, as_of=BEGIN + timedelta(hours=25))
    assert other_policy.kind == "full"
    same = actions.run_touched(by=system, policy=policy, as_of=BEGIN + timedelta(hours=49))
    assert same.kind == "touched", "the usual policy has the same rules every day"
    monkeypatch.setattr(actions, "versions", lambda: {"core": "another"})
    assert actions.run_touched(by=system, policy=policy, as_of=BEGIN + timedelta(hours=50)).kind == "full"


def test_what_a_run_goes_on_from_is_asked_when_nobody_else_can_change_it(
    city: City, system: Official, policy: Path, monkeypatch: pytest.MonkeyPatch
):
    """Another policy came into force, and judged everybody, between the call and the lock: the run goes on by that one."""
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    right, begun = actions.right_to_publish, []

    def late(*given):  # type: ignore[no-untyped-def]
        if not begun:
            begun.append(True)
            put_in_force(policy.parent / "cn-zj-hangzhou")
            actions.run_full(by=system, as_of=AS_OF)
        return right(*given)

    monkeypatch.setattr(actions, "right_to_publish", late)
    line = actions.run_touched(by=system, as_of=AS_OF + timedelta(minutes=1))
    assert (line.kind, line.policy_digest) == ("touched", load(policy.parent / "cn-zj-hangzhou").digest)
