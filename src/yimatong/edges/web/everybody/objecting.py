"""Objections in words: the disputed fact, where it comes from, where the objection was made, how it stands."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from yimatong.core.names import RECORDS
from yimatong.core.policy.model import Text
from yimatong.edges.web.everybody.divisions import division_in_words
from yimatong.edges.web.everybody.facts import fact_title
from yimatong.edges.web.everybody.policies import policy_in_force
from yimatong.edges.web.everybody.titles import feed_title
from yimatong.edges.web.everybody.words import in_words, instant
from yimatong.records.models import Fact, Home, Stay
from yimatong.stations.appeals.models import Dispute
from yimatong.stations.appeals.objections import Behind, Standing

STATES: dict[str, Promise] = {
    "late": gettext_lazy("late"),
    "waiting": gettext_lazy("waits"),
    "corrected": gettext_lazy("fact corrected"),
    "stands": gettext_lazy("fact stands"),
}
TONES = {"late": "is-bad", "waiting": "is-wait", "corrected": "is-on", "stands": "is-on"}
SOURCES: dict[str, Promise] = {
    "declaration": gettext_lazy("the person's own declaration"),
    "check-in": gettext_lazy("the person's own health report"),
}
DERIVED = {"travel": "other_province", "exposure": "confirmed"}
"""What a derived fact is called whose evidence does not say its detail."""


def fact_in_words(dispute: Dispute) -> str:
    """The disputed fact, without a place or a time: `Confirmed case`."""
    return fact_title(*_fact(dispute))


def fact_key(dispute: Dispute) -> str:
    """The same as an address says it: `case-confirmed`."""
    return "-".join(_fact(dispute))


def _fact(dispute: Dispute) -> tuple[str, str]:
    if dispute.fact is not None:
        return dispute.fact.kind, dispute.fact.detail
    kind, detail, *_rest = dispute.evidence.split("/")
    return kind, DERIVED.get(kind, detail)


def rule_in_words(dispute: Dispute) -> str:
    """The rule that rested on it, as the policy in force calls it; its id where that has no such rule."""
    titles: dict[str, Text] = {rule.id: rule.title for rule in policy_in_force().rules}
    found = titles.get(dispute.rule)
    return in_words(found) if found else dispute.rule


def source_in_words(dispute: Dispute) -> str:
    """Who told the fact: a delivery, the person, an office; or that it was found by comparing."""
    return record_source(dispute.fact) if dispute.fact is not None else _("found by comparing stays, cases and homes")


def record_source(record: Fact | Stay | Home) -> str:
    """Who told a record."""
    if record.delivery is not None:
        return f"{feed_title(record.delivery.feed)} #{record.delivery_id}"
    return str(SOURCES.get(record.source.split(":")[0], record.source))


def made_at(dispute: Dispute) -> str:
    """Where somebody objected."""
    return dispute.point.title if dispute.point is not None else _("their own page")


def told(person_said: tuple[Standing, ...]) -> list[dict[str, object]]:
    """A person's objections for their own page and the desk: the fact, when, how it stands, what was answered."""
    return [
        {
            "row": one.dispute,
            "fact": fact_in_words(one.dispute),
            "state": one.state,
            "title": STATES[one.state],
            "due": one.due,
            "at": one.outcome.at if one.outcome else None,
            "answer": one.answer,
        }
        for one in person_said
    ]


def behind_in_words(one: Behind) -> str:
    """A record that can be struck: what, from when to when, where, who told it."""
    record = one.record
    if isinstance(record, Fact):
        what, start, end = fact_title(record.kind, record.detail), record.start, record.end
    elif isinstance(record, Stay):
        where = " ".join(filter(None, (division_in_words(record.division), record.place.name)))
        what, start, end = _at("stays", where), record.arrive, record.leave
    else:
        where = f"{record.stairwell.building.name} {record.stairwell.name}"
        what, start, end = _at("homes", where), record.start, record.end
    span = instant(start) + (f" – {instant(end)}" if end else "")
    return f"{what} · {span} · {record_source(record)}"


def _at(table: str, where: str) -> str:
    return _("%(kind)s: %(detail)s") % {"kind": in_words(RECORDS[table].begun), "detail": where}
