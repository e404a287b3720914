"""J15: no way leads past facts and policy to a colour; the database refuses the pages, and the judge too."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connections, transaction

from tests.integration.judgements.city import AS_OF, City
from yimatong.records.models import Official
from yimatong.stations.judgements import actions
from yimatong.stations.judgements.models import CurrentVerdict, Run

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])

PAINT = "INSERT INTO verdicts (person_id, run_id, colour, rules, facts) VALUES (99998, {run}, 'green', '', '')"
REWRITE = (
    "UPDATE verdicts SET colour = 'green', rules = '', facts = '', since = NULL, until = NULL",
    "DELETE FROM verdicts",
    "TRUNCATE verdicts",
    "UPDATE verdict_reasons SET until = 0",
    "DELETE FROM verdict_reasons",
    "UPDATE policy_packs SET files = '{}'",
    "DELETE FROM runs",
)


def refused(alias: str, statement: str) -> str:
    """The database's error code for a statement, which is tried inside a transaction of its own."""
    with pytest.raises(DatabaseError) as error, transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute(statement)
    return str(error.value.__cause__.sqlstate)  # type: ignore[union-attr]


def test_the_database_refuses_to_paint(city: City, system: Official, policy: Path):
    line = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    before = list(CurrentVerdict.objects.order_by("person").values_list())
    no_right = "42501"

    for statement in (
        PAINT.format(run=line.run),
        *REWRITE,
        "UPDATE runs SET state = 'published'",
        "DELETE FROM visits",
    ):
        assert refused("default", statement) == no_right, statement
    for statement in REWRITE:
        assert refused("judge", statement) == no_right, statement
    for statement in REWRITE[:2] + REWRITE[3:5]:
        assert refused("owner", statement) == "YMT04", f"a trigger stands in the way of the owner too: {statement}"
    assert refused("judge", PAINT.format(run=line.run)) == "YMT16", "a published run takes no verdict any more"
    assert (
        refused("judge", f'INSERT INTO exposures (person, place, "end", run_id) VALUES (99998, 1, 1, {line.run})')
        == "YMT16"
    )
    assert list(CurrentVerdict.objects.order_by("person").values_list()) == before


def test_a_verdict_comes_into_being_only_in_the_transaction_that_publishes_its_run(
    city: City, system: Official, policy: Path
):
    line = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    run = Run.objects.using("judge").create(
        kind="full", policy_id=line.policy_digest, as_of=AS_OF, engine="duckdb", versions={}, by=system
    )
    assert refused("judge", PAINT.format(run=run.number)) == "YMT16"
    assert refused("judge", f"UPDATE runs SET state = 'published', changed = 1 WHERE number = {run.number}") == "YMT13"
    for state in ("snapshotted", "judged"):
        Run.objects.using("judge").filter(pk=run.number).update(state=state)
        assert refused("judge", PAINT.format(run=run.number)) == "YMT16"
    publish = f"UPDATE runs SET state = 'published', changed = 1, follows_id = {{}} WHERE number = {run.number}"
    assert refused("judge", publish.format("NULL")) == "YMT14", "it must follow the run in force"


def test_a_run_keeps_what_it_was_started_with_and_only_moves_forward(city: City, system: Official, policy: Path):
    line = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    other = (AS_OF + timedelta(days=1)).isoformat()
    assert refused("judge", f"UPDATE runs SET as_of = '{other}' WHERE number = {line.run}") == "YMT12"
    assert refused("judge", f"UPDATE runs SET state = 'judged' WHERE number = {line.run}") == "YMT13"
    assert refused("judge", f"UPDATE runs SET counts = '{{}}' WHERE number = {line.run}") == "YMT13"


def test_a_colour_without_its_reason_is_no_verdict(city: City, system: Official, policy: Path):
    line = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    check = "23514"
    for columns in ("'red', '', ''", "'green', 'red.confirmed', 'case/1'", "'blue', '', ''"):
        statement = (
            f"INSERT INTO verdicts (person_id, run_id, colour, rules, facts) VALUES (99999, {line.run}, {columns})"
        )
        assert refused("judge", statement) == check, columns


def test_no_action_takes_a_colour():
    import inspect

    from yimatong.core.colour import Colour
    from yimatong.stations.judgements import online, publication, replaying

    looked_at = 0
    for module in (actions, online, publication, replaying):
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ != module.__name__:
                continue
            looked_at += 1
            for parameter in inspect.signature(function).parameters.values():
                assert "colour" not in parameter.name, f"{module.__name__}.{name}"
                assert parameter.annotation not in (Colour, "Colour"), f"{module.__name__}.{name}"
    assert looked_at > 20
