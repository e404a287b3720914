"""Searches for people: each counts with its official's budget and is recorded by its sort; who walks through the city rings.

What was typed is kept nowhere in the records. Documents that are next to each other are told by a keyed hash of all but their last four
signs, which is forgotten with the other counters; an order by the last thing typed, which lies sealed in the official's own session.
Alarms stop nobody: the budgets do.
"""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone

from yimatong.edges.web.official import access, counted
from yimatong.records import identity
from yimatong.records.actions import alarms, audit
from yimatong.records.models import Alarm, Official, Search
from yimatong.stations.declarations.actions import limits
from yimatong.stations.declarations.actions.limits import Source

Sort = Search.Sort
ORDER = "web.order"
"""The key of the session: what was typed last (sealed), and how many searches in a row went up or down."""
IN_ORDER = 12
"""Searches in a row of which each comes after the one before (or each before it) that are no chance: two in 12!."""
ENDING = 4
"""Signs at the end of a document that a walk counts through: of a resident's, the serial of the day and the check sign."""
SHORTEST = 8


def begin(request: HttpRequest) -> None:
    """Count a search before it is made; `looks-used-up`."""
    counted.spend(access.official(request), "search")


def done(request: HttpRequest, *, sort: Sort, typed: str, found: int) -> None:
    """Record a search that was made, with how many it found, and see whether it is part of a walk."""
    by = access.official(request)
    audit.search(by=by, sort=sort, found=found)
    if not found:
        _missed(by)
    if sort == Sort.DOCUMENT:
        _beside_each_other(by, identity.normalised(typed))
    if sort != Sort.PASS:
        _in_order(request, by, identity.normalised(typed))


def _missed(by: Official) -> None:
    at, target = timezone.now(), identity.keyed("missed:", str(by.pk))
    for window, now in limits.count(what="missed", source=Source(), target=target, at=at).items():
        if now > window.budget.most:
            alarms.ring(official=by, sort=Alarm.Sort.MISSES, count=now, at=at)


def _beside_each_other(by: Official, number: str) -> None:
    """Count a document that this official has not searched for today with those that begin as it does."""
    if len(number) < SHORTEST:
        return
    at = timezone.now()
    again = limits.count(what="walked", source=Source(), target=identity.keyed("walked:", f"{by.pk}:{number}"), at=at)
    if limits.wait(again, at):
        return
    stem = identity.keyed("walk:", f"{by.pk}:{len(number)}:{number[:-ENDING]}")
    for window, now in limits.count(what="walk", source=Source(), target=stem, at=at).items():
        if now > window.budget.most:
            alarms.ring(official=by, sort=Alarm.Sort.WALK, count=now, at=at)


def _in_order(request: HttpRequest, by: Official, typed: str) -> None:
    """Count how many searches in a row have gone one way through the numbers or the alphabet."""
    kept = request.session.get(ORDER) or {"last": "", "up": 1, "down": 1}
    last = identity.opened(bytes.fromhex(kept["last"]), "row") if kept["last"] else None
    if last == typed:
        return
    up = kept["up"] + 1 if last is not None and typed > last else 1
    down = kept["down"] + 1 if last is not None and typed < last else 1
    request.session[ORDER] = {"last": identity.seal(typed, "row").hex(), "up": up, "down": down}
    if max(up, down) >= IN_ORDER:
        alarms.ring(official=by, sort=Alarm.Sort.WALK, count=max(up, down), at=timezone.now())
