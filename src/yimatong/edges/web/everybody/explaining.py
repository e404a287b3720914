"""One person's colour, ready to be read: each reason with what ends it, and the time line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from yimatong.core import time
from yimatong.core.facts import Fact
from yimatong.core.names import name_of
from yimatong.core.policy.model import InForce, Policy
from yimatong.core.time import Zone
from yimatong.edges.web.everybody import words
from yimatong.edges.web.everybody.facts import fact_title
from yimatong.edges.web.everybody.policies import colour_word
from yimatong.edges.web.everybody.progress import Reports, Series, progress
from yimatong.records import models
from yimatong.stations.judgements.queries import Explanation, PastVerdict, ReasonExplained

POINTS = frozenset({"declaration", "test", "discharge"})
"""Kinds of fact that happen at an instant."""


@dataclass(frozen=True)
class Way:
    """One way out of a reason: what it takes, and each step with whether it is done."""

    title: str
    steps: tuple[tuple[bool, str], ...]


@dataclass(frozen=True)
class Card:
    """One reason with everything that is shown of it."""

    reason: ReasonExplained
    covered: bool
    ways: tuple[Way, ...]
    suspended_by: tuple[str, ...]


def cards(explanation: Explanation, policy: Policy, facts: Sequence[Fact]) -> list[Card]:
    """Return the reasons in the order of the explanation, those of a colour that a stricter one covers marked so."""
    if explanation.as_of is None:
        return []
    as_of = time.minute_down(explanation.as_of)
    entries = {rule.id: entry for rule, entry in policy.rules_on(policy.zone.date(as_of))}
    return [
        Card(
            reason=reason,
            covered=reason.colour != explanation.colour,
            ways=_ways(reason, entries.get(reason.rule), facts, as_of, policy.zone),
            suspended_by=tuple(
                words.in_words(name_of("permit", permit))
                for permit in (entries[reason.rule].suspended_by if reason.rule in entries else ())
            ),
        )
        for reason in explanation.reasons
    ]


def _ways(
    reason: ReasonExplained, entry: InForce | None, facts: Sequence[Fact], as_of: int, zone: Zone
) -> tuple[Way, ...]:
    if entry is None:
        return ()
    start = time.minute_up(reason.evidence.start)
    end = time.minute_down(reason.evidence.end) if reason.evidence.end else None
    found = (progress(lift, start=start, end=end, facts=facts, as_of=as_of, zone=zone) for lift in entry.lifted_by)
    return tuple(_reports(way) if isinstance(way, Reports) else _series(way, zone) for way in found)


def _series(series: Series, zone: Zone) -> Way:
    lift = series.lift
    title = _("%(count)d negative tests in a row within %(days)d days, at least %(hours)d hours apart") % {
        "count": lift.count,
        "days": lift.within_days,
        "hours": lift.min_hours,
    }
    if lift.count == 1:
        title = _("A negative test")
    if lift.holder:
        title = f"{fact_title('permit', lift.holder)} · {title}"
    steps = [
        (True, _("Negative sample %(number)d: %(when)s") % {"number": at, "when": words.instant(zone.datetime(sample))})
        for at, sample in enumerate(series.samples, start=1)
    ]
    if series.permit_missing:
        steps.append((False, _("A valid permit of this class is missing.")))
    for at in range(len(series.samples) + 1, lift.count + 1):
        said = _("Negative sample %(number)d: not yet") % {"number": at}
        if series.earliest is not None and series.latest is not None and at == len(series.samples) + 1:
            said = _("Negative sample %(number)d: not before %(earliest)s, not after %(latest)s") % {
                "number": at,
                "earliest": words.instant(zone.datetime(series.earliest)),
                "latest": words.instant(zone.datetime(series.latest)),
            }
        steps.append((False, said))
    return Way(title, tuple(steps))


def _reports(reports: Reports) -> Way:
    title = _("A declaration without symptoms on each of %(days)d days in a row") % {"days": reports.lift.days}
    said = _("%(done)d of %(days)d days so far") % {"done": reports.days, "days": reports.lift.days}
    return Way(title, ((reports.missing <= 0, said),))


def timeline(explanation: Explanation, facts: Sequence[models.Fact], zone: Zone) -> dict[str, Any] | None:
    """Return what the time line is drawn from: colours that were in force, reasons, facts; instants in minutes."""
    if explanation.as_of is None:
        return None
    counted = [fact for fact in facts if not fact.struck]
    return {
        "offset": zone.offset,
        "asOf": _minute(explanation.as_of),
        "asOfLabel": _("this verdict"),
        "nextChange": _minute(explanation.next_change) if explanation.next_change else None,
        "nextChangeLabel": _("next change"),
        "lanes": [
            lane
            for lane in (
                {"label": _("Colour in force"), "items": _colours(explanation.history)},
                {"label": _("Reasons"), "items": [_reason(reason) for reason in explanation.reasons]},
                {"label": _("Facts"), "items": [_fact(fact) for fact in counted]},
            )
            if lane["items"]
        ],
    }


def _colours(history: Sequence[PastVerdict]) -> list[dict[str, Any]]:
    """Return one bar a colour, from the first run that said it to the first that said another; the last is open."""
    oldest_first = list(reversed(history))
    pairs = zip([None, *oldest_first], oldest_first, strict=False)
    starts = [past for before, past in pairs if before is None or before.colour != past.colour]
    ends = [later.as_of for later in starts[1:]] + [None]
    return [_colour(past, end) for past, end in zip(starts, ends, strict=True)]


def _colour(past: PastVerdict, end: datetime | None) -> dict[str, Any]:
    said = words.in_words(colour_word(past.colour))
    return {
        "start": _minute(past.as_of),
        "end": _minute(end) if end else None,
        "kind": "bar",
        "colour": past.colour.value,
        "label": said,
        "text": f"{said} · {words.instant(past.as_of)}",
    }


def _reason(reason: ReasonExplained) -> dict[str, Any]:
    return {
        "start": _minute(reason.since),
        "end": _minute(reason.until),
        "kind": "bar",
        "colour": reason.colour.value,
        "label": words.in_words(reason.title),
        "text": f"{words.in_words(reason.title)} · {words.instant(reason.since)} – {words.instant(reason.until)}",
    }


def _fact(fact: models.Fact) -> dict[str, Any]:
    span = words.instant(fact.start) + (f" – {words.instant(fact.end)}" if fact.end else "")
    return {
        "start": _minute(fact.start),
        "end": _minute(fact.end) if fact.end else None,
        "kind": "point" if fact.kind in POINTS else "bar",
        "colour": "fact",
        "label": fact_title(fact.kind, fact.detail),
        "text": f"{fact_title(fact.kind, fact.detail)} · {span}",
    }


def _minute(moment: datetime) -> int:
    return time.minute_down(moment)
