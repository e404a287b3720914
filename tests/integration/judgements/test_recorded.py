"""Whoever edits a fact past every trigger moves no colour: it is named, and the verdict stands still on what was judged."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from tests.acting import an_official
from tests.integration.judgements.city import AS_OF, City
from tests.integration.judgements.painting import Scene, untriggered
from tests.integration.judgements.whole import differences
from yimatong.core.policy.load import load
from yimatong.records.errors import RecordsError
from yimatong.records.models import Area, Fact, Official, Place, Stay
from yimatong.stations.judgements import (
    actions,
    discrepancies,
    lifecycle,
    online,
    recorded,
    replaying,
    restating,
    standstills,
)
from yimatong.stations.judgements.explaining import explain
from yimatong.stations.judgements.models import CurrentVerdict
from yimatong.stations.judgements.recorded import Looker

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])


def a_case() -> Fact:
    """The case by which somebody is red."""
    named = CurrentVerdict.objects.filter(colour="red", facts__contains="case/").order_by("person")
    numbers = [int(text[5:]) for row in named for text in row.facts.split(",") if text.startswith("case/")]
    return Fact.objects.get(pk=numbers[0])


def test_an_edited_fact_moves_no_colour(scene: Scene, system: Official, policy: Path):
    case = a_case()
    with untriggered("facts") as cursor:
        cursor.execute("UPDATE facts SET kind = 'test', detail = 'negative', onset = NULL WHERE id = %s", [case.pk])
    night = actions.run_full(by=system, policy=policy, as_of=AS_OF + timedelta(days=1))
    assert night.state == "published"
    assert CurrentVerdict.objects.get(person=case.person_id).colour == "red"


OPEN = "struck_at IS NULL"
EDITS: dict[str, tuple[str, str]] = {
    # What the owner does, and in which table somebody is named. {n} is another fact, person or stay each time.
    "somebody ill had a test": ("UPDATE facts SET kind = 'test', detail = 'negative', onset = NULL WHERE id = {case0}", "facts"),
    "a test was an illness": ("UPDATE facts SET kind = 'case', detail = 'confirmed' WHERE id = {test0}", "facts"),
    "another detail": ("UPDATE facts SET detail = 'suspected' WHERE id = {case1}", "facts"),
    "an end is moved": ("UPDATE facts SET \"end\" = start WHERE id = {case2}", "facts"),
    "a start is moved": ("UPDATE facts SET start = start - interval '20 days', onset = NULL WHERE id = {contact0}", "facts"),
    "two exchange their facts": (
        ("UPDATE facts SET person_id = CASE person_id WHEN {person4} THEN {person5} ELSE {person4} END"
        " WHERE id IN ({case4}, {case5})"),
        "facts",
    ),
    "a fact is deleted": ("DELETE FROM facts WHERE id = {case3}", "facts"),
    "a fact is put in with an old date": (
        ("INSERT INTO facts (person_id, kind, detail, start, source, legal_basis, recorded_at)"
        " VALUES ({healthy}, 'case', 'confirmed', '2020-02-10 00:00+00', 'x', 'x', '2020-02-11 00:00+00')"),
        "facts",
    ),
    "a strike is faked": (
        "UPDATE facts SET struck_at = recorded_at, struck_by_id = 1, strike_reason = 'x' WHERE id = {contact1}", "facts",
    ),
    "a strike is taken back": (
        "UPDATE facts SET struck_at = NULL, struck_by_id = NULL, strike_reason = NULL WHERE id = {struck}", "facts",
    ),
    "a home is moved": ("UPDATE homes SET stairwell_id = 1 + stairwell_id % 120 WHERE person_id = {person6}", "homes"),
    "a stay is moved": ("UPDATE stays SET place_id = 1 + place_id % 60 WHERE id = {stay0}", "stays"),
    "a stay is deleted": ("DELETE FROM stays WHERE id = {stay1}", "stays"),
    "an area shrinks": ("UPDATE areas SET high = low WHERE level = 'key'", "areas"),
    "an area is deleted": ("DELETE FROM areas WHERE level = 'specified'", "areas"),
}  # fmt: skip
EDITED = ("facts", "homes", "stays", "areas")


def words() -> dict[str, Any]:
    """Different rows for every edit."""
    facts = Fact.objects.filter(struck_at=None).order_by("id")
    cases = list(facts.filter(kind="case").exclude(person_id__in=facts.filter(kind="contact").values("person_id")))
    named = {f"case{n}": fact.pk for n, fact in enumerate(cases)}
    named |= {f"person{n}": fact.person_id for n, fact in enumerate(cases)}
    for kind in ("test", "contact"):
        rows = list(
            facts.filter(kind=kind).order_by("person_id", "id").distinct("person_id").values_list("pk", flat=True)
        )
        named |= {f"{kind}{n}": number for n, number in enumerate(rows)}
    named["struck"] = Fact.objects.exclude(struck_at=None).order_by("id").values_list("pk", flat=True)[0]
    named["healthy"] = (
        CurrentVerdict.objects.filter(colour="green").order_by("-person").values_list("person", flat=True)[0]
    )
    stays = list(Stay.objects.filter(struck_at=None).order_by("-id").values_list("pk", flat=True))
    return named | {f"stay{n}": number for n, number in enumerate(stays)}


def keep() -> None:
    with connections["owner"].cursor() as cursor:
        for table in EDITED:
            cursor.execute(f"CREATE TABLE kept_{table} AS TABLE {table}")


def restore() -> None:
    with untriggered(*EDITED) as cursor:
        for table in EDITED:
            cursor.execute(f"DELETE FROM {table}")
            cursor.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}")
            cursor.execute(f"DROP TABLE kept_{table}")


@pytest.fixture
def tampered(scene: Scene, city: City, system: Official, policy: Path) -> Iterator[dict[str, Any]]:
    """Everything at once; some of it beside what was recorded lawfully and is not judged yet."""
    city.strike(3)
    actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(hours=2))
    assert Looker().look(everything=True) == ()
    city.record(3)
    city.strike(2)
    named = words()
    keep()
    with untriggered(*EDITED) as cursor:
        for edit, (statement, _table) in EDITS.items():
            cursor.execute(statement.format(**named))
            assert cursor.rowcount, edit
    yield named
    with connections["owner"].cursor() as cursor:
        for table in EDITED:
            cursor.execute(f"DROP TABLE IF EXISTS kept_{table}")


def test_no_edit_gets_into_a_night(tampered: dict[str, Any], system: Official, policy: Path):
    night = actions.run_full(by=system, policy=policy, as_of=AS_OF + timedelta(days=1))
    assert night.state == "published"
    assert replaying.replay(by=system, run=night.run).same
    assert {one.table for one in standstills.open_ones()} == set(EDITED)
    later = [actions.run_full(by=system, policy=policy, as_of=AS_OF + timedelta(days=day)).state for day in (2, 3)]
    assert later == ["published", "published"]
    restore()
    # Judged by the true rows, nothing is other than what was judged by those that stood still.
    true = actions.run_full(by=system, policy=policy, as_of=AS_OF + timedelta(days=3))
    assert true.changed in (0, None)
    assert Looker().look(everything=True) == ()
    assert (standstills.open_ones(), discrepancies.open_ones(tables=EDITED)) == ([], [])


def test_no_edit_gets_into_a_run_by_day(tampered: dict[str, Any], city: City, system: Official, policy: Path):
    runs = [actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(hours=hours)) for hours in (3, 20)]
    assert [(run.kind, run.state) for run in runs] == [("touched", "published")] * 2
    assert replaying.replay(by=system, run=runs[-1].run).same
    restore()
    whole = actions.run_full(by=system, policy=policy, as_of=AS_OF + timedelta(hours=20))
    assert (whole.state, whole.changed) == ("published", 0)


def test_a_look_names_who_was_edited_and_each_edit_once(tampered: dict[str, Any], system: Official, policy: Path):
    looker = Looker()
    found = looker.look()
    assert {one.table for one in found} == set(EDITED)
    people = {one.person for one in found if one.table == "facts"}
    assert people == {
        *(tampered[f"person{n}"] for n in range(6)),
        *Fact.objects.filter(
            pk__in=[tampered[name] for name in ("test0", "contact0", "contact1", "struck")]
        ).values_list("person_id", flat=True),
        tampered["healthy"],
    }
    assert {one.person for one in found if one.table == "homes"} == {tampered["person6"]}
    assert len([one for one in found if one.table == "areas"]) == 2
    assert (looker.look(), Looker().look(everything=True)) == ((), ())
    actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(hours=3))
    restore()
    assert looker.look() == ()
    assert standstills.open_ones() == []


@pytest.mark.parametrize("named", [recorded.MOST_ASKED, 0])
def test_what_is_recorded_lawfully_is_never_named(
    named: int, scene: Scene, city: City, system: Official, policy: Path, monkeypatch: pytest.MonkeyPatch
):
    """Facts, strikes, ends, areas, transactions that are open across a run, places built inside an area, runs by day and nights."""
    monkeypatch.setattr(recorded, "MOST_ASKED", named)
    looker = Looker()
    late = connections["default"].copy("late")
    zone = Area.objects.create(
        level="control_zone", listed_level="test", scope="place", low=330203001, high=330203001, place_id=1, division_text="楼1",
        text="楼1", key="zone", start=AS_OF - timedelta(days=9), source="test", legal_basis="test",
    )  # fmt: skip
    try:
        for hour in range(2, 6):
            city.record(3)
            city.strike(2)
            Place.objects.create(
                number=100 + hour, kind="building", name=f"新楼{hour}", division=330203001, parent_id=1
            )
            late.ensure_connection()
            late.set_autocommit(False)
            with late.cursor() as cursor:
                cursor.execute(
                    "UPDATE facts SET \"end\" = start + interval '30 days', end_recorded_at = now() - interval '1 day' WHERE id ="
                    " (SELECT min(id) FROM facts WHERE \"end\" IS NULL AND struck_at IS NULL AND kind = 'order')"
                )
                cursor.execute(
                    "INSERT INTO facts (person_id, kind, detail, start, source, legal_basis) SELECT %s, 'symptom', 'fever', %s, 'late', 'x'",
                    [hour, AS_OF - timedelta(hours=hour)],
                )
                cursor.execute(
                    "UPDATE homes SET struck_at = now() + interval '1 day', strike_reason = 'x',"
                    " struck_by_id = (SELECT id FROM officials WHERE username = 'system') WHERE person_id = %s",
                    [hour],
                )
                cursor.execute(
                    "INSERT INTO homes (person_id, stairwell_id, start, source, legal_basis) VALUES (%s, 7, %s, 'late', 'x')",
                    [hour, AS_OF - timedelta(days=hour)],
                )
            run = actions.run_touched if hour % 2 else actions.run_full
            assert run(by=system, policy=policy, as_of=AS_OF + timedelta(hours=hour)).state == "published"
            late.commit()
            assert looker.look(everything=bool(hour % 2)) == ()
        Area.objects.filter(pk=zone.pk).update(
            end=AS_OF, end_recorded_at=AS_OF - timedelta(days=3), end_recorded_by=system
        )
        assert looker.look() == ()
        for as_of in (6, 30):
            assert (
                actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(hours=as_of)).state == "published"
            )
            assert (looker.look(), looker.look(everything=True)) == ((), ())
    finally:
        late.close()
    assert standstills.open_ones() == []
    assert discrepancies.open_ones() == []


@pytest.mark.parametrize("as_judged", [True, False])
def test_an_area_that_is_moved_to_what_its_place_lies_in_is_an_edit(
    as_judged: bool, scene: Scene, system: Official, policy: Path
):
    Place.objects.create(number=200, kind="building", name="园区", division=330203001)
    Place.objects.create(number=201, kind="building", name="园区内", division=330203001, parent_id=200)
    zone = Area.objects.create(
        level="control_zone", listed_level="test", scope="place", low=330203001, high=330203001, place_id=201, division_text="园区内",
        text="园区内", key="zone", start=AS_OF - timedelta(days=9), source="test", legal_basis="test",
    )  # fmt: skip
    actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(hours=2))
    assert Looker().look() == ()
    with untriggered("areas") as cursor:
        cursor.execute("UPDATE areas SET place_id = 200 WHERE number = %s", [zone.pk])
    assert [(one.table, one.kind) for one in Looker().look()] == [("areas", "changed")]
    assert Looker().look(everything=True) == ()
    (still,) = restating.standing_still()
    first, second = an_official("first", "control_office"), an_official("second", "health")
    asked = restating.propose(by=first, standstill=still.number, as_judged=as_judged, reason="x", basis="x")
    restating.confirm(by=second, restatement=asked.pk)
    assert actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(hours=3)).state == "published"
    assert (Looker().look(everything=True), standstills.open_ones()) == ((), [])
    assert Area.objects.get(key="zone", struck_at=None).place_id == (201 if as_judged else 200)


def test_who_is_killed_between_finding_and_holding_has_published_nothing(
    scene: Scene, system: Official, policy: Path, monkeypatch: pytest.MonkeyPatch
):
    case = a_case()
    with untriggered("facts") as cursor:
        cursor.execute("DELETE FROM facts WHERE id = %s", [case.pk])

    def killed(*_given: object) -> None:
        raise SystemExit

    for begins in (
        lambda: Looker().look(),
        lambda: actions.run_full(by=system, policy=policy, as_of=AS_OF + timedelta(days=1)),
        lambda: actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(days=1)),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(standstills, "hold", killed)
            with pytest.raises(SystemExit):
                begins()
        assert lifecycle.in_force().number == scene.last  # type: ignore[union-attr]
    assert actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(days=1)).state == "published"
    assert CurrentVerdict.objects.get(person=case.person_id).colour == "red"
    assert [one.person for one in standstills.open_ones()] == [case.person_id]


def test_two_looks_at_once_hold_it_once(scene: Scene):
    case = a_case()
    with untriggered("facts") as cursor:
        cursor.execute("UPDATE facts SET detail = 'suspected' WHERE id = %s", [case.pk])

    def look() -> int:
        try:
            return len(Looker().look())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda _n: look(), range(2)))
    assert sorted(found) == [0, 1]
    assert len(standstills.open_ones()) == 1


def test_parts_come_round_to_everybody(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    case = a_case()
    with untriggered("facts") as cursor:
        cursor.execute("UPDATE facts SET detail = 'suspected' WHERE id = %s", [case.pk])
    monkeypatch.setattr(recorded, "LEAST", 1)
    looker = Looker()
    looks = [len(looker.look()) for _minute in range(recorded.PARTS)]
    assert sum(looks) == 1


def test_one_person_judged_at_a_desk_is_judged_by_what_stands_still(scene: Scene):
    case = a_case()
    with untriggered("facts") as cursor:
        cursor.execute("UPDATE facts SET kind = 'test', detail = 'negative', onset = NULL WHERE id = %s", [case.pk])
    assert Looker().look()
    said = online.judge_person(case.person_id, as_of=AS_OF + timedelta(hours=2))
    assert said.colour == "red"
    assert any(reason.evidence.still and reason.evidence.kind == "case" for reason in said.reasons)
    with untriggered("facts") as cursor:
        cursor.execute("DELETE FROM facts WHERE id = %s", [case.pk])
    assert explain(case.person_id).colour == "red"
    assert online.judge_person(case.person_id, as_of=AS_OF + timedelta(hours=2)).colour == "red"


@pytest.mark.parametrize("as_judged", [True, False])
def test_two_officials_record_each_edit_anew(
    as_judged: bool, tampered: dict[str, Any], system: Official, policy: Path, clean_home: Path, tmp_path: Path
):
    actions.run_full(by=system, policy=policy, as_of=AS_OF + timedelta(hours=3))
    assert Looker().look(everything=True) == ()
    first, second = an_official("first", "control_office"), an_official("second", "health")
    rows = restating.standing_still()
    assert {row.table for row in rows} == set(EDITED)
    for row in rows:
        asked = restating.propose(
            by=first, standstill=row.number, as_judged=as_judged, reason="与研判不符", basis="原始单据"
        )
        with pytest.raises(RecordsError) as refused:
            restating.confirm(by=first, restatement=asked.pk)
        assert refused.value.code == "correction-by-the-same"
        restating.confirm(by=second, restatement=asked.pk)
    assert restating.standing_still() == ()
    assert Looker().look() == (), "what two have recorded is no edit"
    after = actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(hours=3))
    assert after.state == "published"
    assert (standstills.open_ones(), discrepancies.open_ones(tables=EDITED)) == ([], [])
    assert Looker().look(everything=True) == ()
    assert differences(load(policy), clean_home, tmp_path / "whole") == {}
    colours = {row.person: row.colour for row in CurrentVerdict.objects.all()}
    assert colours[tampered["healthy"]] == ("green" if as_judged else "red")
    if as_judged:
        restore()
        # The rows have other numbers than before, and say the same: nobody's colour is another.
        whole = actions.run_full(by=system, policy=policy, as_of=AS_OF + timedelta(hours=3))
        assert {row.person: row.colour for row in CurrentVerdict.objects.all()} == colours
        assert whole.state == "published"


def test_a_lawful_test_counts_while_something_stands_still(scene: Scene, system: Official, policy: Path):
    green = CurrentVerdict.objects.filter(colour="green").order_by("person").values_list("person", flat=True)
    person = Fact.objects.filter(person_id__in=green, struck_at=None, kind="declaration").order_by("id").first()
    assert person is not None
    with untriggered("facts") as cursor:
        cursor.execute("DELETE FROM facts WHERE id = %s", [person.pk])
    assert [one.person for one in Looker().look()] == [person.person_id]
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO facts (person_id, kind, detail, start, source, legal_basis) VALUES (%s, 'case', 'confirmed', %s, 'x', 'x')",
            [person.person_id, AS_OF],
        )
    assert actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(hours=2)).kind == "touched"
    assert CurrentVerdict.objects.get(person=person.person_id).colour == "red"
    assert Looker().look() == ()
