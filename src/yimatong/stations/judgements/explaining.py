"""Why one person has a colour: the verdict told with its rules, clauses, facts, beginning and end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import pyarrow.parquet as pq
from django.db import connections, models

from yimatong.core.colour import SEVERITY, Colour
from yimatong.core.engine import derived
from yimatong.core.engine.plan.tables import MADE
from yimatong.core.engine.steps import DERIVED
from yimatong.core.facts import Derived
from yimatong.core.judgement import Reason
from yimatong.core.policy.model import Instrument, Policy, Reference, Rule
from yimatong.core.time import minute_down
from yimatong.records import calendar, policies
from yimatong.records.models import Fact
from yimatong.stations.judgements import archive, evidence, outputs
from yimatong.stations.judgements.answers import Clause, Evidence, Explanation, PastVerdict, ReasonExplained, RunLine
from yimatong.stations.judgements.errors import mistake
from yimatong.stations.judgements.lifecycle import folder_of, in_force
from yimatong.stations.judgements.lines import line
from yimatong.stations.judgements.models import CurrentVerdict, Run, Verdict, VerdictReason, derived as kept
from yimatong.stations.judgements.names import division_text

PAGES = "default"
_DERIVED = frozenset(kind.value for kind in Derived)
MOST_READS = 5
"""How often something is read again because a run was published in between."""
Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class Said:
    """A verdict as an engine or a table has it, with its reasons and the derived rows that they may rest on."""

    colour: Colour
    since: int | None
    until: int | None
    next_change: int | None
    reasons: tuple[Reason, ...]
    derived: Mapping[str, evidence.DerivedRow]
    """By evidence text."""


def explain(person: int) -> Explanation:
    """The verdict in force of a person; colour unknown and no run where nothing was judged yet."""
    return of_one_run(lambda run: _explain(person, run), PAGES)


def colour_in_force(person: int) -> Colour | None:
    """The colour that the last run gave; None where nobody was judged, or nothing was declared."""
    found = CurrentVerdict.objects.filter(person=person).values_list("colour", flat=True).first()
    return None if found in (None, Colour.UNKNOWN.value) else Colour(found)


def of_one_run(read: Callable[[Run | None], Told], using: str) -> Told:
    """What a reader makes of the run in force, read again where another was published meanwhile.

    A verdict, its reasons and what they rest on lie in several tables; read one after the other they can be of two runs.
    """
    run = in_force(using)
    for _again in range(MOST_READS):
        try:
            told = read(run)
        except Exception:
            if (later := in_force(using)) == run:
                raise
        else:
            if (later := in_force(using)) == run:
                return told
        run = later
    return read(run)


def _explain(person: int, run: Run | None) -> Explanation:
    verdict = CurrentVerdict.objects.filter(person=person).first()
    if run is None or verdict is None:
        return tell(person, Said(Colour.UNKNOWN, None, None, None, (), {}), None, as_of=None, known_at=None)
    rows = VerdictReason.objects.filter(person=person, run_id=verdict.run_id)
    reasons = (Reason(person, row.rule, row.colour, row.fact, row.since, row.until) for row in rows)
    said = Said(
        colour=Colour(verdict.colour),
        since=verdict.since,
        until=verdict.until,
        next_change=verdict.next_change,
        reasons=tuple(reasons),
        derived=derived_in_force(person),
    )
    policy = policies.kept(run.policy_id)
    of_run = line(run, current=run.number)
    return tell(person, said, policy, as_of=run.as_of, known_at=run.known_at, run=of_run, published=True)


def explain_run(run: int, person: int) -> Explanation:
    """What a run said about a person, or what stood of the person when it was published; for good, whatever was folded since.

    `run-unknown` where there is none; `run-not-judged` where it came to nothing, `snapshot-gone` where one that published nothing
    keeps no files any more, `snapshot-changed` where a kept file is not what the run wrote.
    """
    found = Run.objects.select_related("policy", "by").filter(pk=run).first()
    if found is None:
        raise mistake("run-unknown", run=run)
    said = _published(found, person) if found.state == Run.State.PUBLISHED else _in_files(found, person)
    current = in_force(PAGES)
    of_run = line(found, current=current.number if current else None)
    policy = policies.kept(found.policy_id)
    return tell(person, said, policy, as_of=found.as_of, known_at=found.known_at, run=of_run, published=of_run.in_force)


def _published(run: Run, person: int) -> Said:
    """What was in force of a person from the publication of a run on."""
    verdict = Verdict.objects.filter(person_id=person, run_id__lte=run.number).order_by("-run_id").first()
    if verdict is None:
        return Said(Colour.UNKNOWN, None, None, None, (), {})
    rows = VerdictReason.objects.filter(person=person, run_id=verdict.run_id)
    reasons = tuple(Reason(person, row.rule, row.colour, row.fact, row.since, row.until) for row in rows)
    grounds = {reason.fact for reason in reasons if reason.fact.split("/")[0] in _DERIVED}
    derived = derived_in_force(person) | _by_evidence(archive.derived_then(verdict.run, person) if grounds else {})
    if not grounds <= derived.keys():
        raise mistake("snapshot-gone", run=verdict.run_id, file="outputs")
    told = (verdict.since, verdict.until, verdict.next_change)
    return Said(Colour(verdict.colour), *told, reasons, derived)


def _in_files(run: Run, person: int) -> Said:
    """What a run that published nothing said about a person, from the files it kept."""
    folder = folder_of(run.number) / "outputs"
    if not run.outputs:
        raise mistake("run-not-judged", run=run.number, state=run.state)
    outputs.require_whole(run)
    rows = {
        name: pq.read_table(
            folder / f"{name}.parquet", filters=[("person", "=", person)], partitioning=None
        ).to_pylist()
        for name in ("verdicts", "reasons", *DERIVED)
    }
    verdict = next(iter(rows["verdicts"]), None)
    if verdict is None:
        return Said(Colour.UNKNOWN, None, None, None, (), {})
    told = (verdict["since"], verdict["until"], verdict["next_change"])
    reasons = tuple(Reason(**row) for row in rows["reasons"])
    return Said(Colour(verdict["colour"]), *told, reasons, _by_evidence(rows))


def derived_in_force(person: int) -> dict[str, evidence.DerivedRow]:
    """What the run in force derived about a person, by evidence text."""
    tables: dict[str, type[models.Model]] = {
        "visits": kept.Visit,
        "travels": kept.Travel,
        "exposures": kept.Exposure,
        "neighbours": kept.Neighbour,
    }
    found = {name: table._default_manager.filter(person=person) for name, table in tables.items()}
    return _by_evidence({name: list(rows.values(*MADE[name])) for name, rows in found.items()})


def tell(
    person: int,
    said: Said,
    policy: Policy | None,
    *,
    as_of: datetime | None,
    known_at: datetime | None,
    run: RunLine | None = None,
    published: bool = False,
) -> Explanation:
    """An explanation of what was said about a person, by the policy that was applied."""
    division = _division(person)
    zone = policy.zone if policy else None

    def local(minute: int | None) -> datetime | None:
        return None if minute is None or zone is None else zone.datetime(minute)

    day = zone.date(minute_down(as_of)) if zone and as_of else None
    return Explanation(
        person=person,
        division=division,
        division_name=division_text(division, day) if division and day else None,
        colour=said.colour,
        since=local(said.since),
        until=local(said.until),
        next_change=local(said.next_change),
        as_of=local(minute_down(as_of)) if as_of else None,
        known_at=calendar.local(known_at) if known_at else None,
        policy=policy.id if policy else None,
        policy_version=policy.version if policy else None,
        run=run,
        published=published,
        reasons=_reasons(person, said, policy, as_of) if policy and as_of else (),
        history=_history(person),
    )


def _reasons(person: int, said: Said, policy: Policy, as_of: datetime) -> tuple[ReasonExplained, ...]:
    rules = {rule.id: rule for rule in policy.rules}
    day = policy.zone.date(minute_down(as_of))
    away = _is_away(person, as_of)
    grounds = evidence.of(said.reasons, said.derived, policy, day)
    told = [
        _told(reason, rules[reason.rule], policy, as_of, grounds[reason.fact], away=away) for reason in said.reasons
    ]
    return tuple(sorted(told, key=lambda reason: (-SEVERITY[reason.colour], rules[reason.rule].order)))


def _told(
    reason: Reason, rule: Rule, policy: Policy, as_of: datetime, ground: Evidence, *, away: bool
) -> ReasonExplained:
    entry = rule.on(policy.zone.date(minute_down(as_of)))
    disposition = rule.disposition.away if away else rule.disposition.in_city
    assert entry is not None
    return ReasonExplained(
        rule=rule.id,
        requirement=rule.requirement,
        colour=Colour(reason.colour),
        title=rule.title,
        because=rule.because,
        what_ends_it=rule.what_ends_it,
        reading=rule.reading,
        clause=_clause(entry.reference, policy.instruments[entry.reference.instrument]),
        disposition=policy.dispositions[disposition].title,
        evidence=ground,
        since=policy.zone.datetime(reason.since),
        until=policy.zone.datetime(reason.until),
    )


def _clause(reference: Reference, instrument: Instrument) -> Clause:
    """The clause with its words where the policy quotes them."""
    return Clause(
        instrument=instrument.title,
        issued_by=instrument.issued_by,
        issued_on=instrument.issued_on,
        number=instrument.number,
        clause=reference.clause,
        quotation=instrument.clauses.get(reference.clause),
    )


def _division(person: int) -> int | None:
    """Where the person lives, as the engine sees it; None where nothing is known."""
    with connections[PAGES].cursor() as cursor:
        cursor.execute("SELECT division FROM engine_people WHERE person = %s", [person])
        row = cursor.fetchone()
    return row[0] or None if row else None


def _is_away(person: int, as_of: datetime) -> bool:
    """True where the last presence recorded says that the person has not come."""
    seen = Fact.objects.filter(person=person, kind="presence", struck_at=None, start__lte=as_of).order_by(
        "-start", "-id"
    )
    return seen.values_list("detail", flat=True).first() == "away"


def _history(person: int) -> tuple[PastVerdict, ...]:
    rows = Verdict.objects.filter(person_id=person).select_related("run").order_by("-run_id")
    return tuple(_past(row) for row in rows)


def _past(row: Verdict) -> PastVerdict:
    policy = policies.kept(row.run.policy_id)
    titles = {rule.id: rule.title for rule in policy.rules}
    rules = tuple(row.rules.split(",")) if row.rules else ()
    assert row.run.finished_at is not None
    return PastVerdict(
        run=row.run_id,
        as_of=policy.zone.datetime(minute_down(row.run.as_of)),
        published_at=policy.zone.datetime(minute_down(row.run.finished_at)),
        colour=Colour(row.colour),
        rules=rules,
        titles=tuple(titles[rule] for rule in rules),
    )


def _by_evidence(rows: Mapping[str, Iterable[dict[str, Any]]]) -> dict[str, evidence.DerivedRow]:
    kinds = {
        "visits": derived.Visit,
        "travels": derived.Travel,
        "exposures": derived.Exposure,
        "neighbours": derived.Neighbour,
    }
    found = (kinds[name](**row) for name in DERIVED for row in rows.get(name, ()))
    return {row.evidence: row for row in found}
