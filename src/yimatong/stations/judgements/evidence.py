"""What a reason rests on, in words: a recorded fact with its source, or a derived one with its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from yimatong.core.engine.derived import Exposure, Neighbour, Travel, Visit
from yimatong.core.judgement import Reason
from yimatong.core.names import name_of
from yimatong.core.policy.model import Policy
from yimatong.core.text import Text, message as _, same
from yimatong.core.time import Zone
from yimatong.records import calendar
from yimatong.records.models import Area, Fact
from yimatong.stations.judgements import standstills
from yimatong.stations.judgements.answers import Evidence
from yimatong.stations.judgements.names import long_division_text, place_text, stairwell_text

PAGES = "default"
DerivedRow = Visit | Travel | Exposure | Neighbour


def of(reasons: Iterable[Reason], derived: Mapping[str, DerivedRow], policy: Policy, day: date) -> dict[str, Evidence]:
    """The evidence of each reason, by its text."""
    since = {reason.fact: reason.since for reason in reasons}
    facts = {text: int(text.split("/")[1]) for text in since if text not in derived}
    recorded = Fact.objects.select_related("delivery").in_bulk(facts.values())
    still = {row[0]: row for one in standstills.open_ones(PAGES) if one.table == "facts" for row in one.judged}
    found = {
        text: _recorded(text, recorded.get(number), still.get(number), since[text], policy.zone)
        for text, number in facts.items()
    }
    return found | {text: _derived(derived[text], policy, day) for text in since if text in derived}


def _recorded(text: str, fact: Fact | None, judged: list[Any] | None, since: int, zone: Zone) -> Evidence:
    """A recorded fact as it was judged; where it was edited since or is gone, who recorded it is not told by what stands there."""
    if judged is not None:
        _number, _person, kind, detail, start, end, _onset = judged
        times = (zone.datetime(start), None if end is None else zone.datetime(end))
    elif fact is not None:
        kind, detail = fact.kind, fact.detail
        times = (calendar.local(fact.start), calendar.local(fact.end) if fact.end else None)
    else:
        kind, detail = text.partition("/")[0], ""
        times = (zone.datetime(since), None)
    if judged is not None or (fact is not None and text.partition("/")[0] != fact.kind):
        fact = None
    delivery = fact.delivery if fact else None
    return Evidence(
        fact=text,
        kind=kind,
        detail=detail,
        sentence=name_of(kind, detail).begun,
        start=times[0],
        end=times[1],
        recorded=True,
        source=fact.source if fact else None,
        delivery=f"{delivery.feed} #{delivery.pk}" if delivery else None,
        delivery_number=delivery.pk if delivery else None,
        legal_basis=fact.legal_basis if fact else None,
        recorded_at=calendar.local(fact.recorded_at) if fact else None,
        struck=fact.struck if fact else False,
        division=None,
        division_name=None,
        place=None,
        place_name=None,
        still=fact is None,
    )


def _derived(row: DerivedRow, policy: Policy, day: date) -> Evidence:
    kind, detail = _kind(row)
    division = row.division if isinstance(row, Visit | Travel) else None
    place = None if isinstance(row, Neighbour) else row.place
    start = row.start if isinstance(row, Visit | Travel) else row.end
    where = stairwell_text(row.stairwell) if isinstance(row, Neighbour) else place_text(row.place)
    return Evidence(
        fact=row.evidence,
        kind=kind,
        detail=detail,
        sentence=_sentence(row, policy, where, day),
        start=policy.zone.datetime(start),
        end=policy.zone.datetime(row.end),
        recorded=False,
        source=None,
        delivery=None,
        delivery_number=None,
        legal_basis=None,
        recorded_at=None,
        struck=False,
        division=division,
        division_name=long_division_text(division, day) if division else None,
        place=place,
        place_name=where,
    )


def _kind(row: DerivedRow) -> tuple[str, str]:
    if isinstance(row, Visit):
        return "visit", row.level
    if isinstance(row, Travel):
        return "travel", "other_province"
    if isinstance(row, Exposure):
        return "exposure", "confirmed"
    return "neighbour", row.source


def _sentence(row: DerivedRow, policy: Policy, where: Text | None, day: date) -> Text:
    """One sentence: what, where, when."""
    said = policy.fact_name(*_kind(row)).begun
    if isinstance(row, Visit | Travel):
        place = _area_text(row.area, policy) if isinstance(row, Visit) else None
        place = place or long_division_text(row.division, day)
        first, last = (_instant(minute, policy.zone) for minute in (row.start, row.end))
        return _("{said}: {place}, {first} to {last}", said=said, place=place, first=first, last=last)
    moment = _instant(row.end, policy.zone)
    if where is None:
        return _("{said}: {moment}", said=said, moment=moment)
    return _("{said}: {where}, {moment}", said=said, where=where, moment=moment)


def _area_text(area: int, policy: Policy) -> Text | None:
    """What the area is called: by the policy, or by the list it came from."""
    if area in policy.area_titles:
        return policy.area_titles[area]
    found = Area.objects.filter(pk=area).values_list("division_text", "text").first()
    if found is None:
        return None
    name = found[0] if found[1] in ("", found[0]) else f"{found[0]} {found[1]}"
    return same(name)


def _instant(minute: int, zone: Zone) -> str:
    moment: datetime = zone.datetime(minute)
    return moment.strftime("%Y-%m-%d %H:%M")
