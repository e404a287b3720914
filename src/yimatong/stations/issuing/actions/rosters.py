"""The roster of a company or building (B7, A17): the company asks, the worker agrees, the health department brings the tests.

The company writes names and documents and is told nothing of them: whether somebody is recorded, said no, or has not looked
yet is one and the same to it (decision 0090).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from yimatong.core.facts import DETAILS, Kind
from yimatong.records import identity
from yimatong.records.actions import audit, statements
from yimatong.records.actions.officials import the_system
from yimatong.records.actions.permission import require
from yimatong.records.actions.statements import FactStated
from yimatong.records.models import Fact, Official, Person
from yimatong.stations.declarations.models import Account
from yimatong.stations.issuing.actions.points import at_desk, point_of
from yimatong.stations.issuing.errors import mistake
from yimatong.stations.issuing.models import Point, RosterAsked, RosterLine

BASIS = "甬防办〔2020〕38号"
Category, Consent = RosterLine.Category, RosterLine.Consent


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody as a company's file names them."""

    id_type: str
    id_number: str = field(repr=False)
    name: str = field(repr=False)
    category: str = Category.LOCAL


@dataclass(frozen=True, slots=True)
class RosterTest:
    """A test of somebody on the roster: detail negative, positive or invalid; when the sample was taken."""

    person: int
    detail: str
    sampled_at: datetime


@transaction.atomic
def ask(*, by: Official, point: int, workers: Sequence[Worker]) -> int:
    """Ask for these workers, by whoever speaks for the company; how many it had not asked for yet. Nobody is looked up."""
    where = with_roster(by, point, "roster")
    keys = {identity.id_key(one.id_type, one.id_number): one for one in workers}
    there = set(
        RosterAsked.objects.filter(point=where, id_key__in=keys, dropped_at=None).values_list("id_key", flat=True)
    )
    made = [
        RosterAsked(
            point=where, id_type=one.id_type, id_key=key, name=one.name[:80], tail=identity.tail(one.id_number),
            category=one.category, asked_by=by,
        )
        for key, one in keys.items()
        if key not in there
    ]  # fmt: skip
    RosterAsked.objects.bulk_create(made, ignore_conflicts=True)
    audit.record(by=by, action="roster.ask", subject=f"point/{point}", details={"rows": len(keys), "new": len(made)})
    return len(made)


@transaction.atomic
def drop(*, by: Official, asked: int, now: datetime) -> None:
    """Take somebody whom the company asked for off its list, and off the roster where they are on it; they `left`."""
    found = RosterAsked.objects.select_for_update().filter(pk=asked, dropped_at=None).first()
    if found is None:
        raise mistake("line-unknown")
    with_roster(by, found.point_id, "roster")
    for line in RosterLine.objects.filter(point=found.point_id, person__id_key=found.id_key, removed_at=None):
        _end(line, "left", now)
    RosterAsked.objects.filter(pk=asked).update(dropped_at=Now(), dropped_by=by)
    audit.record(by=by, action="roster.drop", subject=f"point/{found.point_id}", details={"asked": asked})


@transaction.atomic
def agree(*, account: Account, asked: int, now: datetime) -> RosterLine:
    """The worker agrees on their own page; again, nothing changes. `line-unknown` where it is not about them."""
    found = _mine(account, asked)
    line = RosterLine.objects.filter(point=found.point_id, person=account.person_id, removed_at=None).first()
    if line is None:
        assert account.person_id is not None
        line = _put(found.point, account.person_id, found.category, Consent.ONLINE, the_system(), now)
    RosterAsked.objects.filter(pk=asked).update(declined_at=None)
    return line


@transaction.atomic
def decline(*, account: Account, asked: int, now: datetime) -> None:
    """The worker says no, or takes an agreement back: they are on the roster no more, and the company is told of no answer."""
    found = _mine(account, asked)
    for line in RosterLine.objects.filter(point=found.point_id, person=account.person_id, removed_at=None):
        _end(line, "withdrawn", now)
    RosterAsked.objects.filter(pk=asked, declined_at=None).update(declined_at=now)


@transaction.atomic
def signed(*, by: Official, asked: int, now: datetime) -> RosterLine:
    """The worker has signed on paper at the company's own point, whose clerk says so; for who has no smartphone."""
    found = RosterAsked.objects.select_related("point").filter(pk=asked, dropped_at=None).first()
    if found is None:
        raise mistake("line-unknown")
    at_desk(by, found.point_id)
    person = Person.objects.filter(id_key=found.id_key).first()
    if person is None:
        raise mistake("person-not-recorded")
    line = add(by=by, point=found.point_id, person=person.pk, category=found.category, consent=Consent.SIGNED, now=now)
    RosterAsked.objects.filter(pk=asked).update(declined_at=None)
    return line


@transaction.atomic
def add(*, by: Official, point: int, person: int, category: str, consent: str, now: datetime) -> RosterLine:
    """Put a worker on the roster who has signed for it at the point. Who came back to the city is recorded as a returning worker.

    That registration is a fact (permit, returning_worker): what it lifts, and for which tests, is the policy's business.
    """
    where = with_roster(by, point, "issue")
    if category not in Category.values or consent not in Consent.values:
        raise mistake("point-wrong", place="category", field="category, consent")
    if consent != Consent.SIGNED:
        raise mistake("consent-is-own")
    return _put(where, person, category, consent, by, now)


@transaction.atomic
def remove(*, by: Official, line: int, why: str, now: datetime) -> None:
    """Take a worker off at the point: consent `withdrawn` on paper, or they `left`. The returning worker ends with it."""
    found = RosterLine.objects.select_for_update().filter(pk=line, removed_at=None).first()
    if found is None or why not in {"withdrawn", "left"}:
        raise mistake("line-unknown")
    at_desk(by, found.point_id)
    _end(found, why, now)
    audit.record(by=by, action="roster.remove", subject=f"point/{found.point_id}", details={"line": line, "why": why})


@transaction.atomic
def record_tests(*, by: Official, point: int, tests: Sequence[RosterTest], now: datetime) -> int:
    """Record the tests of a company's workers as facts, by the health department; how many were new. The company learns none.

    `not-on-roster` where somebody is not on it: nothing is recorded then. The edge has the touched judged after this.
    """
    require(by, "test")
    point_of(point)
    there = set(RosterLine.objects.filter(point_id=point, removed_at=None).values_list("person_id", flat=True))
    if not {test.person for test in tests} <= there:
        raise mistake("not-on-roster")
    if any(test.detail not in DETAILS[Kind.TEST] or test.sampled_at > now for test in tests):
        raise mistake("clock-wrong", place="tests")
    made = [
        statements.state_fact(
            by=by, person=test.person, said=FactStated("test", test.detail, test.sampled_at, test.sampled_at),
            source=f"roster:{point}", legal_basis=BASIS,
        )
        for test in tests
    ]  # fmt: skip
    fresh = sum(number is not None for number in made)
    audit.record(by=by, action="roster.tests", subject=f"point/{point}", details={"tests": len(tests), "new": fresh})
    return fresh


def with_roster(by: Official, point: int, action: str) -> Point:
    """The company's or building's point, when the official may do this there; `no-roster` elsewhere."""
    where = at_desk(by, point, action)
    if where.kind not in Point.WITH_ROSTER:
        raise mistake("no-roster")
    return where


def _mine(account: Account, asked: int) -> RosterAsked:
    """A line that is about the account's own person."""
    found = RosterAsked.objects.select_for_update(of=("self",)).select_related("point")
    line = found.filter(pk=asked, dropped_at=None).first()
    if line is None or account.person is None or account.person.id_key != line.id_key:
        raise mistake("line-unknown")
    return line


def _put(where: Point, person: int, category: str, consent: str, by: Official, now: datetime) -> RosterLine:
    try:
        with transaction.atomic():
            line = RosterLine.objects.create(
                point=where, person_id=person, category=category, consent=consent, consented_at=now, added_by=by
            )
    except IntegrityError:
        raise mistake("on-roster") from None
    if category != Category.LOCAL:
        said = FactStated("permit", "returning_worker", now)
        statements.state_fact(by=by, person=person, said=said, source=f"roster:{where.pk}", legal_basis=BASIS)
    audit.record(by=by, action="roster.add", subject=f"point/{where.pk}", details={"line": line.pk, "consent": consent})
    return line


def _end(line: RosterLine, why: str, now: datetime) -> None:
    RosterLine.objects.filter(pk=line.pk).update(removed_at=Now(), removed_why=why)
    permits = Fact.objects.filter(
        person_id=line.person_id, kind="permit", detail="returning_worker", source=f"roster:{line.point_id}",
        end=None, struck_at=None,
    ).values_list("pk", flat=True)  # fmt: skip
    statements.end(by=the_system(), table="fact", rows=list(permits), at=now)
