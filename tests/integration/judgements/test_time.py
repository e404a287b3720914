"""A colour is true at every minute: a fortnight of the city is walked minute by minute, and nobody records anything."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta
from pathlib import Path

import duckdb as database
import pytest
from django.db import connections

from tests.enforcing import put_in_force
from tests.integration.judgements.deadlines import A_DAY, BEGIN, DAYS, EACH, START, TOGGLED, Town, dated_policy
from yimatong.core.engine import duckdb
from yimatong.core.policy.load import load
from yimatong.core.policy.model import Policy
from yimatong.core.time import SHANGHAI, to_datetime
from yimatong.records.models import Official
from yimatong.stations.judgements import actions, inputs, lifecycle, publication, waiting
from yimatong.stations.judgements.answers import RunLine
from yimatong.stations.judgements.models import Run

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])

VERDICTS = "SELECT person, colour, rules, facts, since, until, next_change FROM"
REASONS = "SELECT person, rule, colour, fact, since, until FROM"


class Truth:
    """What a judgement of everybody says at an instant; the inputs of the first run are those of the whole fortnight."""

    def __init__(self, run: int, policy: Policy, folder: Path) -> None:
        self.sources = inputs.opened(lifecycle.folder_of(run) / "inputs").sources
        self.policy, self.folder = policy, folder

    def at(self, minute: int) -> tuple[list[tuple], list[tuple]]:  # type: ignore[type-arg]
        out = self.folder / str(minute)
        duckdb.judge(self.sources, self.policy, minute, out)
        with database.connect() as session:
            return tuple(  # type: ignore[return-value]
                session.execute(f"{select} '{out / name}.parquet' ORDER BY ALL").fetchall()
                for select, name in ((VERDICTS, "verdicts"), (REASONS, "reasons"))
            )


def published() -> tuple[list[tuple], list[tuple]]:  # type: ignore[type-arg]
    """What everybody sees."""
    with connections["default"].cursor() as cursor:
        cursor.execute(f"{VERDICTS} current_verdicts")
        verdicts = cursor.fetchall()
        cursor.execute(
            "SELECT r.person, r.rule, r.colour, r.fact, r.since, r.until FROM verdict_reasons r"
            " JOIN current_verdicts v ON v.person = r.person AND v.run_id = r.run_id"
        )
        return verdicts, cursor.fetchall()


def same(one: tuple[list[tuple], list[tuple]], other: tuple[list[tuple], list[tuple]]) -> bool:  # type: ignore[type-arg]
    return all(sorted(a, key=str) == sorted(b, key=str) for a, b in zip(one, other, strict=True))


def test_every_deadline_of_a_fortnight_is_judged_in_its_minute(
    clean_home: Path, system: Official, policy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    town = Town()
    town.build()
    assert town.people >= 500
    folder = dated_policy(policy.parent, tmp_path / "policies")
    pack = put_in_force(folder)
    first = actions.run_full(by=system, policy=folder, as_of=BEGIN)
    truth = Truth(first.run, pack, tmp_path / "truth")
    assert same(published(), truth.at(START))

    runs: list[RunLine] = []
    disturbed = START + 3 * 1440 + 150
    """02:30 of the fourth day, at which the night runs while somebody looks again."""
    for minute in range(START + 1, START + DAYS * 1440):
        moment = to_datetime(minute)
        if minute == disturbed:
            runs += night_with_a_look_in_the_middle(system, folder, monkeypatch, minute)
            continue
        if waiting.reason(waiting.glance(moment)) is None:
            continue
        if len(runs) % 5 == 0:
            assert same(published(), truth.at(minute - 1)), f"something had changed before {moment}"
        done = actions.catch_up(by=system, now=moment)
        assert [line.state for line in done] == ["published"], moment
        assert same(published(), truth.at(minute)), moment
        runs += done

    found = Run.objects.filter(state="published").order_by("number")
    assert [run.number for run in found] == [first.run, *(line.run for line in runs)]
    moments = {int(run.as_of.timestamp()) // 60 for run in found}
    assert set(town.minutes) <= moments, "each minute that was chosen has its run"
    assert len(town.minutes) == A_DAY * DAYS
    midnights = {START + day * 1440 for day in range(1, DAYS)}
    assert midnights <= moments
    town.due["a rule's first or last day"] = len(midnights) * len(TOGGLED)
    assert min(town.due.values()) >= min(EACH, 20), town.due
    kinds = Counter(run.kind for run in found)
    assert kinds["full"] == 1 + len(midnights) + DAYS, "other rules at midnight, the night at 02:30"
    assert kinds["touched"] == len(found) - kinds["full"]
    assert all((run.changed or 0) > 0 for run in found if run.kind == "touched"), "no run for nothing"
    assert SHANGHAI.day(START) + DAYS - 1 == SHANGHAI.day(max(moments))


def night_with_a_look_in_the_middle(
    system: Official, folder: Path, monkeypatch: pytest.MonkeyPatch, minute: int
) -> list[RunLine]:
    """The night is judged; before it publishes, the next minute comes and somebody looks for what is due. What comes of both."""
    publish, looked = publication.publish, []

    def look_for_more() -> None:
        try:
            looked.append(actions.catch_up(by=system, now=to_datetime(minute + 1)))
        finally:
            connections.close_all()

    def late(run: Run, **how: object) -> None:
        other = threading.Thread(target=look_for_more)
        other.start()
        other.join()
        publish(run, **how)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(publication, "publish", late)
        done = actions.catch_up(by=system, now=to_datetime(minute))
    assert looked == [()], "a run is going on: nothing is done, and nothing fails"
    assert [line.kind for line in done] == ["full"]
    return list(done)


def test_what_fell_due_while_everything_stood_still_is_judged_at_the_first_look(
    clean_home: Path, system: Official, policy: Path, tmp_path: Path
):
    town = Town()
    town.build()
    first = actions.run_full(by=system, policy=policy, as_of=BEGIN)
    truth = Truth(first.run, load(policy), tmp_path / "truth")
    back = town.minutes[13] + 7
    done = actions.catch_up(by=system, now=to_datetime(back))
    assert [(line.kind, line.as_of) for line in done] == [("full", to_datetime(back))], (
        "days later, the night comes first"
    )
    assert same(published(), truth.at(back))
    due = waiting.glance(to_datetime(back)).next_change
    assert due is not None
    late = due + timedelta(minutes=7)
    done = actions.catch_up(by=system, now=late)
    assert [(line.kind, line.as_of) for line in done] == [("touched", late)], (
        "minutes later, whoever that minute touched"
    )
    assert same(published(), truth.at(int(late.timestamp()) // 60))
