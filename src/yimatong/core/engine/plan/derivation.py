"""What follows from stays, cases, areas and homes, for everybody at once.

Every function makes one table (tables.MADE) from those before it. The lake is scanned three times, each
scan narrowed by a small table: stays in marked divisions, the cases' own stays, stays at the cases' places.
"""

from __future__ import annotations

import ibis
from ibis import _
from ibis.expr.types import IntegerColumn, IntegerValue, Table

from yimatong.core.engine.plan.tables import day, first_minute, governing, latest, table
from yimatong.core.policy.model import Policy
from yimatong.core.time import LAST_INSTANT


def divisions() -> Table:
    """Every division in which anybody stayed."""
    return table("stays")[["division"]].distinct()


def zones(policy: Policy) -> Table:
    """The watched areas, spelled out division by division, so that stays meet them by equality."""
    areas = watched_areas(policy).filter(_.place.isnull())
    found = table("divisions")
    inside = (areas.low <= found.division, found.division <= areas.high)
    return areas.join(found, inside).select(found.division, areas.area, areas.level, areas.start, areas.end)


def marked(policy: Policy, as_of: int | IntegerValue) -> Table:
    """The stays that can be a visit or travel: in a watched division, at a watched place, outside the province."""
    stays = table("stays").filter(_.arrive <= as_of)
    watched = table("zones")[["division"]].distinct()
    abroad = table("divisions").filter(is_outside(policy, _.division))
    places = watched_areas(policy).filter(_.place.notnull())
    by_division = stays.semi_join(watched.union(abroad, distinct=True), "division")
    by_place = stays.semi_join(places, "place")
    # A watched place in a watched division brings its stays twice; the governing row is the same.
    return by_division.union(by_place)


def entries(policy: Policy, as_of: int | IntegerValue) -> Table:
    """Every visit of every stay: where the stay overlaps a watched area in time, begun by as_of."""
    stays, zone, areas = table("marked"), table("zones"), watched_areas(policy).filter(_.place.notnull())
    in_division = stays.join(zone, "division")
    at_place = stays.join(areas[["place", "area", "level", "start", "end"]], "place")
    columns = ["person", "place", "division", "arrive", "leave", "area", "level", "start", "end"]
    met = in_division[columns].union(at_place[columns])
    clipped = met.mutate(start=ibis.greatest(_.arrive, _.start), end=ibis.least(_.leave, _.end.fill_null(LAST_INSTANT)))
    begun = clipped.filter(_.start <= _.end, _.start <= as_of)
    return begun[["person", "level", "division", "place", "area", "start", "end", "arrive", "leave"]]


def visits() -> Table:
    """The governing visit a person and level."""
    best = governing(
        latest(table("entries"), by=["person", "level"]),
        by=["person", "level"],
        first=[ibis.desc("end"), ibis.desc("start"), _.division, _.place, _.area],
    )
    return best[["person", "level", "division", "place", "area", "start", "end"]]


def travels(policy: Policy) -> Table:
    """The governing stay outside the province that no stricter area has counted."""
    outside = table("marked").filter(is_outside(policy, _.division))
    stricter = table("entries").filter(_.level.isin(policy.derivation.travel_excludes))
    other = outside.anti_join(stricter, ["person", "division", "place", "arrive", "leave"])
    named = other.rename(start="arrive", end="leave")
    best = governing(
        latest(named, by=["person"]), by=["person"], first=[ibis.desc("end"), ibis.desc("start"), _.division, _.place]
    )
    return best[["person", "division", "place", "start", "end"]]


def cases(policy: Policy, as_of: int | IntegerValue) -> Table:
    """The cases whose contacts are sought, each with the interval in which it could infect."""
    facts = table("facts").filter(_.kind == "case", _.detail.isin(policy.derivation.exposure_of), _.start <= as_of)
    ill_on = day(_.onset.fill_null(_.start), policy.zone)
    first = first_minute(ill_on - policy.derivation.infectious_days, policy.zone)
    return facts.select(_.person, first=first.cast("int32"), last=_.start)


def islands(policy: Policy) -> Table:
    """When places were infectious: the cases' stays, shortened by the minutes that count, merged where they overlap.

    Somebody was exposed for m minutes exactly if their own stay, shortened by m, meets such an island.
    """
    minutes = policy.derivation.exposure_minutes
    ill, stays = table("cases"), table("stays")
    met = stays.join(ill, "person")
    cut = met.select(
        _.place, first=ibis.greatest(_.arrive, _.first), last=ibis.least(_.leave, _["last"]) - minutes
    ).filter(_.first <= _["last"])
    before = ibis.window(group_by="place", order_by=["first", "last"], preceding=(None, 1))
    so_far = ibis.window(group_by="place", order_by=["first", "last"], preceding=(None, 0))
    reached = cut.mutate(reach=_["last"].max().over(before))
    begun = reached.mutate(begins=ibis.ifelse(_.reach.isnull() | (_.reach < _.first), 1, 0))
    numbered = begun.mutate(island=_.begins.sum().over(so_far))
    merged = numbered.group_by("place", "island").aggregate(first=_.first.min(), last=_["last"].max())
    return merged.select(_.place, first=_.first.cast("int32"), last=_["last"].cast("int32"))


def exposures(policy: Policy) -> Table:
    """The governing close contact a person: the last common minute with a case, for people who are no such case."""
    minutes = policy.derivation.exposure_minutes
    stays, island = table("stays"), table("islands")
    shared = (
        stays.place == island.place,
        stays.arrive <= island["last"],
        stays.leave - minutes >= island.first,
        stays.leave - stays.arrive >= minutes,
    )
    met = stays.join(island, shared).select(
        stays.person,
        stays.place,
        end=(ibis.least(stays.leave - minutes, island["last"]) + minutes).cast("int32"),
    )
    others = met.anti_join(table("cases"), "person")
    return governing(others, by=["person"], first=[ibis.desc("end"), _.place])


def neighbours(as_of: int | IntegerValue) -> Table:
    """The governing case or contact on the stairwell of a person, for each of the two sources."""
    facts = table("facts").filter(_.start <= as_of, _.detail == "confirmed", _.kind.isin(("case", "contact")))
    recorded = facts.select(
        _.person,
        source=_.kind,
        anchor=ibis.ifelse(_.kind == "contact", _.end.fill_null(_.start), _.start),
    )
    derived = table("exposures").select(_.person, source=ibis.literal("contact"), anchor=_.end)
    sources = recorded.union(derived).filter(_.anchor <= as_of)
    theirs = table("homes").rename(source_person="person", since="start", till="end")
    at_home = sources.join(theirs, sources.person == theirs.source_person).filter(_lived(_.since, _.till, _.anchor))
    at_home = at_home[["source_person", "source", "anchor", "stairwell"]]
    met = table("homes").join(at_home, "stairwell")
    others = met.filter(_.person != _.source_person, _lived(_.start, _.end, _.anchor))
    named = others.select(_.person, _.source, _.stairwell, end=_.anchor.cast("int32"))
    return governing(
        latest(named, by=["person", "source"]), by=["person", "source"], first=[ibis.desc("end"), _.stairwell]
    )


def watched_areas(policy: Policy) -> Table:
    """The areas that move a colour."""
    return table("areas").filter(_.level.isin(policy.watched))


def is_outside(policy: Policy, division: IntegerColumn) -> ibis.Value:
    """True where a division lies outside the policy's province."""
    return (division < policy.derivation.province_low) | (division > policy.derivation.province_high)


def _lived(start: IntegerColumn, end: IntegerColumn, moment: IntegerColumn) -> ibis.Value:
    return (start <= moment) & (moment <= end.fill_null(LAST_INSTANT))
