"""How pages look at people: each look counts with its official's budget, and then it is recorded, before anything is shown.

No page calls the audit's `look` itself. Budgets are an official's own, by role (stations/declarations/budgets.py), counted in the
database like all others; the setting YIMATONG_LOOKS multiplies them. What is used up says when it goes on and whom to ask.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from django.conf import settings
from django.utils import timezone

from yimatong.core.errors import YimatongError
from yimatong.core.text import message
from yimatong.edges.web.official.access import USED_UP
from yimatong.records import identity
from yimatong.records.actions import alarms, audit
from yimatong.records.models import Alarm, Look, Official, Search
from yimatong.stations.declarations.actions import limits
from yimatong.stations.declarations.actions.limits import Source
from yimatong.stations.declarations.budgets import MINUTE

OF_ROLE = {
    Official.Role.CLERK: "clerk",
    Official.Role.CONTROL_OFFICE: "office",
    Official.Role.HEALTH: "health",
    Official.Role.AUDITOR: "auditor",
}
Sort = Literal["look", "list", "search"]


def look(*, by: Official, person: int, why: str, where: str) -> Look:
    """Record a look at one person; `looks-used-up`."""
    spend(by, "look")
    return audit.look(by=by, person=person, why=why, where=where)


def looks(*, by: Official, people: Sequence[int], why: str, where: str) -> list[Look]:
    """Record a look at everybody of a list or a register that is about to be shown; `looks-used-up`."""
    spend(by, "list", len(people))
    return audit.looks(by=by, people=people, why=why, where=where)


def found(*, by: Official, people: Sequence[int], why: str, where: str) -> list[Look]:
    """Record a look at each result of a search, which counts as one look each."""
    spend(by, "look", len(people))
    return audit.looks(by=by, people=people, why=why, where=where)


def spend(by: Official, what: Sort, much: int = 1) -> None:
    """Count so many looks at people one by one, in lists, or so many searches; `looks-used-up` where that is too much."""
    if not much or by.role not in OF_ROLE:
        return
    name, target, at = f"{what}-{OF_ROLE[Official.Role(by.role)]}", identity.keyed("looks:", str(by.pk)), timezone.now()
    times = int(settings.YIMATONG_LOOKS)
    # What is refused uses nothing up of a longer window; the one that goes over it does, and is noted.
    if minutes := limits.wait(limits.held(what=name, source=Source(), target=target, at=at), at, times=times):
        raise used_up(by, minutes)
    counted = limits.count(what=name, source=Source(), target=target, at=at, much=much)
    if minutes := limits.wait(counted, at, times=times):
        _note(by, counted, at, times)
        raise used_up(by, minutes)


def _note(by: Official, counted: dict[limits.Window, int], at: datetime, times: int) -> None:
    """Record that a budget is used up, once for each window; more than a minute's rings."""
    audit.search(by=by, sort=Search.Sort.REFUSED)
    longer = [now for one, now in counted.items() if now > one.budget.most * times and one.budget.per > MINUTE]
    if longer:
        alarms.ring(official=by, sort=Alarm.Sort.BUDGET, count=max(longer), at=at)


def used_up(by: Official, minutes: int) -> YimatongError:
    """The mistake of having looked at too many."""
    is_office = by.role == Official.Role.CONTROL_OFFICE
    whom = message("the auditor") if is_office else message("the control office")
    return YimatongError(
        USED_UP,
        message(
            "you have looked at as many people as you may for now; it goes on in {minutes} minutes.", minutes=minutes
        ),
        remedy=message(
            "continue then, and let a colleague go on with whoever waits. If your work needs more, ask {whom}.",
            whom=whom,
        ),
    )
