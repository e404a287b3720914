"""Taking earlier declarations: the declaration, its symptoms, contact and journey as facts and stays, itself to be confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from django.db import connection

from yimatong.core.facts import DETAILS, Kind
from yimatong.edges.feeds.checking import Checked
from yimatong.edges.feeds.contract import Contract
from yimatong.records import calendar
from yimatong.records.actions import places
from yimatong.records.actions.intake import FACT_ROWS, Taken, take_facts
from yimatong.records.actions.intake.journeys import JOURNEY_ROWS, take_journeys
from yimatong.records.actions.intake.staging import fetch
from yimatong.records.models import Delivery
from yimatong.stations.declarations.actions.effects import NO_PLACE
from yimatong.stations.declarations.actions.importing import EarlierRow, take_earlier

SYMPTOMS = DETAILS[Kind.SYMPTOM]
STANDING = (
    "SELECT row, found, outcome IN ('new', 'end') FROM weighed WHERE outcome IN ('new', 'end', 'unchanged', 'repeated')"
)


@dataclass(frozen=True, slots=True)
class Rest:
    """What the rest of the rows brought: rows that brought something new, and people whose colour may change."""

    rows: frozenset[int]
    people: frozenset[int]


def take(*, delivery: Delivery, checked: Checked, rows: pa.Table, contract: Contract) -> Taken:
    """Take the rows of a delivery that is open in this transaction. A row is new where anything that it says is."""
    first = take_facts(delivery=delivery, rows=rows)
    people, fresh = _standing()
    rest = take_rest(delivery=delivery, checked=checked, contract=contract, people=people)
    new = fresh | rest.rows
    return Taken(
        taken=len(new),
        unchanged=len(people) - len(new),
        ended=first.ended,
        appeared=first.appeared,
        held=first.held,
        people=tuple(sorted({*first.people, *rest.people})),
    )


def take_rest(*, delivery: Delivery, checked: Checked, contract: Contract, people: Mapping[int, int]) -> Rest:
    """What rows say beside the declaration itself; `people` gives each row its person."""
    assert contract.origin is not None
    said = [row for row in _rows(checked) if row["row"] in people]
    facts = _facts(said, people)
    changed: set[int] = set()
    if facts.num_rows:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS pg_temp.staged")
        take_facts(delivery=delivery, rows=facts)
        changed = _standing()[1]
    changed |= take_journeys(delivery=delivery, rows=_journeys(said, people))
    _live(said, people)
    take_earlier(delivery=delivery, origin=contract.origin, rows=_earlier(said, people))
    return Rest(frozenset(changed), frozenset(people[row] for row in changed))


def _standing() -> tuple[dict[int, int], set[int]]:
    """The person of every row that was taken or known, and the rows that were new, of the intake just made."""
    with connection.cursor() as cursor:
        found = fetch(cursor, STANDING)
    return {row: person for row, person, _ in found}, {row for row, _, new in found if new}


def _rows(checked: Checked) -> list[dict[str, Any]]:
    good = pa.array(checked.good)
    table = pa.table({"row": pa.array(checked.rows, pa.int32()), **checked.columns})
    return table.filter(good).to_pylist()


def _facts(said: list[dict[str, Any]], people: Mapping[int, int]) -> pa.Table:
    """The symptoms and contacts, about people who are certain by now."""
    facts = []
    for row in said:
        told = [(Kind.SYMPTOM, name, row["symptoms_from"]) for name in SYMPTOMS if row[name] == "yes"]
        if row["contact"] == "yes":
            told.append((Kind.CONTACT, "symptomatic", row["contact_on"]))
        facts += [
            {
                "row": row["row"], "person": people[row["row"]], "kind": kind.value, "detail": detail,
                "start": start or row["declared_at"], "source": row["source"],
            }
            for kind, detail, start in told
        ]  # fmt: skip
    return pa.Table.from_pylist(facts, schema=FACT_ROWS)


def _journeys(said: list[dict[str, Any]], people: Mapping[int, int]) -> pa.Table:
    told = [row for row in said if row["visited"] is not None]
    numbers = places.ensure_named((row["visited"], NO_PLACE) for row in told) if told else {}
    return pa.Table.from_pylist(
        [
            {
                "row": row["row"], "person": people[row["row"]], "place": numbers[row["visited"], NO_PLACE],
                "division": row["visited"], "arrive": row["visited_from"], "leave": row["visited_to"],
            }
            for row in told
        ],
        schema=JOURNEY_ROWS,
    )  # fmt: skip


def _live(said: list[dict[str, Any]], people: Mapping[int, int]) -> None:
    """Where somebody of whom nothing is known lives, by street."""
    told = {people[row["row"]]: row["division"] for row in said if row["division"] is not None}
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people SET division = told.division FROM unnest(%s::int[], %s::int[]) AS told(person, division) "
            "WHERE people.number = told.person AND people.division IS NULL",
            [list(told), list(told.values())],
        )


def _earlier(said: list[dict[str, Any]], people: Mapping[int, int]) -> list[EarlierRow]:
    """One a person and instant; its journeys from as many rows as it has."""
    found: dict[tuple[int, Any], EarlierRow] = {}
    for row in said:
        key = people[row["row"]], row["declared_at"]
        answers = found[key].answers if key in found else _answers(row)
        if row["visited"] is not None:
            answers["elsewhere"] = True
            journey = {
                "division": row["visited"],
                "place": "",
                "from": _day(row["visited_from"]),
                "to": _day(row["visited_to"]),
            }
            if journey not in answers["itinerary"]:
                answers["itinerary"].append(journey)
        found.setdefault(key, EarlierRow(*key, row["reference"] or "", row.get("decision") or "", answers))
    return list(found.values())


def _answers(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the form is filled in with; what the other system did not ask is left open."""
    symptoms = [name for name in SYMPTOMS if row[name] == "yes"]
    told = {
        "name": row["name"], "id_type": row["id_type"] if row["id_number"] else None, "id_number": row["id_number"],
        "phone": row["phone"], "home_division": row["division"], "home_text": row["address"],
        "symptoms_since": _day(row["symptoms_from"] or row["declared_at"]) if symptoms else None,
        "contact_symptomatic_on": _day(row["contact_on"] or row["declared_at"]) if row["contact"] == "yes" else None,
    }  # fmt: skip
    kept: dict[str, Any] = {name: value for name, value in told.items() if value}
    return kept | {
        "symptoms": symptoms, "contact_symptomatic": row["contact"] == "yes", "elsewhere": False, "itinerary": [],
    }  # fmt: skip


def _day(moment: Any) -> str:
    return calendar.day(moment).isoformat()
