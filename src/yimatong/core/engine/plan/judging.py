"""Rules meet facts, for everybody at once: instances, what undoes them, reasons, verdicts."""

from __future__ import annotations

import ibis
from ibis import _
from ibis.expr.types import IntegerValue, Table

from yimatong.core.colour import SEVERITY, Colour
from yimatong.core.engine.plan.lifting import series
from yimatong.core.engine.plan.policy_tables import PolicyTables
from yimatong.core.engine.plan.tables import day, governing, last_minute, table
from yimatong.core.facts import DISCHARGED_FROM, GROUNDS, Kind
from yimatong.core.policy.model import Policy
from yimatong.core.time import LAST_INSTANT

SEVERITY_RED, SEVERITY_YELLOW = SEVERITY[Colour.RED], SEVERITY[Colour.YELLOW]


def instances(policy: Policy, as_of: int | IntegerValue) -> Table:
    """Every meeting of a rule in force and a ground that has begun and not yet lapsed."""
    ground, rule = _grounds(as_of), table("rules")
    met = ground.join(rule, ["fact", "detail"])
    last = met.end.fill_null(met.start)
    anchor = ibis.ifelse(met.from_end == 1, last, met.start)
    by_days = last_minute(day(anchor, policy.zone) + met.days, policy.zone)
    until = ibis.ifelse((met.or_fact_end == 1) & met.end.notnull(), met.end, by_days)
    lasting = met.select("person", "rule", "severity", "evidence", "start", last=last, until=until.cast("int32"))
    return lasting.filter(_.start <= as_of, _.until >= as_of)


def reasons(policy: Policy, policy_rows: PolicyTables, as_of: int | IntegerValue) -> Table:
    """One reason a person and rule: its governing instance among those neither lifted nor suspended."""
    found = table("instances")
    key = ["person", "rule", "evidence"]
    held = found.anti_join(_suspended(as_of), ["person", "rule"])
    lifted = _lifted(policy, policy_rows, as_of)
    if lifted is not None:
        held = held.anti_join(lifted, key)
    best = governing(held, by=["person", "rule"], first=[ibis.desc("until"), ibis.desc("start"), _.evidence])
    return best.select(_.person, _.rule, colour=_colour(best.severity), fact=_.evidence, since=_.start, until=_.until)


def remarkable(as_of: int | IntegerValue) -> Table:
    """One row for everybody who has a reason, a change ahead or no declaration: few, so that the join over all stays light."""
    ahead, decided, undeclared = _next_changes(as_of), _decided(), _undeclared(as_of)
    everyone = decided[["person"]].union(ahead[["person"]], undeclared[["person"]], distinct=True)
    joined = everyone.left_join(decided, "person").drop("person_right")
    joined = joined.left_join(ahead, "person").drop("person_right")
    joined = joined.left_join(undeclared, "person").drop("person_right")
    by_reason = ibis.ifelse(_.worst == SEVERITY_RED, "red", "yellow")
    earned = ibis.ifelse(_.worst.notnull(), by_reason, "green")
    has_code = _.undeclared.isnull()
    return joined.select(
        _.person,
        colour=ibis.ifelse(has_code, earned, "unknown"),
        rules=_.rules,
        facts=_.facts,
        since=ibis.ifelse(has_code, _.since, ibis.null("int32")),
        until=ibis.ifelse(has_code, _.until, ibis.null("int32")),
        next_change=_.next_change,
    )


def verdicts() -> Table:
    """Everybody's verdict, one row a person: of whom there is nothing to remark, the person is green."""
    people = table("people")[["person"]]
    judged = people.left_join(table("remarkable"), "person").drop("person_right")
    return judged.mutate(colour=_.colour.fill_null("green"), rules=_.rules.fill_null(""), facts=_.facts.fill_null(""))


def _grounds(as_of: int | IntegerValue) -> Table:
    """Recorded and derived facts in the one shape that rules look at."""
    visit, travel = table("visits"), table("travels")
    exposure, neighbour = table("exposures"), table("neighbours")
    visited = _path("visit", visit.level, visit.division, visit.place, at=visit.start)
    travelled = _path("travel", travel.division, travel.place, at=travel.start)
    exposed = _path("exposure", exposure.place, at=exposure.end)
    nearby = _path("neighbour", neighbour.source, neighbour.stairwell, at=neighbour.end)
    return _recorded(as_of).union(
        _ground(visit, "visit", visit.level, visit.start, visited),
        _ground(travel, "travel", ibis.literal("other_province"), travel.start, travelled),
        _ground(exposure, "exposure", ibis.literal("confirmed"), exposure.end, exposed),
        _ground(neighbour, "neighbour", neighbour.source, neighbour.end, nearby),
    )


def _recorded(as_of: int | IntegerValue) -> Table:
    """Known facts that rules can look at, a case or an order ended by its discharge where that came first."""
    known = table("facts").filter(_.start <= as_of)
    facts = known.filter(_.kind.isin([kind.value for kind in GROUNDS]))
    discharges = known.filter(_.kind == Kind.DISCHARGE.value).select(
        discharged=_.person,
        ends=_.detail.cases(*((place, kind.value) for kind, place in DISCHARGED_FROM.items())),
        at_minute=_.start,
    )
    ended = (
        facts.kind == discharges.ends,
        facts.person == discharges.discharged,
        facts.start <= discharges.at_minute,
    )
    key = ["person", "kind", "detail", "start", "end", "fact"]
    joined = facts.left_join(discharges, ended).group_by(key).aggregate(discharged_at=_.at_minute.min())
    end = ibis.least(joined.end.fill_null(LAST_INSTANT), joined.discharged_at.fill_null(LAST_INSTANT))
    return joined.select(
        _.person,
        fact=_.kind,
        detail=_.detail,
        start=_.start,
        end=end.nullif(LAST_INSTANT),
        evidence=_.kind + "/" + _.fact.cast("string"),
    )


def _ground(rows: Table, kind: str, detail: ibis.Value, start: ibis.Value, evidence: ibis.Value) -> Table:
    return rows.select(
        rows.person, fact=ibis.literal(kind), detail=detail, start=start, end=rows.end, evidence=evidence
    )


def _path(kind: str, *parts: ibis.Value, at: ibis.Value) -> ibis.Value:
    """The name of a derived fact: kind/part/part@minute."""
    text = ibis.literal(kind)
    for part in parts:
        text = text + "/" + part.cast("string")
    return text + "@" + at.cast("string")


def _suspended(as_of: int | IntegerValue) -> Table:
    """Which rules do not hold for whom, because of a valid permit."""
    return _valid_permits(as_of).join(table("suspensions"), "permit")[["person", "rule"]].distinct()


def _valid_permits(as_of: int | IntegerValue) -> Table:
    facts = table("facts")
    permits = facts.filter(_.kind == Kind.PERMIT.value, _.start <= as_of, _.end.fill_null(LAST_INSTANT) >= as_of)
    return permits.select(_.person, permit=_.detail).distinct()


def _lifted(policy: Policy, policy_rows: PolicyTables, as_of: int | IntegerValue) -> Table | None:
    """The instances that tests or daily reports have lifted; None where no rule in force can be lifted."""
    if not policy_rows.series:
        return None
    found, lift = table("instances"), table("lifts")
    liftable = found.join(lift, "rule")
    earned = series(policy.zone, policy_rows.series, liftable[["person"]].distinct(), as_of)
    open_to = liftable.mutate(anchor=ibis.ifelse(_.from_end == 1, _["last"], _.start))
    met = open_to.join(earned, ["person", "series"]).filter(_.first >= _.anchor)
    anyone = met.filter(_.holder.isnull())
    permits = _valid_permits(as_of)
    holders = met.semi_join(permits, [met.person == permits.person, met.holder == permits.permit])
    key = ["person", "rule", "evidence"]
    return anyone[key].union(holders[key], distinct=True)


def _undeclared(as_of: int | IntegerValue) -> Table:
    declared = table("facts").filter(_.kind == Kind.DECLARATION.value, _.start <= as_of)
    return table("people").anti_join(declared, "person").select(_.person, undeclared=ibis.literal(1, "int32"))


def _decided() -> Table:
    """A row a person who has a reason: the worst colour's severity, its since and until, every rule and fact."""
    found = table("reasons")
    graded = found.mutate(severity=ibis.ifelse(_.colour == "red", SEVERITY_RED, SEVERITY_YELLOW))
    worst = graded.group_by("person").mutate(worst=_.severity.max())
    deciding = _.severity == _.worst
    return worst.group_by("person").aggregate(
        worst=_.severity.max(),
        since=ibis.ifelse(deciding, _.since, ibis.null("int32")).min(),
        until=ibis.ifelse(deciding, _.until, ibis.null("int32")).max(),
        rules=_.rule.collect(distinct=True).sort().join(","),
        facts=_.fact.collect(distinct=True).sort().join(","),
    )


def _next_changes(as_of: int | IntegerValue) -> Table:
    """The first start, lapse or end of a permit ahead, for everybody who has one in sight."""
    facts = table("facts")
    starts = facts.filter(_.start > as_of).select(_.person, next_change=_.start)
    lapses = table("instances").select(_.person, next_change=(_.until + 1).cast("int32"))
    permits = facts.filter(_.kind == Kind.PERMIT.value, _.end >= as_of)
    expiries = permits.select(_.person, next_change=(_.end + 1).cast("int32"))
    ahead = starts.union(lapses, expiries)
    return ahead.group_by("person").aggregate(next_change=_.next_change.min())


def _colour(severity: IntegerValue) -> ibis.Value:
    return ibis.ifelse(severity == SEVERITY_RED, "red", "yellow")
