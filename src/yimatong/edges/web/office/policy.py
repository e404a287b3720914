"""The policy in force, all of it, in the order of the announcement: what the office goes by, and what it answers for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from yimatong.core.colour import Colour
from yimatong.core.facts import Derived
from yimatong.core.names import KINDS, name_of
from yimatong.core.policy.model import (
    DailyReports,
    InForce,
    Instrument,
    Lasts,
    Lift,
    NegativeTests,
    Policy,
    Rule,
    Section,
)
from yimatong.edges.web.everybody.facts import fact_title
from yimatong.edges.web.everybody.policies import installed_policy, policy_in_force
from yimatong.edges.web.everybody.words import in_words
from yimatong.edges.web.official import access
from yimatong.edges.web.official.frame import show
from yimatong.records import calendar, policies
from yimatong.stations.judgements import queries


@dataclass(frozen=True)
class Clause:
    """A rule on a day, with the text it rests on."""

    rule: Rule
    entry: InForce
    instrument: Instrument
    quotation: str
    grounds: tuple[str, ...]
    lasts: str
    lifts: tuple[str, ...]
    suspended_by: tuple[str, ...]


@dataclass(frozen=True)
class Heading:
    """A heading of the policy: the rules that it promises, in full, and those that it speaks of, by name."""

    section: Section
    clauses: tuple[Clause, ...]
    named: tuple[Clause, ...]


@access.page(access.ANYBODY)
def policy(request: HttpRequest) -> HttpResponse:
    """Show the policy in force, since when it is, and its rules on a day: that of the verdicts in force unless another is asked for."""
    shown, enforced, run = installed_policy(), policies.newest(), queries.overview().run
    day = asked_day(request.GET.get("day", ""), shown, calendar.day(run.as_of) if run else calendar.today())
    clauses = tuple(_clause(rule, entry, shown) for rule, entry in shown.rules_on(day))
    context = {
        "policy": shown,
        "enforced": enforced,
        "others_judged": policy_in_force().digest != shown.digest,
        "day": day,
        "in_force": shown.first <= day <= shown.last,
        "headings": [_heading(section, clauses) for section in shown.sections],
        "rules": len(clauses),
        "instruments": list(shown.instruments.values()),
        "colours": list(Colour),
        "derived": {kind.value: KINDS[kind].begun for kind in Derived},
    }
    return show(request, "web/policy.html", context)


def asked_day(given: str, policy: Policy, usual: date) -> date:
    """Return the day that is asked for, else the usual one; a policy that is over (not begun) is shown on its last (first) day."""
    try:
        asked = parse_date(given)
    except ValueError:
        asked = None
    return asked or min(max(usual, policy.first), policy.last)


def _clause(rule: Rule, entry: InForce, policy: Policy) -> Clause:
    instrument = policy.instruments[entry.reference.instrument]
    return Clause(
        rule=rule,
        entry=entry,
        instrument=instrument,
        quotation=instrument.clauses.get(entry.reference.clause, entry.reference.clause),
        grounds=tuple(in_words(name_of(when.fact, detail)) for when in rule.when for detail in when.details),
        lasts=lasting(entry.lasts),
        lifts=tuple(lifting(lift) for lift in entry.lifted_by),
        suspended_by=tuple(in_words(name_of("permit", permit)) for permit in entry.suspended_by),
    )


def lasting(lasts: Lasts) -> str:
    """Return how long a reason lasts, in a sentence."""
    if lasts.counted_from == "start":
        said = _("to the end of day %(days)d after the day on which the fact began (that day is day 0)")
    else:
        said = _("to the end of day %(days)d after the day on which the fact ended (that day is day 0)")
    sentence = said % {"days": lasts.days}
    if not lasts.or_fact_end:
        return sentence
    return _("%(sentence)s; a fact with an end of its own ends it at that minute") % {"sentence": sentence}


def lifting(lift: Lift) -> str:
    """Return what lifts a reason, in a sentence."""
    if isinstance(lift, DailyReports):
        return _("A declaration without symptoms on each of %(days)d days in a row") % {"days": lift.days}
    said = _("%(count)d negative tests in a row within %(days)d days, at least %(hours)d hours apart") % {
        "count": lift.count,
        "days": lift.within_days,
        "hours": lift.min_hours,
    }
    if lift.count == 1:
        said = _("A negative test")
    return f"{fact_title('permit', lift.holder)} · {said}" if lift.holder else said


def _heading(section: Section, clauses: tuple[Clause, ...]) -> Heading:
    """Return a heading with its rules; under the ways out they are named with what lifts them."""
    red = [clause for clause in clauses if clause.rule.colour == Colour.RED]
    yellow = [clause for clause in clauses if clause.rule.colour == Colour.YELLOW]
    listed = {
        "tests_red": [clause for clause in red if _for_everybody(clause)],
        "tests_yellow": [clause for clause in yellow if _for_everybody(clause)],
        "holders": [clause for clause in clauses if _for_holders(clause)],
        "permits": [clause for clause in clauses if clause.suspended_by],
        "reports": [clause for clause in clauses if any(isinstance(lift, DailyReports) for lift in clause.entry.lifted_by)],
    }  # fmt: skip
    own = tuple(clause for clause in clauses if clause.rule.requirement == section.id)
    return Heading(section, own, tuple(listed.get(section.lists, ())))


def _for_everybody(clause: Clause) -> bool:
    """Whether some series of tests lifts the rule for everybody."""
    return any(isinstance(lift, NegativeTests) and lift.holder is None for lift in clause.entry.lifted_by)


def _for_holders(clause: Clause) -> bool:
    """Whether some series of tests lifts the rule for the holders of a permit."""
    return any(isinstance(lift, NegativeTests) and lift.holder is not None for lift in clause.entry.lifted_by)
