"""A run by day finds everybody whom a change can reach, and nobody else: one change after the other, each said in words."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connections

from tests.integration.judgements.city import AS_OF, City
from tests.integration.judgements.street import ABROAD, DAY, Street
from tests.integration.judgements.whole import differences
from yimatong.core.policy.load import load
from yimatong.records.models import Official
from yimatong.stations.judgements import (
    actions,
    archive,
    by_day,
    folding,
    inputs,
    lifecycle,
    queries,
    replaying,
    waiting,
)
from yimatong.stations.judgements.errors import JudgementError
from yimatong.stations.judgements.models import (
    CountedElsewhere,
    CurrentCount,
    CurrentVerdict,
    PastCount,
    Run,
    VerdictReason,
)

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])

Change = Callable[[Street], object]


def case(of: int) -> Change:
    return lambda street: street.fact(of, "case", "confirmed", -DAY)


def met(street: Street) -> None:
    """1 is a case; 3 and 5 were with them at place 2, one by the lake and one by their own word."""
    street.fact(1, "case", "confirmed", -DAY)
    street.delivered((1, 2, -2 * DAY), (3, 2, -2 * DAY))
    street.said(5, 2, -2 * DAY)


def met_apart(street: Street) -> None:
    """As before, but where 1 was is known by 1's own word."""
    street.fact(1, "case", "confirmed", -DAY)
    street.said(1, 2, -2 * DAY)
    street.delivered((3, 2, -2 * DAY))


CHANGES: dict[str, tuple[Change, Change, int, set[int]]] = {
    # What stands, what happens, how many minutes later it is judged, and whose verdict is another then.
    "a fever": (lambda s: None, lambda s: s.fact(7, "symptom", "fever", -60), 0, {7}),
    "a fever that is struck": (
        lambda s: s.fact(7, "symptom", "fever", -60), lambda s: s.struck("facts", "kind = 'symptom'"), 0, {7},
    ),
    "an order that ends": (lambda s: s.fact(7, "order", "home", -DAY, 5), lambda s: None, 6, {7}),
    "a case of whom nobody knows where they were": (lambda s: None, case(1), 0, {1, 2}),
    "a case who met two": (
        lambda s: (s.delivered((1, 2, -2 * DAY), (3, 2, -2 * DAY)), s.said(5, 2, -2 * DAY)), case(1), 0, {1, 2, 3, 4, 5, 6},
    ),
    "a case that is struck": (met, lambda s: s.struck("facts", "kind = 'case'"), 0, {1, 2, 3, 4, 5, 6}),
    "a case's delivery that is withdrawn": (met, lambda s: s.withdrawn(1), 0, {3, 4, 5, 6}),
    "a case's own word that is struck": (met_apart, lambda s: s.struck("stays", "person_id = 1"), 0, {3, 4}),
    "a delivery after the case": (
        lambda s: (case(1)(s), s.delivered((1, 2, -2 * DAY))), lambda s: s.delivered((9, 2, -2 * DAY)), 0, {9, 10},
    ),
    "one exposed who moves in with others": (met, lambda s: s.lives(3, 4), 0, {7, 8}),
    "one exposed whose home is struck": (met, lambda s: s.struck("homes", "person_id = 3"), 0, {4}),
    "somebody who moves in with a case": (case(1), lambda s: s.lives(9, 1), 0, {9}),
    "a contact that ends": (lambda s: s.fact(3, "contact", "confirmed", -DAY, 30), lambda s: None, 31, {4}),
    "a contact that is struck": (
        lambda s: s.fact(3, "contact", "confirmed", -DAY), lambda s: s.struck("facts", "kind = 'contact'"), 0, {3, 4},
    ),
    "a list that is published": (lambda s: s.delivered((7, 3, -DAY)), lambda s: s.listed(-3 * DAY), 0, {7}),
    "a list of one place": (lambda s: s.said(7, 3, -DAY), lambda s: s.listed(-3 * DAY, place=3), 0, {7}),
    "a list that begins": (
        lambda s: (s.listed(30), s.delivered((7, 3, -DAY), minutes=3 * DAY)), lambda s: None, 31, {7},
    ),
    "a list that is struck": (
        lambda s: (s.delivered((7, 3, -DAY)), s.listed(-3 * DAY)), lambda s: s.struck("areas", "true"), 0, {7},
    ),
    "a list whose end is learned": (
        lambda s: (s.delivered((7, 3, -DAY)), s.listed(-3 * DAY)), lambda s: s.ended("areas", "true", -2 * DAY), 0, {7},
    ),
    "a journey that begins, by the traveller's word": (lambda s: s.said(7, 5, 20), lambda s: None, 21, {7}),
    "a journey that begins, by a delivery": (lambda s: s.delivered((7, 5, 20)), lambda s: None, 21, {7}),
    "a stricter list under a journey": (
        lambda s: s.delivered((7, 5, -DAY)), lambda s: s.listed(-3 * DAY, low=ABROAD), 0, {7},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_whom_a_change_reaches_is_judged_and_nobody_else_has_another_verdict(
    name: str, clean_home: Path, system: Official, policy: Path, tmp_path: Path
):
    stands, happens, later, changed = CHANGES[name]
    street = Street(clean_home)
    stands(street)
    first = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    happens(street)
    line = actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(minutes=later))
    assert (line.kind, line.state) == ("touched", "published")
    assert differences(load(policy), clean_home, tmp_path / "whole") == {}
    assert set(CurrentVerdict.objects.exclude(run_id=first.run).values_list("person", flat=True)) == changed
    assert line.touched is not None
    assert line.touched < 10, "somebody was left alone"


def test_who_moves_is_counted_where_they_live_from_then_on(
    clean_home: Path, system: Official, policy: Path, tmp_path: Path
):
    street = Street(clean_home)
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    changes: list[tuple[Change, int]] = [
        (lambda s: s.lives(7, 9, since=-DAY), 1),
        (lambda s: s.fact(7, "symptom", "fever", -60), 1),
        (lambda s: s.lives(7, 4, since=-60), 0),
    ]
    for happens, there in changes:
        happens(street)
        assert actions.run_touched(by=system, policy=policy, as_of=AS_OF).kind == "touched"
        assert differences(load(policy), clean_home, tmp_path / "whole") == {}
        away = CurrentCount.objects.filter(district=ABROAD // 1000, rule="")
        assert sum(row.people for row in away) == there
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    assert not CountedElsewhere.objects.exists()


def test_nobody_reads_the_lake_for_a_fever(clean_home: Path, system: Official, policy: Path):
    street = Street(clean_home)
    met(street)
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    street.fact(7, "symptom", "fever", -60)
    line = actions.run_touched(by=system, policy=policy, as_of=AS_OF)
    steps = Run.objects.get(pk=line.run).timings
    assert "instances" in steps
    assert not {"marked", "islands", "exposures", "neighbours"} & steps.keys()
    assert line.touched == 1


def test_very_many_touched_are_judged_with_everybody_and_the_run_says_so(
    clean_home: Path, system: Official, policy: Path, tmp_path: Path
):
    """Ten thousand and one rows in one statement are not named one by one."""
    street = Street(clean_home)
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    street.execute(
        "INSERT INTO facts (person_id, kind, detail, start, source, legal_basis) SELECT 7, 'test', 'negative',"
        " '2020-01-01 00:00+00'::timestamptz + n * interval '1 minute', 'test', 'test' FROM generate_series(1, 10001) n"
    )
    line = actions.run_touched(by=system, policy=policy, as_of=AS_OF)
    assert (line.kind, line.state) == ("full", "published")
    assert differences(load(policy), clean_home, tmp_path / "whole") == {}
    assert waiting.glance(AS_OF).unjudged is False
    street.fact(7, "symptom", "fever", -60)
    assert actions.run_touched(by=system, policy=policy, as_of=AS_OF).kind == "touched"


def test_only_an_attempt_over_the_touched_becomes_a_run_over_everybody(city: City, system: Official, policy: Path):
    line = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    run = Run.objects.using("judge").get(pk=line.run)
    begun = Run.objects.using("judge").create(
        kind="full", policy_id=run.policy_id, as_of=run.as_of, engine="duckdb", versions={}, by=system
    )
    begun.kind = "touched"
    with pytest.raises(Exception, match="a run keeps its kind"):
        begun.save(using="judge", update_fields=["kind"])


def test_a_run_by_day_keeps_little_and_says_for_good_what_it_said_of_the_touched(
    city: City, system: Official, policy: Path, clean_home: Path
):
    """Bytes of its own: what it shares with others by links is not counted."""
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    city.record(6)
    line = actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(hours=1))
    files = [path for path in lifecycle.folder_of(line.run).rglob("*") if path.is_file()]
    own = sum(path.stat().st_size for path in files if path.stat().st_nlink == 1)
    assert line.touched
    assert own < 100_000 + 20_000 * line.touched
    assert own < 60_000, "and of a small town it is less than the lake's list"


def test_the_verdict_of_any_past_minute_is_explained_after_its_runs_were_folded(
    city: City, system: Official, policy: Path, clean_home: Path
):
    first = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    asked = whom(city)
    lines, told = [first], {first.run: explained(first.run, asked)}
    for hours in (1, 9, 26, 30):
        city.record(5)
        city.strike(4)
        if hours == 9:
            city.deliver(clean_home, 2, 60)
        lines.append(actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(hours=hours)))
        told[lines[-1].run] = explained(lines[-1].run, asked)
    (night,) = actions.catch_up(by=system, now=waiting.night_before(AS_OF) + timedelta(days=2))
    by_day_runs = [line.run for line in lines[1:]]
    assert [lifecycle.folder_of(run).is_dir() for run in by_day_runs] == [False] * 4
    assert {run: explained(run, asked) for run in told} == told
    for run in by_day_runs:
        kept = Run.objects.get(pk=run).outputs
        assert archive.digests(Run.objects.get(pk=run)) == {name: kept[name] for name in archive.OUTCOME}
    later = (night.finished_at or AS_OF) + timedelta(days=60)
    actions.run_full(by=system, policy=policy, as_of=AS_OF + timedelta(days=9))
    assert folding.fold_runs(by=system, now=later) == 2
    assert not lifecycle.folder_of(first.run).exists()
    assert {run: explained(run, asked) for run in told} == told, "the night before has gone too"
    derived = {"visit", "travel", "exposure", "neighbour"}
    assert derived <= {kind for run in told.values() for reasons in run.values() for kind, *_rest in reasons[1]}
    for line in lines:
        assert queries.run_at(line.as_of) == queries.run_line(line.run)
    assert queries.run_at(AS_OF - timedelta(minutes=1)) is None


def whom(city: City) -> list[int]:
    """Some people, and two of each kind of evidence that a run derives."""
    found = set(list(city.numbers())[::6])
    for kind in ("visit", "travel", "exposure", "neighbour"):
        held = VerdictReason.objects.filter(fact__startswith=f"{kind}/").order_by("run_id", "person")
        found |= set(held.values_list("person", flat=True)[:2])
    return sorted(found)


def explained(run: int, people: list[int]) -> dict[int, tuple[object, list[tuple[object, ...]]]]:
    """What a run is told to have said of each person."""
    found = {}
    for person in people:
        it = queries.explain_run(run, person)
        reasons = [
            (reason.evidence.kind, reason.evidence.fact, reason.evidence.sentence.of("zh"), reason.evidence.end, reason.since, reason.until)
            for reason in it.reasons
        ]  # fmt: skip
        found[person] = ((it.colour, it.since, it.until, it.next_change), reasons)
    return found


def test_a_run_whose_files_were_changed_is_not_put_away(city: City, system: Official, policy: Path, clean_home: Path):
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    city.record(5)
    lines = [
        actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(minutes=minutes)) for minutes in (1, 2)
    ]
    (lifecycle.folder_of(lines[0].run) / "outputs" / "reasons.parquet").write_bytes(b"PAR1")
    actions.run_full(by=system, policy=policy, as_of=AS_OF + timedelta(days=2))
    folding.fold_runs(by=system)
    assert [archive.holds(line.run) for line in lines] == [False, True]


def test_a_replay_of_a_run_by_day_finds_what_was_painted_into_the_run_it_builds_on(
    city: City, system: Official, policy: Path, clean_home: Path
):
    first = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    city.record(3)
    one = actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(hours=1))
    city.record(3)
    two = actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(hours=2))
    assert replaying.replay(by=system, run=two.run).same
    facts = lifecycle.folder_of(one.run) / "inputs" / "facts.parquet"
    whole = facts.read_bytes()
    facts.write_bytes(whole[:-1])
    with pytest.raises(JudgementError, match="snapshot-changed"):
        replaying.replay(by=system, run=two.run)
    facts.write_bytes(whole)
    red = CurrentVerdict.objects.filter(colour="red", run_id=first.run).values_list("person", flat=True)
    paint(lifecycle.folder_of(first.run) / "outputs" / "verdicts.parquet", red[0])
    again = replaying.replay(by=system, run=two.run)
    assert not again.same
    assert [table.people for table in again.tables if table.differing] == [(red[0],)]


@pytest.mark.parametrize("name", ["areas.parquet", "manifest.json"])
def test_where_what_it_goes_on_from_was_edited_everybody_is_judged(
    name: str, clean_home: Path, system: Official, policy: Path, tmp_path: Path
):
    """Whoever takes the new list out of the difference, or a day's file, would keep people from being found."""
    street = Street(clean_home)
    street.delivered((7, 3, -DAY))
    first = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    street.listed(-3 * DAY)
    street.delivered((9, 5, -DAY))
    actions.run_as_of(by=system, moment=AS_OF, known_at=datetime.now(UTC))
    edited = lifecycle.folder_of(first.run) / "inputs" / name
    if name == "areas.parquet":
        edited.write_bytes((lifecycle.folder_of(first.run + 1) / "inputs" / name).read_bytes())
    else:
        manifest = json.loads(edited.read_text())
        manifest["lake"] = inputs.take_lake(clean_home / "lake", tmp_path / "as it is now", None)
        edited.write_text(json.dumps(manifest))
    line = actions.run_touched(by=system, policy=policy, as_of=AS_OF)
    assert line.kind == "full"
    assert differences(load(policy), clean_home, tmp_path / "whole") == {}


def paint(file: Path, person: int) -> None:
    """Write another colour of a person into a kept file."""
    import pyarrow.parquet as pq

    rows = pq.read_table(file)
    colours = [
        "green" if number == person else colour
        for number, colour in zip(rows["person"].to_pylist(), rows["colour"].to_pylist(), strict=True)
    ]
    pq.write_table(rows.set_column(rows.column_names.index("colour"), "colour", [colours]), file)


def test_the_overview_costs_the_same_after_many_runs_and_no_count_is_kept_for_each(
    city: City, system: Official, policy: Path
):
    actions.run_full(by=system, policy=policy, as_of=AS_OF)

    def cost() -> tuple[int, int, int]:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM day_counts")
            days = cursor.fetchone()[0]
        return CurrentCount.objects.count(), days, len(queries.overview().days)

    before = cost()
    for minute in range(1, 25):
        city.record(1)
        actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(minutes=minute))
    cells, days, shown = cost()
    assert shown == before[2] == 1, "all were of the same day"
    assert cells <= before[0] + 30, "one row a district, colour and rule"
    assert days <= before[1] + 12
    run = Run.objects.get(pk=queries.overview().run.run)  # type: ignore[union-attr]
    assert set(run.shifts) == {"districts", "rules"}
    assert len(json.dumps(run.shifts)) < 4000
    held = VerdictReason.objects.filter(person__in=city.numbers())
    assert {reason.rule for reason in queries.overview().reasons if reason.people} <= set(
        held.values_list("rule", flat=True)
    )
    assert PastCount.objects.filter(rule="").count() == len(
        {colour for colour, people in (run.counts or {}).items() if people}
    )


def test_what_a_run_moved_adds_up_to_what_is_in_force(city: City, system: Official, policy: Path):
    """The counts before the run and what the run says it moved are the counts after it."""
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    before = {(row.district, row.colour): row.people for row in CurrentCount.objects.filter(rule="")}
    city.record(9)
    line = actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(hours=3))
    shifts = Run.objects.get(pk=line.run).shifts
    assert shifts["districts"]
    for district, colour, then, now in shifts["districts"]:
        assert before.get((district, colour), 0) == then
        before[district, colour] = now
    after = {(row.district, row.colour): row.people for row in CurrentCount.objects.filter(rule="")}
    assert {cell: people for cell, people in before.items() if people} == after
    assert by_day.last_over_everybody(Run.objects.get(pk=line.run)) == Run.objects.get(kind="full")
