"""Whoever paints past the judgement is found: the row is named, everybody is judged again, and stands as judged."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections, transaction
from structlog.testing import capture_logs

from tests.integration.judgements.city import AS_OF, City
from tests.integration.judgements.painting import GREEN, MADE_GREEN, Scene, open_again, told, untriggered
from tests.integration.judgements.whole import differences
from yimatong.core.policy.load import load
from yimatong.records.models import Official
from yimatong.stations.judgements import actions, discrepancies, lifecycle, reconciling, replaying, waiting
from yimatong.stations.judgements.models import CurrentVerdict, Discrepancy, Run, Verdict, Visit
from yimatong.stations.judgements.reconciling import Looker

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])


PAINTINGS: dict[str, tuple[str, tuple[str, str]]] = {
    # What the owner does, and in which table the person is named with which kind.
    "a green verdict for somebody red": (GREEN, ("verdicts", "changed")),
    "under the number of a run that has not come": (GREEN.replace("{run}", "{ahead}"), ("verdicts", "changed")),
    "a verdict that is updated": (MADE_GREEN, ("verdicts", "changed")),
    "a verdict that is deleted": ("DELETE FROM verdicts WHERE person_id = {person}", ("verdicts", "missing")),
    "a reason that is deleted": ("DELETE FROM verdict_reasons WHERE person = {person}", ("verdict_reasons", "missing")),
    "a reason that ends earlier": (
        "UPDATE verdict_reasons SET until = until - 1440 WHERE person = {person}", ("verdict_reasons", "changed"),
    ),
    "a reason more": (
        (
            "INSERT INTO verdict_reasons (person, rule, colour, fact, since, until, run_id)"
            " VALUES ({person}, 'red.painted', 'red', 'case/1', 1, 2, {first})"
        ),
        ("verdict_reasons", "inserted"),
    ),
    "a visit that never was so long": (
        "UPDATE visits SET \"end\" = \"end\" + 60 WHERE person = {person}", ("visits", "changed"),
    ),
    "a visit that is deleted": ("DELETE FROM visits WHERE person = {person}", ("visits", "missing")),
}  # fmt: skip


def verdicts_of(people: list[int]) -> list[dict[str, object]]:
    columns = ("person", "colour", "rules", "facts", "since", "until", "next_change")
    return list(CurrentVerdict.objects.filter(person__in=people).order_by("person").values(*columns))


def test_what_the_owner_paints_is_named_and_put_right_by_the_next_run(
    scene: Scene, city: City, system: Official, policy: Path, clean_home: Path, tmp_path: Path
):
    reds = CurrentVerdict.objects.filter(colour="red", run=scene.first).order_by("-facts", "person")
    people = list(reds.values_list("person", flat=True))[-len(PAINTINGS) :]
    whose = dict(zip(PAINTINGS, [*people[:-2], *visitors(people[:-2])], strict=True))
    before = verdicts_of(list(whose.values()))
    with untriggered("verdicts", "verdict_reasons", "visits") as cursor:
        for painting, (statement, _named) in PAINTINGS.items():
            words = {"person": whose[painting], "run": scene.last, "first": scene.first, "ahead": scene.last + 1000}
            cursor.execute(statement.format(**words))
            assert cursor.rowcount, painting
    with capture_logs() as logs:
        report = scene.looker.look()
    expected = {(table, kind, whose[painting]) for painting, (_statement, (table, kind)) in PAINTINGS.items()}
    assert expected - told(report) == set()
    assert {one.person for one in report.found} <= {*whose.values(), None}
    assert report.fresh
    said = [line for line in logs if line["event"] == "verdicts.not_as_judged"]
    assert said
    assert all(set(line) == {"event", "log_level", "kind", "found", "tables", "runs"} for line in said)
    assert scene.looker.look().fresh == (), "it is told once"
    assert waiting.glance(AS_OF + timedelta(hours=2)).unjudged

    again = actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(hours=2))
    assert (again.state, discrepancies.open_ones()) == ("published", [])
    assert verdicts_of(list(whose.values())) == before
    assert differences(load(policy), clean_home, tmp_path / "whole") == {}
    for report in (scene.looker.look(), scene.looker.look(everything=True), Looker().look()):
        assert (report.fresh, {one.kind for one in report.found} <= set(discrepancies.LASTING)) == ((), True)
    assert discrepancies.open_ones() == []
    city.record(3)
    assert actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(hours=3)).kind == "touched"
    assert differences(load(policy), clean_home, tmp_path / "whole") == {}
    with untriggered("verdicts") as cursor:
        cursor.execute(MADE_GREEN.format(person=scene.red))
    assert ("verdicts", "changed", scene.red) in told(scene.looker.look()), "and so is the next"


def visitors(but: list[int]) -> list[int]:
    """Two who have visited something."""
    found = Visit.objects.exclude(person__in=but).order_by("person").values_list("person", flat=True).distinct()
    return list(found)[:2]


def test_what_is_painted_does_not_survive_the_night_when_nobody_has_looked(
    scene: Scene, system: Official, policy: Path, clean_home: Path, tmp_path: Path
):
    """As it was found: one row made somebody green, and the nights after left it so."""
    with untriggered("verdicts") as cursor:
        cursor.execute(GREEN.format(person=scene.red, run=scene.last))
    assert CurrentVerdict.objects.get(person=scene.red).colour == "green"
    night = actions.run_full(by=system, policy=policy, as_of=AS_OF + timedelta(days=1))
    assert CurrentVerdict.objects.get(person=scene.red).run_id == night.run
    assert differences(load(policy), clean_home, tmp_path / "whole") == {}
    (found,) = Discrepancy.objects.filter(ends=None, table="verdicts")
    assert (found.person, found.table, found.kind, found.ended.run) == (scene.red, "verdicts", "changed", night.run)
    assert waiting.look(now=AS_OF + timedelta(days=1)) is None, "and nobody is judged again for it"


def test_what_is_painted_after_a_worker_has_looked_is_found_by_its_next_look_and_put_right(
    scene: Scene, city: City, system: Official, policy: Path, clean_home: Path, tmp_path: Path
):
    """A night that has been looked at within the minute compares with the files of the runs: no painted row stops it."""
    worker = reconciling.THIS_PROCESS
    assert worker.look().fresh == ()
    with untriggered("verdicts", "visits") as cursor:
        cursor.execute(GREEN.format(person=scene.red, run=scene.last))
        cursor.execute(
            """INSERT INTO visits (person, level, division, place, area, start, "end", run_id)
            SELECT number, level, one.division, place, area, start, 1, run_id
            FROM people, (SELECT DISTINCT ON (level) * FROM visits) one ON CONFLICT DO NOTHING"""
        )
        painted = cursor.rowcount
    city.deliver(clean_home, 2, 200)
    before = {(row.person, row.level) for row in Visit.objects.exclude(end=1)}
    assert actions.run_full(by=system, policy=policy, as_of=AS_OF + timedelta(days=1)).state == "published"
    came = {(row.person, row.level) for row in Visit.objects.exclude(end=1)} - before
    assert (painted > 0, len(came) > 0) == (True, True)
    assert ("verdicts", "changed", scene.red) in told(worker.look())
    again = actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(days=1, hours=1))
    assert (again.kind, CurrentVerdict.objects.get(person=scene.red).run_id) == ("full", again.run)
    assert differences(load(policy), clean_home, tmp_path / "whole") == {}
    assert discrepancies.open_ones() == []


def test_the_same_instant_is_judged_again_where_something_was_painted(scene: Scene, system: Official, policy: Path):
    """A demo city's clock stands still: with the same inputs nothing would be judged again."""
    night = actions.run_full(by=system, policy=policy, as_of=AS_OF + timedelta(days=1))
    assert actions.run_full(by=system, policy=policy, as_of=AS_OF + timedelta(days=1)).state == "repeated"
    with untriggered("verdicts") as cursor:
        cursor.execute(MADE_GREEN.format(person=scene.red))
    assert scene.looker.look().fresh
    again = actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(days=1))
    assert (again.state, again.run > night.run) == ("published", True)
    assert CurrentVerdict.objects.get(person=scene.red).run_id == again.run


def test_a_verdict_of_nobody_stops_no_night(scene: Scene, system: Official, policy: Path):
    with untriggered("verdicts") as cursor:
        cursor.execute(GREEN.format(person=99_999, run=scene.last))
    assert ("verdicts", "inserted", 99_999) in told(scene.looker.look())
    assert actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(hours=2)).state == "published"
    assert actions.run_full(by=system, policy=policy, as_of=AS_OF + timedelta(days=1)).state == "published"


@pytest.mark.parametrize("table", ["verdicts", "verdict_reasons"])
def test_what_is_in_force_no_more_is_looked_at_too(
    table: str, scene: Scene, city: City, system: Official, policy: Path
):
    city.record(30)
    actions.run_full(by=system, policy=policy, as_of=AS_OF + timedelta(days=1))
    old = Verdict.objects.filter(run=scene.first, colour="red").exclude(
        person__in=CurrentVerdict.objects.filter(run=scene.first).values("person")
    )
    assert old.exists()
    assert scene.looker.look().found == ()
    tables = {"verdicts": "person_id", "verdict_reasons": "person"}
    with untriggered(*tables) as cursor:
        for table, column in tables.items():
            cursor.execute(f"DELETE FROM {table} WHERE run_id = {scene.first} AND {column} = {old[0].person_id}")
    report = scene.looker.look()
    assert report.everything, "a table that only grows has lost rows"
    assert {(one.table, one.kind, one.run) for one in report.fresh} == {
        (table, "rows", scene.first) for table in tables
    }
    assert not replaying.replay(by=system, run=scene.first).same
    actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(days=1, hours=1))
    assert (discrepancies.open_ones(), scene.looker.look(everything=True).fresh) == ([], ())


COUNTS: dict[str, tuple[str, str]] = {
    "in force": ("UPDATE current_counts SET people = people + 1 WHERE colour = 'red' AND rule = ''", "current_counts"),
    "a cell more": ("INSERT INTO current_counts VALUES (330299, 'green', '', 5, 1)", "current_counts"),
    "of the day": ("DELETE FROM day_counts WHERE colour = 'red'", "day_counts"),
}


def test_counts_that_no_run_has_counted_are_found_and_counted_anew(
    scene: Scene, system: Official, policy: Path, clean_home: Path, tmp_path: Path
):
    for hours, (statement, table) in enumerate(COUNTS.values(), start=2):
        with untriggered("current_counts", "day_counts") as cursor:
            cursor.execute(statement)
        report = scene.looker.look()
        assert {(one.table, one.kind) for one in report.found} == {(table, "counts")}
        actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(hours=hours))
        assert (scene.looker.look().found, discrepancies.open_ones()) == ((), [])
    assert differences(load(policy), clean_home, tmp_path / "whole") == {}


LEFT_OUT: dict[str, tuple[tuple[str, ...], set[tuple[str, str]]]] = {
    "the last run with its seal": (
        (
            "DELETE FROM run_seals WHERE run_id = {last}",
            "DELETE FROM verdicts WHERE run_id = {last}",
            "DELETE FROM verdict_reasons WHERE run_id = {last}",
            "DELETE FROM runs WHERE number = {last}",
        ),
        {("runs", "left-out")},
    ),
    "the first run with its seal": (
        ("DELETE FROM run_seals WHERE run_id = {first}",), {("runs", "left-out")},
    ),
    "a seal": (("DELETE FROM run_seals WHERE run_id = {last}",), {("runs", "left-out"), ("runs", "unsealed")}),
    "all seals": (("DELETE FROM run_seals",), {("runs", "left-out")}),
    "what a run counted": (
        ("UPDATE runs SET counts = '{{\"green\": 120}}' WHERE number = {last}",), {("runs", "edited")},
    ),
    "what a run judged": (("UPDATE runs SET inputs = '{{}}' WHERE number = {last}",), {("runs", "edited")}),
}  # fmt: skip


def test_a_run_that_was_left_out_or_edited_is_found_by_the_chain_of_seals(
    scene: Scene, city: City, system: Official, policy: Path, clean_home: Path, tmp_path: Path
):
    last = scene.last
    for hours, (what, (statements, expected)) in enumerate(LEFT_OUT.items(), start=2):
        with untriggered("runs", "run_seals", "verdicts", "verdict_reasons") as cursor:
            for statement in statements:
                cursor.execute(statement.format(first=scene.first, last=last))
        report = scene.looker.look(everything=True)
        assert expected - {(one.table, one.kind) for one in report.fresh} == set(), what
        line = actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(hours=hours))
        assert (line.state, line.kind, discrepancies.open_ones()) == ("published", "full", []), what
        city.record(2)
        line = actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(hours=hours, minutes=1))
        assert scene.looker.look(everything=True).fresh == (), what
        last = line.run
    assert discrepancies.open_ones() == []
    assert differences(load(policy), clean_home, tmp_path / "whole") == {}


def test_the_judges_role_paints_with_a_run_of_its_own_and_is_found(
    scene: Scene, system: Official, policy: Path, clean_home: Path, tmp_path: Path
):
    """All that the triggers ask for is there: a run of the right states, that follows the one in force, in one transaction."""
    current = lifecycle.in_force()
    assert current is not None
    with transaction.atomic(using="judge"), connections["judge"].cursor() as cursor:
        run = Run.objects.using("judge").create(
            kind="touched", policy_id=current.policy_id, as_of=current.as_of, engine="duckdb",
            versions=current.versions, by=system,
        )  # fmt: skip
        for state in ("snapshotted", "judged"):
            lifecycle.move(run, state)
        lifecycle.move(run, "published", follows_id=current.number, changed=1, people=120, counts=current.counts)
        cursor.execute(GREEN.format(person=scene.red, run=run.number))
    assert CurrentVerdict.objects.get(person=scene.red).colour == "green"
    report = scene.looker.look()
    assert {("verdicts", "changed", scene.red), ("runs", "unsealed", None)} <= told(report)
    actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(hours=2))
    assert CurrentVerdict.objects.get(person=scene.red).colour == "red"
    assert differences(load(policy), clean_home, tmp_path / "whole") == {}
    assert (scene.looker.look(everything=True).fresh, discrepancies.open_ones()) == ((), [])


def test_a_replay_tells_what_stands_under_a_runs_number_and_was_not_judged(scene: Scene, system: Official):
    assert [replaying.replay(by=system, run=run).same for run in (scene.first, scene.last)] == [True, True]
    with untriggered("verdicts") as cursor:
        cursor.execute(GREEN.format(person=scene.red, run=scene.last))
    first, last = (replaying.replay(by=system, run=run) for run in (scene.first, scene.last))
    assert (first.same, last.same) == (True, False)
    assert {one.kind for one in last.standing} == {"rows"}, "by day it said nothing of this person"
    with untriggered("verdicts") as cursor:
        cursor.execute(MADE_GREEN.format(person=scene.red))
    first = replaying.replay(by=system, run=scene.first)
    assert ("changed", scene.red) in {(one.kind, one.person) for one in first.standing}


def test_what_somebody_else_writes_into_the_discrepancies_counts_for_nothing(
    scene: Scene, system: Official, policy: Path
):
    with untriggered("verdicts") as cursor:
        cursor.execute(MADE_GREEN.format(person=scene.red))
    scene.looker.look()
    open_then = discrepancies.open_ones()
    assert open_then
    with untriggered("discrepancies") as cursor:
        for one in open_then:
            cursor.execute(
                "INSERT INTO discrepancies (ends_id, \"table\", run, kind, stands, mac) VALUES (%s, %s, 1, 'ended', '', '')",
                [one.number, one.table],
            )
    assert discrepancies.open_ones() == open_then
    with untriggered("discrepancies") as cursor:
        cursor.execute("DELETE FROM discrepancies")
    assert scene.looker.look().fresh == open_again(open_then), "what was taken away is found again"


def test_kept_files_that_are_not_what_was_written_are_told_and_everybody_is_judged(
    scene: Scene, system: Official, policy: Path, clean_home: Path, tmp_path: Path
):
    file = lifecycle.folder_of(scene.last) / "outputs" / "verdicts.parquet"
    file.write_bytes(file.read_bytes()[:-1])
    report = Looker().look()
    assert told(report) == {("runs", "files", None)}
    line = actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(hours=2))
    assert line.kind == "full"
    assert differences(load(policy), clean_home, tmp_path / "whole") == {}
    assert (Looker().look().found, discrepancies.open_ones()) == ((), [])
