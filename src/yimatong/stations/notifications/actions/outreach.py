"""Telling somebody in person: opening a task, trying, closing it with what came of it.

open_task(person, why, now) -> Outreach
attempt(by, outreach, now) ; close(by, outreach, outcome, now) -> Outreach
"""

from __future__ import annotations

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


def open_tasks(*, people: list[int], why: Outreach.Why, now: datetime) -> dict[int, Outreach]:
    """The open tasks of many, in the caller's transaction, by person."""
    to = To.HEALTH if why == Why.CALL else To.TOWNSHIP
    due = now + (CALL if why == Why.CALL else telling().door)
    with connection.cursor() as cursor:
        cursor.execute(STREETS, {"people": sorted(set(people)), "now": now})
        streets = dict(cursor.fetchall())
    Outreach.objects.bulk_create(
        [
            Outreach(person_id=person, to=to, why=why, street=streets.get(person), opened_at=now, due_at=due)
            for person in sorted(set(people))
        ],
        ignore_conflicts=True,
        batch_size=1_000,
    )
    return {task.person_id: task for task in Outreach.objects.filter(person__in=people, to=to, closed_at=None)}


@transaction.atomic
def attempt(*, by: Official, outreach: int, now: datetime) -> OutreachAttempt:
    """Note that nobody was reached; the task stays open. `outreach-unknown`, `outreach-closed`."""
    found = _open(by, outreach)
    made = OutreachAttempt.objects.create(outreach=found, by=by, at=now)
    audit.record(by=by, action="outreach.attempt", subject=str(found))
    return made


@transaction.atomic
def close(*, by: Official, outreach: int, outcome: str, now: datetime) -> Outreach:
    """Say how it ended. What waited for a telephone call stands in the person's inbox from here on.

    `outreach-unknown`, `outreach-closed`, `outcome-unknown`; `call-first` for a positive sample of which the person was not told.
    """
    found = _open(by, outreach)
    if outcome not in Outcome.values:
        raise mistake("outcome-unknown", place="outcome")
    if found.why == Why.CALL and outcome == Outcome.RELATIVE:
        raise mistake("call-first", place="outcome")
    found.outcome, found.closed_at, found.closed_by = Outcome(outcome), now, by
    found.save(update_fields=["outcome", "closed_at", "closed_by"])
    if outcome != Outcome.GONE:
        Notification.objects.filter(outreach=found, held=True).update(held=False)
    audit.record(by=by, action="outreach.close", subject=str(found), details={"outcome": outcome})
    return found


def _open(by: Official, outreach: int) -> Outreach:
    """The task, locked against two at once, if it is open and this official's."""
    require(by, "tell")
    if queries.task(by=by, outreach=outreach) is None:
        raise mistake("outreach-unknown")
    found = Outreach.objects.select_for_update().get(pk=outreach)
    if found.closed_at is not None:
        raise mistake("outreach-closed")
    return found
