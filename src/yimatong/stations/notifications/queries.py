"""What is read of the telling by name.

inbox(account, most) -> tuple[Shown]          what an account's people were told, the newest first
unread(account, now) -> tuple[Shown]          what stands on top of their page until it is put aside
of_person(person, since, most)                the same of one person, for the page of the code
tasks(by, now), task(by, outreach), open_for(by)      who must be told in person, as one official's list has it
to_be_said(outreach) -> tuple[Notification]           what they are to hear, as it stands now
late(now), first_due()                                whom nobody told in time, and who is next
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from yimatong.records.models import Official
from yimatong.records.queries import streets_of
from yimatong.stations.declarations.models import Account
from yimatong.stations.declarations.queries import PersonShown, people_of
from yimatong.stations.notifications.models import Notification, NotificationRead, Outreach, OutreachAttempt

State = Literal["late", "waiting", "tried", "closed"]
MOST = 200
ON_TOP, TOP_DAYS = 5, timedelta(days=14)
MOST_TASKS = 2000
TO_WHOM = {
    Official.Role.HEALTH: (Outreach.To.HEALTH, Outreach.To.TOWNSHIP),
    Official.Role.CONTROL_OFFICE: (Outreach.To.TOWNSHIP,),
    Official.Role.CLERK: (Outreach.To.TOWNSHIP,),
    Official.Role.AUDITOR: (Outreach.To.HEALTH, Outreach.To.TOWNSHIP),
}
"""Whose tasks a role sees. A positive sample is the health department's alone; an auditor closes none (permission `tell`)."""
OF_A_VERDICT = (
    Notification.Kind.FIRST_JUDGED,
    Notification.Kind.COLOUR_CHANGED,
    Notification.Kind.END_MOVED,
    Notification.Kind.ENDED,
)
"""Of these only the last counts: an earlier one is overtaken."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A notification as an account sees it; `about` is whom it concerns, None where that is the account itself."""

    notification: Notification
    about: PersonShown | None


def inbox(account: Account, *, most: int = MOST) -> tuple[Shown, ...]:
    """Everything that an account's people were told and that is still kept, the newest first."""
    return _shown(account, lambda rows: rows.order_by("-id")[:most])


def unread(account: Account, now: datetime) -> tuple[Shown, ...]:
    """What the account has not put aside, of the last days; the newest first."""
    read = NotificationRead.objects.filter(notification=OuterRef("pk"), account=account)
    return _shown(account, lambda rows: rows.filter(~Exists(read), at__gt=now - TOP_DAYS).order_by("-id")[:ON_TOP])


def of_person(person: int, *, since: datetime, most: int) -> QuerySet[Notification]:
    """What one person was told since an instant of the city, the newest first."""
    return Notification.objects.filter(person=person, account=None, held=False, at__gte=since).order_by("-id")[:most]


def _shown(account: Account, chosen: object) -> tuple[Shown, ...]:
    people = {one.person: one for one in people_of(account)}
    rows = Notification.objects.filter(Q(person__in=people, account=None) | Q(account=account), held=False)
    found: Iterable[Notification] = chosen(rows)  # type: ignore[operator]
    return tuple(Shown(row, people.get(row.person_id or 0)) for row in found)


@dataclass(frozen=True, slots=True)
class Task:
    """A task in person as it stands at an instant; `kinds` is what the person is to hear.

    `goes_on`: the task that goes on from one that ended with "no longer here", None where none does.
    """

    outreach: Outreach
    state: State
    tries: int
    last_try: datetime | None
    kinds: tuple[str, ...]
    goes_on: Outreach | None


def tasks(*, by: Official, now: datetime) -> tuple[Task, ...]:
    """The tasks of the official's office and jurisdiction: what is due first, then what was closed last."""
    rows = _reach(by)
    waiting = rows.filter(closed_at=None).order_by("due_at", "pk")[:MOST_TASKS]
    closed = rows.filter(closed_at__isnull=False).order_by("-closed_at")[:MOST_TASKS]
    return tuple(stand(row, now) for row in (*waiting, *closed))


def task(*, by: Official, outreach: int) -> Outreach | None:
    """One of them; None also where it is another's, so that nobody can tell how many there are."""
    return _reach(by).filter(pk=outreach).first()


def open_for(*, by: Official) -> int:
    """How many wait, also where the list shows no more of them."""
    return _reach(by).filter(closed_at=None).count()


def late(now: datetime) -> tuple[int, datetime | None]:
    """How many are open past their time, everybody's, and since when the oldest is."""
    due = Outreach.objects.filter(closed_at=None, due_at__lt=now).order_by("due_at").values_list("due_at", flat=True)
    return due.count(), due.first()


def first_due() -> Outreach | None:
    """Of all that are open, the one that is due first."""
    return Outreach.objects.filter(closed_at=None).order_by("due_at").first()


def to_be_said(outreach: Outreach) -> tuple[Notification, ...]:
    """What the person is to hear: what the task is for, in its order, and of their colour what they were told last.

    A red that meanwhile is green again is not read out as red, also where the green alone would be worth no visit.
    """
    told = list(Notification.objects.filter(outreach=outreach).order_by("id"))
    said = [one for one in told if one.kind not in OF_A_VERDICT]
    if len(said) < len(told):
        of_a_verdict = Notification.objects.filter(person=outreach.person_id, kind__in=OF_A_VERDICT)
        said += of_a_verdict.order_by("-id")[:1]
    return tuple(sorted(said, key=lambda one: one.pk))


def stand(row: Outreach, now: datetime) -> Task:
    """A task with its attempts and notifications at hand."""
    attempts = list(row.attempts.all())
    kinds = tuple(dict.fromkeys(one.kind for one in row.told.all()))
    state: State = "waiting"
    if row.closed_at is not None:
        state = "closed"
    elif row.due_at < now:
        state = "late"
    elif attempts:
        state = "tried"
    last_try = attempts[-1].at if attempts else None
    return Task(row, state, len(attempts), last_try, kinds, getattr(row, "followed_by", None))


def _reach(by: Official) -> QuerySet[Outreach]:
    rows = Outreach.objects.filter(to__in=TO_WHOM.get(Official.Role(by.role), ()))
    if (streets := streets_of(by.jurisdiction)) is not None:
        rows = rows.filter(street__range=streets)
    return rows.select_related("closed_by", "followed_by").prefetch_related(
        Prefetch("attempts", OutreachAttempt.objects.order_by("id")),
        Prefetch("told", Notification.objects.order_by("id")),
    )
