"""What the records hold and the person is to hear: tests that count, and what is asked about a declaration.

Looked through each minute; what was told once is not told again.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from yimatong.core.time import minute_down
from yimatong.records.models import Delivery
from yimatong.stations.declarations.wording import telling
from yimatong.stations.notifications.actions import outreach
from yimatong.stations.notifications.actions.telling import Details, tell, tell_many
from yimatong.stations.notifications.models import LookedThrough, Notification, Outreach

Kind = Notification.Kind
FEED = "tests"
BACK = timedelta(days=3)
"""How far back tests are looked for: a delivery that was received, a test that a health official recorded."""
KNOWN = "SELECT max(known_at) FROM runs WHERE state IN ('published', 'repeated')"
NEWEST = "SELECT max(recorded_at) FROM facts WHERE delivery_id = %s"
TESTS = """
SELECT f.person_id, f.id, f.detail, f.start FROM facts f
WHERE f.kind = 'test' AND f.struck_at IS NULL AND {which} AND (f.detail = 'positive' OR EXISTS (
    SELECT FROM verdicts v WHERE v.person_id = f.person_id AND v.colour IN ('red', 'yellow') AND NOT EXISTS (
        SELECT FROM verdicts w JOIN runs r ON r.number = w.run_id
        WHERE w.person_id = v.person_id AND w.run_id > v.run_id AND r.finished_at < f.recorded_at)))
ORDER BY f.id
"""
"""Tests of those for whom one counts: they are red or yellow, or were so until a run that knew the test."""
OF_A_DELIVERY = "f.delivery_id = %(delivery)s"
BY_HAND = """f.delivery_id IS NULL AND f.recorded_at > %(since)s AND f.recorded_at < %(known)s AND NOT EXISTS (
    SELECT FROM notifications n WHERE n.person_id = f.person_id AND n.account_id IS NULL
        AND n.kind = CASE f.detail WHEN 'positive' THEN 'test_positive' ELSE 'test_counted' END AND n.about = 'fact/' || f.id)"""
QUESTIONS = """
SELECT c.id, c.answer_by, CASE WHEN c.sort <> 'identity' THEN c.person_id END,
    CASE WHEN c.sort = 'identity' THEN d.account_id END
FROM contradictions c JOIN declarations d ON d.id = c.declaration_id
WHERE c.state = 'open' AND (c.sort <> 'identity' OR d.account_id IS NOT NULL) AND NOT EXISTS (
    SELECT FROM notifications n WHERE n.kind = 'contradicted' AND n.about = 'contradiction/' || c.id
        AND CASE WHEN c.sort = 'identity' THEN n.person_id IS NULL AND n.account_id = d.account_id
            ELSE n.account_id IS NULL AND n.person_id = c.person_id END)
ORDER BY c.id
"""
"""Open cases whose person, or for one of identity the account that declared, was not told."""


class Test(NamedTuple):
    """A test as it is told."""

    person: int
    fact: int
    detail: str
    sampled: datetime


def tell_tests(*, now: datetime) -> int:
    """Tell the single tests that were counted; how many.

    Negatives of mass testing are not told, and a positive not before somebody has telephoned: the health department has it on its list.
    """
    with connection.cursor() as cursor:
        cursor.execute(KNOWN)
        known = cursor.fetchone()[0]
    if known is None:
        return 0
    since = timezone.now() - BACK
    seen = LookedThrough.objects.values("delivery_id")
    fresh = Delivery.objects.filter(feed=FEED, state=Delivery.State.TAKEN, received_at__gt=since).exclude(pk__in=seen)
    told = sum(_tell_delivery(delivery, known, now) for delivery in fresh.order_by("pk"))
    with transaction.atomic():
        return told + _tell(_tests(BY_HAND, {"since": since, "known": known}), now)


@transaction.atomic
def _tell_delivery(delivery: Delivery, known: datetime, now: datetime) -> int:
    """Tell the tests of a delivery once a run has seen them."""
    how = telling()
    with connection.cursor() as cursor:
        cursor.execute(NEWEST, [delivery.pk])
        newest = cursor.fetchone()[0]
    if newest is not None and newest >= known:
        return 0
    LookedThrough.objects.get_or_create(delivery=delivery)
    is_mass = delivery.rows > how.mass_rows or delivery.source in how.mass_sources
    tests = _tests(OF_A_DELIVERY, {"delivery": delivery.pk})
    return _tell([test for test in tests if test.detail == "positive" or not is_mass], now)


def _tests(which: str, words: dict[str, Any]) -> list[Test]:
    with connection.cursor() as cursor:
        cursor.execute(TESTS.format(which=which), words)
        return [Test(*row) for row in cursor.fetchall()]


def _tell(tests: list[Test], now: datetime) -> int:
    for test in tests:
        if test.detail == "positive":
            _call_first(test, now)
    counted: list[tuple[int | None, int | None, str, Details]] = [
        (test.person, None, f"fact/{test.fact}", {"result": test.detail, "sampled": minute_down(test.sampled)})
        for test in tests
        if test.detail != "positive"
    ]
    tell_many(kind=Kind.TEST_COUNTED, at=now, rows=counted)
    return len(tests)


def _call_first(test: Test, now: datetime) -> None:
    """A positive: the health department telephones, and only then it stands in the inbox."""
    about = f"fact/{test.fact}"
    details = {"sampled": minute_down(test.sampled)}
    tell(kind=Kind.TEST_POSITIVE, about=about, at=now, person=test.person, details=details, held=True)
    task = outreach.open_task(person=test.person, why=Outreach.Why.CALL, now=now)
    Notification.objects.filter(person=test.person, kind=Kind.TEST_POSITIVE, about=about).update(outreach=task)


@transaction.atomic
def ask_about_declarations(*, now: datetime) -> int:
    """Tell who is asked about a declaration that something contradicts; how many."""
    with connection.cursor() as cursor:
        cursor.execute(QUESTIONS)
        cases = cursor.fetchall()
    rows: list[tuple[int | None, int | None, str, Details]] = [
        (person, account, f"contradiction/{case}", {"due": minute_down(by)}) for case, by, person, account in cases
    ]
    tell_many(kind=Kind.CONTRADICTED, at=now, rows=rows)
    return len(rows)
