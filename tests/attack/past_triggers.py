"""Somebody paints past every trigger, or in the files: it goes through, and a look finds it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connections, transaction

from tests.attack.colour import MINUTE, NIGHT, RED
from tests.attack.guards import put
from tests.attack.town import POLICY, Attacked
from tests.attack.tries import Found, Noticed, attack
from tests.integration.judgements import painting
from tests.integration.judgements.city import AS_OF
from tests.integration.judgements.painting import GREEN, MADE_GREEN, told
from tests.integration.judgements.test_by_day import paint
from yimatong.records.actions import audit
from yimatong.records.models import Look, Official
from yimatong.stations.audits import chain, looks
from yimatong.stations.judgements import actions, lifecycle, outputs
from yimatong.stations.judgements.models import Run
from yimatong.stations.judgements.reconciling import Looker

SECTION = "colour"


@attack(
    "kept-file-edited", who="operator", aim="green", promise="C13", how="make somebody red green in the kept outcome of the run in force",
    guard="a kept file is read only while its hash is the recorded one", answer=Found("late-standing", MINUTE),
    off=[put(outputs, "require_whole", lambda *_a, **_k: None)], commits=True,
)  # fmt: skip
def kept_file_edited(city: Attacked) -> bool:
    paint(lifecycle.folder_of(city.scene.first) / "outputs" / "verdicts.parquet", city.red)
    return unnoticed({("runs", "files", None)})


def unnoticed(any_of: set[tuple[str, str, int | None]]) -> bool:
    """`late-standing` where a worker's look names one of these."""
    if told(Looker().look()) & any_of:
        raise Noticed("late-standing")
    return True


def painted(city: Attacked, *statements: str, tables: tuple[str, ...] = ("verdicts",)) -> None:
    """What the owner does, the triggers off."""
    with painting.untriggered(*tables) as cursor:
        for statement in statements:
            cursor.execute(
                statement.format(person=city.red, run=city.scene.last, first=city.scene.first, last=city.scene.last)
            )
            assert cursor.rowcount


def nobody_looks(_self: Looker, *, everything: bool = False) -> Any:
    """A worker without its look."""
    from yimatong.stations.judgements.reconciling import Report

    return Report(everything, None, 0, 0, 0.0, {}, {}, ())


NOBODY = (put(Looker, "look", nobody_looks),)


@attack(
    "verdict-painted-by-the-owner", who="the database's owner", aim="green", promise="C14", how="INSERT a green verdict, the triggers off",
    guard="what stands is compared with what was judged and sealed", answer=Found("late-standing", MINUTE), off=NOBODY, commits=True,
)  # fmt: skip
def verdict_painted_by_the_owner(city: Attacked) -> bool:
    painted(city, GREEN)
    return unnoticed({("verdicts", "changed", city.red)}) and city.at_the_gate(city.red) == "green"


@attack(
    "verdict-edited-by-the-owner", who="the database's owner", aim="green", promise="C14", how="UPDATE a verdict, the triggers off",
    guard="what stands is compared with what was judged and sealed", answer=Found("late-standing", MINUTE), off=NOBODY, commits=True,
)  # fmt: skip
def verdict_edited_by_the_owner(city: Attacked) -> bool:
    painted(city, MADE_GREEN)
    return unnoticed({("verdicts", "changed", city.red)}) and city.at_the_gate(city.red) == "green"


@attack(
    "red-painted-by-the-owner", who="the database's owner", aim="red", promise="C14", how="INSERT a red verdict for somebody green, the triggers off",
    guard="what stands is compared with what was judged and sealed", answer=Found("late-standing", MINUTE), off=NOBODY, commits=True,
)  # fmt: skip
def red_painted_by_the_owner(city: Attacked) -> bool:
    painted(city, RED.replace("{person}", str(city.green)))
    return unnoticed({("verdicts", "changed", city.green)}) and city.at_the_gate(city.green) == "red"


@attack(
    "reason-deleted-by-the-owner", who="the database's owner", aim="hide", promise="C14", how="DELETE the reason for which somebody is red, the triggers off",
    guard="what stands is compared with what was judged and sealed", answer=Found("late-standing", MINUTE), off=NOBODY, commits=True,
)  # fmt: skip
def reason_deleted_by_the_owner(city: Attacked) -> bool:
    painted(city, "DELETE FROM verdict_reasons WHERE person = {person}", tables=("verdict_reasons",))
    return unnoticed({("verdict_reasons", "missing", city.red)})


@attack(
    "run-left-out", who="the database's owner", aim="hide", promise="C14", how="DELETE a run with its verdicts and its seal",
    guard="the seals are a chain", answer=Found("late-standing", MINUTE), off=NOBODY, commits=True,
)  # fmt: skip
def run_left_out(city: Attacked) -> bool:
    painted(
        city, *(f"DELETE FROM {table} WHERE run_id = {{last}}" for table in ("run_seals", "verdicts", "verdict_reasons")),
        "DELETE FROM runs WHERE number = {last}", tables=("runs", "run_seals", "verdicts", "verdict_reasons"),
    )  # fmt: skip
    return unnoticed({("runs", "left-out", None)})


@attack(
    "run-of-ones-own", who="yimatong_judge", aim="green", promise="C14 C1", how="begin, judge and publish a run by hand, with one verdict of one's own",
    guard="each publication is sealed with a key outside the database", answer=Found("late-standing", MINUTE), off=NOBODY, commits=True,
)  # fmt: skip
def run_of_ones_own(city: Attacked) -> bool:
    current = lifecycle.in_force()
    assert current is not None
    system = Official.objects.get(username="system")
    with transaction.atomic(using="judge"), connections["judge"].cursor() as cursor:
        run = Run.objects.using("judge").create(
            kind="touched",
            policy_id=current.policy_id,
            as_of=current.as_of,
            engine="duckdb",
            versions=current.versions,
            by=system,
        )
        for state in ("snapshotted", "judged"):
            lifecycle.move(run, state)
        lifecycle.move(run, "published", follows_id=current.number, changed=1, people=120, counts=current.counts)
        cursor.execute(GREEN.format(person=city.red, run=run.number))
    return unnoticed({("runs", "unsealed", None)}) and city.at_the_gate(city.red) == "green"


@attack(
    "look-deleted-past-the-triggers", who="the database's owner", aim="hide", promise="C3 R1", how="DELETE a look at somebody, the triggers off",
    guard="looks are sealed within the minute, and compared with their seals", answer=Found("late-standing", MINUTE),
    off=[put(looks, "compare", lambda *_a, **_k: looks.Compared(0, 0, []))], commits=True,
)  # fmt: skip
def look_deleted_past_the_triggers(city: Attacked) -> bool:
    look = audit.look(by=city.official("clerk"), person=city.red, why="因私", where="explain")
    chain.seal()
    painted(city, f"DELETE FROM looks WHERE id = {look.pk}", tables=("looks",))
    if any((one.table, one.kind, one.row) == ("looks", "missing", look.pk) for one in chain.Looker().look()):
        raise Noticed("late-standing")
    return not Look.objects.exists()


@attack(
    "painted-for-a-night", who="the database's owner", aim="green", promise="C14", how="INSERT a green verdict, and nobody looks until the night",
    guard="the night compares with the tables", answer=Found("put right by the night", NIGHT),
    off=[put(actions, "run_full", lambda **_asked: None)], commits=True,
)  # fmt: skip
def painted_for_a_night(city: Attacked) -> bool:
    painted(city, GREEN)
    assert city.colour(city.red) == "green"
    actions.run_full(by=Official.objects.get(username="system"), policy=POLICY, as_of=AS_OF + timedelta(days=1))
    if city.colour(city.red) == "red":
        raise Noticed("put right by the night")
    return True
