"""A town with an issuing point, people who declared, and verdicts as a run would have published them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from django.db import connections, transaction

from tests.acting import an_official
from tests.identities import somebody
from tests.integration.passes.town import Gate, a_document
from yimatong.core.credential import Accepted, verify
from yimatong.records import policies
from yimatong.records.models import Fact, Official, Person
from yimatong.records.refusals import Refused
from yimatong.stations.issuing.actions import issuing, leases, points
from yimatong.stations.issuing.actions.issuing import Issued
from yimatong.stations.issuing.models import Lease, Point
from yimatong.stations.judgements.models import Run

NINGBO = Path(__file__).resolve().parents[3] / "policies" / "cn-zj-ningbo"
NOW = datetime(2020, 2, 20, 2, 0, tzinfo=UTC)
"""A Thursday, 10 in the morning in Ningbo."""
STREET = 330203001
OFFICE_HOURS = [[["08:30", "11:30"], ["11:31", "17:30"]]] * 5 + [[]] * 2


def official(name: str, role: str = "clerk") -> Official:
    return Official.objects.filter(username=name).first() or an_official(name, role)


def a_point(title: str = "月湖社区", *, staff: Official | None = None, **given: object) -> Point:
    """A point of a village committee in office hours, with a clerk."""
    words = {
        "kind": "village", "title": title, "division": STREET, "address": "月湖街1号", "hours": OFFICE_HOURS, "now": NOW,
    }  # fmt: skip
    point = points.open_point(by=official("office", "control_office"), **(words | given))
    points.appoint(by=official("office", "control_office"), point=point.pk, official=staff or official("clerk"))
    return point


def people(count: int, *, first: int = 0, declared: bool = True, **given: object) -> list[Person]:
    """New people with documents, who declared yesterday."""
    made = []
    for number in range(first, first + count):
        document = a_document(number)
        values = {
            "name": f"王{'小' * (number % 3)}明", "id_type": "resident", "document": document, "division": STREET,
        }  # fmt: skip
        made.append(somebody(**(values | given)))
    if declared:
        for person in made:
            fact(person, "declaration", "self", NOW - timedelta(days=1))
    return made


def a_child(name: str = "小宝") -> Person:
    child = somebody(name=name, id_type="none", division=STREET)
    fact(child, "declaration", "self", NOW - timedelta(days=1))
    return child


def fact(person: Person, kind: str, detail: str, start: datetime = NOW) -> Fact:
    return Fact.objects.create(person=person, kind=kind, detail=detail, start=start, source="test", legal_basis="test")


def publish(colours: Mapping[int, str] | None = None) -> int:
    """A run by Ningbo's policy that was published with these verdicts (a red one by an order of quarantine); its number."""
    system = Official.objects.using("judge").get(username="system")
    policy = policies.keep(NINGBO, "judge")
    runs = Run.objects.using("judge")
    last = runs.filter(state="published").order_by("-number").first()
    run = runs.create(
        kind="full", policy_id=policy.digest, as_of=NOW, known_at=datetime.now(UTC), engine="reference", versions={},
        by=system,
    )  # fmt: skip
    for state in ("snapshotted", "judged"):
        runs.filter(pk=run.number).update(state=state)
    found = colours or {}
    red = {
        person: Fact.objects.filter(person_id=person, kind__in=["order", "symptom"]).order_by("-pk").first()
        for person, colour in found.items()
        if colour in {"red", "yellow"}
    }
    rule = {"red": "red.quarantine_order", "yellow": "yellow.symptoms"}
    with transaction.atomic(using="judge"), connections["judge"].cursor() as cursor:
        runs.filter(pk=run.number).update(state="published", changed=len(found), follows=last and last.number)
        for person, colour in found.items():
            because = red.get(person)
            named = f"{because.kind}/{because.pk}" if because else ""
            cursor.execute(
                "INSERT INTO verdicts (person_id, run_id, colour, rules, facts, since) VALUES (%s, %s, %s, %s, %s, %s)",
                [person, run.number, colour, rule.get(colour, ""), named, 1 if because else None],
            )
            if because:
                cursor.execute(
                    "INSERT INTO verdict_reasons (person, run_id, rule, colour, fact, since, until)"
                    " VALUES (%s, %s, %s, %s, %s, 26000000, 27000000)",
                    [person, run.number, rule[colour], colour, named],
                )
    return run.number


def issue(point: Point, person: Person, now: datetime = NOW, **given: object) -> Issued | Refused:
    return issuing.issue(by=official("clerk"), point=point.pk, person=person.pk, now=now, **given)


def give(point: Point, person: Person, now: datetime = NOW, **given: object) -> Issued:
    """Issue, and it must be."""
    answer = issue(point, person, now, **given)
    assert isinstance(answer, Issued), answer
    return answer


def lease(
    point: Point, desk: str = "ipad-1", now: datetime = NOW, count: int = 50, request: UUID | None = None
) -> Lease:
    made = leases.lease(
        by=official("clerk"), point=point.pk, desk=desk, request=request or uuid4(), now=now, count=count
    )
    assert isinstance(made, Lease)
    return made


def at_gate(gate: Gate, text: str, now: datetime) -> str:
    """What a checkpoint without a server says to a paper's code: `green`, or why not."""
    moment = int(now.timestamp())
    answer = verify(text, now=moment, trust=gate.trust, recall=gate.recall, city="330200")
    return str(answer.claims.colour) if isinstance(answer, Accepted) else str(answer.reason)
