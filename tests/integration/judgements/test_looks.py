"""A look sees one moment and everything in its turn; of what happens to a city nothing is a discrepancy."""

from __future__ import annotations

import json
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.db import connections

from tests.integration.judgements.city import AS_OF, City
from tests.integration.judgements.happening import Happening
from tests.integration.judgements.painting import MADE_GREEN, Scene, told, untriggered
from tests.integration.judgements.test_publication import child, held, wait_until_blocked, wait_until_gone
from yimatong.edges.cli import runs
from yimatong.edges.web.official import watching
from yimatong.records.models import Official, Work
from yimatong.site import health
from yimatong.stations.judgements import (
    actions,
    discrepancies,
    folding,
    lifecycle,
    looking,
    reconciling,
    sealing,
    tasks,
)
from yimatong.stations.judgements.models import CurrentVerdict, Discrepancy
from yimatong.stations.judgements.reconciling import Looker

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])


def test_of_what_happens_to_a_city_nothing_is_a_discrepancy(
    clean_home: Path, system: Official, policy: Path, monkeypatch: pytest.MonkeyPatch
):
    """Nights, runs by day, deliveries withdrawn, folding, forgetting, a clock that was ahead; looked at after each, in parts and whole."""
    monkeypatch.setattr("yimatong.stations.judgements.looking.LEAST", 20)
    city = City(60, seed=7)
    city.build(clean_home)
    happening, looker = Happening(city, clean_home), Looker()
    assert looker.look().found == (), "nothing is in force yet"
    actions.run_full(by=system, policy=policy, as_of=happening.at)
    for step in range(8):
        happening.step()
        run = actions.run_full if step == 5 else actions.run_touched
        run(by=system, policy=policy, as_of=happening.at)
        report = looker.look(everything=step == 4)
        assert (report.found, report.run) == ((), lifecycle.in_force().number), happening.told  # type: ignore[union-attr]
        if step == 5:
            folding.fold_runs(by=system)
            folding.forget_runs(by=system, before=datetime.now(UTC))
            assert looker.look().found == ()
    assert actions.run_touched(by=system, policy=policy, as_of=happening.at).state == "repeated"
    for again in (looker.look(), looker.look(), looker.look(everything=True), Looker().look()):
        assert again.found == ()
    assert not Discrepancy.objects.exists()


def test_everybody_has_their_turn_in_parts(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    """Whoever turns the marks back (the counters, a transaction's number) and paints is found when the turn comes."""
    monkeypatch.setattr(looking, "LEAST", 1)
    monkeypatch.setattr(looking, "counters_of", lambda cursor, tables: {})
    assert scene.looker.mark is not None
    scene.looker.mark = scene.looker.mark._replace(counters={})
    with untriggered("verdicts") as cursor:
        cursor.execute(MADE_GREEN.format(person=scene.red))
    reports = [scene.looker.look() for _minute in range(looking.PARTS + 1)]
    assert [report.everything for report in reports] == [False] * len(reports)
    assert max(report.people for report in reports) <= 30
    assert sum(report.people for report in reports) >= 120
    assert scene.red in {one.person for report in reports for one in report.found}


@pytest.mark.parametrize("run", ["run_full", "run_touched"])
def test_a_look_in_the_middle_of_a_publication_sees_what_was_before(
    run: str, scene: Scene, city: City, system: Official, policy: Path
):
    city.record(5)
    with child(policy, AS_OF + timedelta(hours=5), run) as process:
        with held("audit_entries"):
            wait_until_blocked("audit_entries")
            for report in (scene.looker.look(), Looker().look()):
                assert (report.run, report.found) == (scene.last, ())
        assert process.wait(60) == 0
    for report in (scene.looker.look(), Looker().look()):
        assert (report.run == scene.last, report.found) == (False, ())


@pytest.mark.kill
def test_kill_9_of_a_worker_in_the_middle_is_no_discrepancy(scene: Scene, city: City, system: Official, policy: Path):
    city.record(5)
    with held("audit_entries"), child(policy, AS_OF + timedelta(hours=5), "run_full") as process:
        wait_until_blocked("audit_entries")
        process.send_signal(signal.SIGKILL)
        process.wait()
    wait_until_gone()
    assert scene.looker.look().found == ()
    actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(hours=5))
    for report in (scene.looker.look(), Looker().look()):
        assert report.found == ()


def test_a_home_whose_database_was_made_anew_has_seen_no_seal_of_it(scene: Scene):
    seen = Path(settings.YIMATONG_HOME) / "runs" / "sealed.json"
    seen.write_text(json.dumps({"run": 77, "mac": "0" * 64, "city": "2019-01-01T00:00:00+00:00"}))
    assert Looker().look().found == ()
    noted = json.loads(seen.read_text())
    with connections["judge"].cursor() as cursor:
        seen.write_text(json.dumps(noted | {"city": sealing.city_of(cursor)}))
    assert told(Looker().look()) == {("runs", "left-out", None)}, "but of this one it has"


def test_runs_of_before_there_were_seals_are_taken_on_trust(
    scene: Scene, city: City, system: Official, policy: Path, clean_home: Path
):
    with untriggered("run_seals") as cursor:
        cursor.execute("DELETE FROM run_seals")
    (clean_home / "runs" / "sealed.json").unlink()
    looker = Looker()
    assert (looker.look().found, looker.look().people) == ((), 120)
    city.record(3)
    actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(hours=2))
    assert (looker.look().found, Looker().look().found) == ((), ())


def test_the_worker_looks_each_minute_and_what_it_finds_is_judged(
    scene: Scene, system: Official, policy: Path, monkeypatch: pytest.MonkeyPatch
):
    woken: list[object] = []
    monkeypatch.setattr(tasks, "wake", lambda task, **_words: woken.append(task))
    monkeypatch.setattr(reconciling, "THIS_PROCESS", scene.looker)
    tasks.reconcile()
    assert woken == []
    with untriggered("verdicts") as cursor:
        cursor.execute(MADE_GREEN.format(person=scene.red))
    assert standing() is False
    tasks.reconcile()
    assert (woken, standing()) == ([tasks.judge], True)
    done = set(Work.objects.values_list("name", flat=True))
    assert "reconcile" in done
    tasks.reconcile_everything()
    assert (woken, Work.objects.filter(name="reconcile_everything").exists()) == ([tasks.judge], True)
    monkeypatch.setattr("yimatong.records.clock.now", lambda: AS_OF + timedelta(hours=2))
    actions.catch_up(by=system, now=AS_OF + timedelta(hours=2))
    assert CurrentVerdict.objects.get(person=scene.red).colour == "red"
    assert (discrepancies.open_ones(), standing()) == ([], False)


def standing() -> bool:
    """Whether the watch, and with it the health of the server, says that something stands and was not judged."""
    (one,) = (one for one in watching.watched() if one.name == watching.STANDING)
    (check,) = (check for check in health.checks() if check.name == watching.STANDING)
    assert check.problems == (("late-standing",) if one.late else ())
    assert ("ago" in check.told.of("en"), "nothing" in check.told.of("en")) == (one.late, not one.late)
    return one.late


def test_the_command_names_what_differs_and_ends_with_one(scene: Scene, system: Official, policy: Path):
    said = CliRunner().invoke(runs.command, ["reconcile"])
    assert said.exit_code == 0, said.output
    assert "120" in said.output
    with untriggered("verdicts") as cursor:
        cursor.execute(MADE_GREEN.format(person=scene.red))
    said = CliRunner().invoke(runs.command, ["reconcile"])
    assert (said.exit_code, f"verdicts changed run {scene.first} person {scene.red}" in said.output) == (1, True)
