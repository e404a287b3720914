"""What pages are told: counts that add up, and why a person has a colour."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from tests.integration.judgements.city import AS_OF, City
from yimatong.core.colour import Colour
from yimatong.records.models import Official
from yimatong.stations.judgements import actions, explaining, online, queries
from yimatong.stations.judgements.models import CurrentVerdict, VerdictReason

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])


def test_before_the_first_run_everything_is_nothing(city: City):
    now = queries.overview()
    assert (now.run, now.people, now.districts, now.days) == (None, 0, (), ())
    assert set(now.counts.values()) == {0}
    told = queries.explain(1)
    assert (told.colour, told.run, told.reasons) == (Colour.UNKNOWN, None, ())


def test_the_overview_adds_up(city: City, system: Official, policy: Path):
    first = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    second = actions.run_full(by=system, policy=policy, as_of=AS_OF + timedelta(days=1))
    now = queries.overview()

    assert now.run is not None
    assert (now.run.run, now.people, sum(now.counts.values())) == (second.run, 120, 120)
    assert now.counts == second.counts
    assert sum(district.people for district in now.districts) == 120
    for colour in Colour:
        assert sum(district.counts[colour] for district in now.districts) == now.counts[colour]
    in_force = CurrentVerdict.objects.values_list("person", "run_id")
    held = [
        rule
        for person, run in in_force
        for rule in VerdictReason.objects.filter(person=person, run=run).values_list("rule", flat=True)
    ]
    assert {reason.rule: reason.people for reason in now.reasons if reason.people} == {
        rule: held.count(rule) for rule in held
    }
    assert [day.counts for day in now.days] == [first.counts, second.counts]
    assert [run.run for run in now.runs] == [second.run, first.run]


def test_a_person_is_told_which_rule_clause_fact_since_until_and_what_ends_it(
    city: City, system: Official, policy: Path
):
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    explained = [queries.explain(person) for person in city.numbers()]
    kinds = set()
    for told in explained:
        verdict = CurrentVerdict.objects.get(person=told.person)
        assert told.colour == verdict.colour
        assert sorted(reason.rule for reason in told.reasons) == [rule for rule in verdict.rules.split(",") if rule]
        for reason in told.reasons:
            kinds.add(reason.evidence.kind)
            assert reason.title.of("zh")
            assert reason.because.of("zh")
            assert reason.what_ends_it.of("zh")
            assert reason.clause.instrument.of("zh")
            assert reason.evidence.sentence.of("zh")
            assert reason.since <= reason.until
            assert told.next_change is not None
            assert reason.evidence.recorded == (reason.evidence.source is not None)
        severities = [reason.colour for reason in told.reasons]
        assert severities == sorted(severities, key=lambda colour: colour != Colour.RED), "the strictest first"
    assert {"case", "order", "symptom", "visit", "travel", "exposure", "neighbour"} <= kinds


def test_the_history_tells_what_was_in_force_before(city: City, system: Official, policy: Path):
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    red = CurrentVerdict.objects.filter(colour="red", rules="red.quarantine_order").order_by("person").first()
    assert red is not None
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "UPDATE facts SET struck_at = now(), strike_reason = 'appeal', struck_by_id = %s WHERE id = %s",
            [system.pk, red.facts.split("/")[1]],
        )
    actions.run_touched(by=system, policy=policy, as_of=AS_OF)
    history = queries.explain(red.person).history
    assert [past.colour for past in history][-1] == "red"
    assert len(history) == 2
    assert history[-1].titles[0].of("zh")


def test_a_past_instant_is_judged_with_what_was_known_then(city: City, system: Official, policy: Path):
    before = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    assert before.known_at is not None
    red = CurrentVerdict.objects.filter(colour="red", rules="red.quarantine_order").order_by("person").first()
    assert red is not None
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "UPDATE facts SET struck_at = now(), strike_reason = 'appeal', struck_by_id = %s WHERE id = %s",
            [system.pk, red.facts.split("/")[1]],
        )
    actions.run_touched(by=system, policy=policy, as_of=AS_OF)
    then = actions.run_as_of(by=system, moment=AS_OF, known_at=before.known_at)
    now = actions.run_as_of(by=system, moment=AS_OF, known_at=then.started_at)
    yesterday = actions.run_as_of(by=system, moment=AS_OF - timedelta(days=3), known_at=then.started_at)

    assert (then.state, then.counts, then.in_force) == ("finished", before.counts, False)
    assert queries.explain_run(then.run, red.person).colour == "red"
    assert queries.explain_run(now.run, red.person).colour != "red"
    assert yesterday.counts != now.counts
    assert queries.explain(red.person).colour != "red", "nothing was published"


@pytest.mark.parametrize("page", ["explain", "judge_person"])
def test_a_page_that_explains_while_a_run_is_published_tells_one_of_the_two(
    city: City, system: Official, policy: Path, monkeypatch: pytest.MonkeyPatch, page: str
):
    """The reasons of the run before and the derived facts of the one after do not fit: the page was a 500."""
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    visitor = (
        VerdictReason.objects.filter(fact__startswith="visit/higher_risk/").values_list("person", flat=True).first()
    )
    assert visitor is not None
    module, name = {"explain": (explaining, "derived_in_force"), "judge_person": (online, "_recorded")}[page]
    read, published = getattr(module, name), []

    def late(*asked: Any) -> Any:
        if not published:
            with connections["default"].cursor() as cursor:
                cursor.execute(
                    "UPDATE areas SET struck_at = now(), strike_reason = 'test',"
                    " struck_by_id = (SELECT id FROM officials WHERE username = 'system')"
                )
            published.append(actions.run_touched(by=system, policy=policy, as_of=AS_OF).run)
        return read(*asked)

    monkeypatch.setattr(module, name, late)
    told = queries.explain(visitor) if page == "explain" else online.judge_person(visitor, as_of=AS_OF)
    assert told.run is not None
    assert told.run.run == published[0]
    assert not any(reason.evidence.fact.startswith("visit/higher_risk/") for reason in told.reasons)
