"""When the next judgement of the same inputs could differ, though nobody records anything: the town's next deadline.

Each verdict says its own next change (a start, a lapse or the end of a permit ahead). What nobody's own facts say is added here: a
list that begins, a stay ahead where it would count, the end of a contact that neighbours are counted from.
"""

from __future__ import annotations

import ibis
from ibis import _
from ibis.expr.types import IntegerValue, Table

from yimatong.core.engine.plan.derivation import is_outside, watched_areas
from yimatong.core.engine.plan.tables import table
from yimatong.core.policy.model import Policy


def deadline(policy: Policy, as_of: int | IntegerValue) -> Table:
    """One row: the first minute after as_of at which something of the town begins or ends, or NULL."""
    facts = table("facts")
    verdicts = table("verdicts").filter(_.next_change > as_of).select(minute=_.next_change)
    contacts = facts.filter(_.kind == "contact", _.detail == "confirmed", _.end > as_of).select(minute=_.end)
    lists = watched_areas(policy).filter(_.start > as_of).select(minute=_.start)
    every = verdicts.union(contacts, lists, _journeys(policy, as_of))
    return every.aggregate(next_change=_.minute.min())


def _journeys(policy: Policy, as_of: int | IntegerValue) -> Table:
    """When those stays begin, among the stays ahead, that would be a visit or travel."""
    ahead = table("stays").filter(_.arrive > as_of)[["place", "division", "arrive"]]
    areas = watched_areas(policy)
    abroad = ahead.filter(is_outside(policy, _.division))
    by_division = areas.filter(_.place.isnull())[["low", "high"]]
    inside = ahead.join(by_division, (by_division.low <= ahead.division, ahead.division <= by_division.high))
    at_place = ahead.semi_join(areas.filter(_.place.notnull())[["place"]], "place")
    minutes = (found.select(minute=_.arrive) for found in (abroad, inside, at_place))
    return ibis.union(*minutes)
