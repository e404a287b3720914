"""Telling somebody in person: opening a task, trying, closing it with what came of it.

open_task(person, why, now) -> Outreach
attempt(by, outreach, now) ; close(by, outreach, outcome, now, said) -> Outreach
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import connection, transaction

from yimatong.records.actions import audit
from yimatong.records.actions.permission import require
from yimatong.records.models import Official
from yimatong.stations.declarations.wording import telling
from yimatong.stations.notifications import queries
from yimatong.stations.notifications.errors import mistake
from yimatong.stations.notifications.models import Notification, Outreach, OutreachAttempt

Why, To, Outcome = Outreach.Why, Outreach.To, Outreach.Outcome
CALL = timedelta(hours=1)
"""How soon somebody with a positive sample is telephoned."""
STREETS = """
SELECT p.number, coalesce((
    SELECT places.division FROM homes h JOIN stairwells s ON s.number = h.stairwell_id JOIN places ON places.number = s.building_id
    WHERE h.person_id = p.number AND h.struck_at IS NULL AND h.start <= %(now)s AND (h."end" IS NULL OR h."end" >= %(now)s)
    ORDER BY h.start DESC, h.id DESC LIMIT 1), p.division)
FROM people p WHERE p.number = ANY(%(people)s)
"""


def open_task(*, person: int, why: Outreach.Why, now: datetime) -> Outreach:
    """The open task to tell somebody in person; opened where there is none."""
    return open_tasks(people=[person], why=why, now=now)[person]


@transaction.atomic
def open_tasks(*, people: list[int], why: Outreach.Why, now: datetime) -> dict[int, Outreach]:
    """The open tasks of many, by person. Nobody closes them before the caller's transaction ends."""
    to = To.HEALTH if why == Why.CALL else To.TOWNSHIP
    due = now + (CALL if why == Why.CALL else telling().door)
    streets, found = _streets(people, now), dict[int, Outreach]()
    # One that is closed at this moment is opened anew: what comes now was not said.
    while missing := sorted(set(people) - found.keys()):
        Outreach.objects.bulk_create(
            [
                Outreach(person_id=person, to=to, why=why, street=streets.get(person), opened_at=now, due_at=due)
                for person in missing
            ],
            ignore_conflicts=True,
            batch_size=1_000,
        )
        open_now = Outreach.objects.select_for_update().filter(person__in=missing, to=to, closed_at=None)
        found.update({task.person_id: task for task in open_now.order_by("pk")})
    return found


@transaction.atomic
def attempt(*, by: Official, outreach: int, now: datetime) -> OutreachAttempt:
    """Note that nobody was reached; the task stays open. `outreach-unknown`, `outreach-closed`."""
    found = _open(by, outreach)
    made = OutreachAttempt.objects.create(outreach=found, by=by, at=now)
    audit.record(by=by, action="outreach.attempt", subject=str(found))
    return made


@transaction.atomic
def close(*, by: Official, outreach: int, outcome: str, now: datetime, said: int | None = None) -> Outreach:
    """Say how it ended. What waited for a telephone call stands in the person's inbox from here on.

    `said` is the newest notification that the official had before them; where more came since, nothing is closed (`outreach-more`).
    Whoever is no longer there stays to be told: a task goes on where they live now, else with the city's office. `outreach-unknown`,
    `outreach-closed`, `outcome-unknown`; `call-first` for a positive sample of which the person was not told.
    """
    found = _open(by, outreach)
    if outcome not in Outcome.values:
        raise mistake("outcome-unknown", place="outcome")
    if found.why == Why.CALL and outcome == Outcome.RELATIVE:
        raise mistake("call-first", place="outcome")
    is_told = outcome != Outcome.GONE
    if is_told and said is not None and any(one.pk > said for one in queries.to_be_said(found)):
        raise mistake("outreach-more")
    found.outcome, found.closed_at, found.closed_by = Outcome(outcome), now, by
    found.save(update_fields=["outcome", "closed_at", "closed_by"])
    details: dict[str, audit.Detail] = {"outcome": outcome}
    if is_told:
        Notification.objects.filter(outreach=found, held=True).update(held=False)
    elif (following := _go_on(by, found, now)) is not None:
        details["goes_on"] = str(following)
    audit.record(by=by, action="outreach.close", subject=str(found), details=details)
    return found


def _go_on(by: Official, found: Outreach, now: datetime) -> Outreach | None:
    """The task that goes on from one whose person is no longer there, with all that they are to hear.

    In the street of their home where nobody looked yet; else with the offices of the whole city, whose tasks have no street; None
    where such an office itself says that they are gone. Their time goes on; whoever takes over has an hour at least.
    """
    street = _streets([found.person_id], now).get(found.person_id)
    if street in _looked_in(found):
        street = None
    if street is None and by.jurisdiction_id is None:
        return None
    due = max(found.due_at, now + CALL)
    made = Outreach.objects.create(
        person_id=found.person_id, to=found.to, why=found.why, street=street, opened_at=now, due_at=due, follows=found
    )
    Notification.objects.filter(outreach=found).update(outreach=made)
    return made


def _looked_in(found: Outreach) -> set[int | None]:
    """The streets of a task and of those that it follows."""
    streets, row = {found.street}, found
    while row.follows_id is not None and (before := Outreach.objects.filter(pk=row.follows_id).first()) is not None:
        streets.add(before.street)
        row = before
    return streets


def _streets(people: Collection[int], now: datetime) -> dict[int, int | None]:
    """The street of each one's home: as recorded now, else the person's own; None where none is known."""
    with connection.cursor() as cursor:
        cursor.execute(STREETS, {"people": sorted(set(people)), "now": now})
        return dict(cursor.fetchall())


def _open(by: Official, outreach: int) -> Outreach:
    """The task, locked against two at once, if it is open and this official's."""
    require(by, "tell")
    if queries.task(by=by, outreach=outreach) is None:
        raise mistake("outreach-unknown")
    found = Outreach.objects.select_for_update().get(pk=outreach)
    if found.closed_at is not None:
        raise mistake("outreach-closed")
    return found
