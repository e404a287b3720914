"""Taking a list: resolved by names, compared with what is open, started and ended at its instant, all in one transaction."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
from django.db import connection, transaction

from yimatong.edges.feeds import files
from yimatong.edges.feeds.errors import FeedError, refusal
from yimatong.edges.feeds.risk_areas import levels, lists, names, rates
from yimatong.edges.feeds.risk_areas.lists import Entry, Snapshot
from yimatong.edges.feeds.risk_areas.rates import Resolution, Shares
from yimatong.edges.feeds.risk_areas.resolving import CORPS_IS_IN, CORPS_NAME, Resolved, Unresolved, resolve
from yimatong.records import calendar
from yimatong.records.actions import deliveries, risk_areas
from yimatong.records.actions.areas import key_of
from yimatong.records.actions.deliveries import Stamp
from yimatong.records.actions.intake import HeldBack
from yimatong.records.actions.risk_areas import LISTED_ROWS, SnapshotTaken
from yimatong.records.models import Delivery, Official

FEED = "risk-areas"
SOURCE = "国务院客户端疫情风险等级查询"
PROBLEM = {"province": "place-province-unknown", "county": "place-county-unknown", "street": "place-street-unknown"}
LONGEST_NAME = 380
VALID = """
    SELECT code, name, level, parent FROM divisions
    WHERE valid_from <= %(day)s AND (valid_to IS NULL OR valid_to >= %(day)s)
        AND level <> 'village' AND (level <> 'street' OR code / 10000000000 = ANY(%(streets_of)s))
    ORDER BY code, valid_from
"""
VILLAGES = """
    SELECT code, name, parent FROM divisions
    WHERE level = 'village' AND parent IS NOT NULL AND valid_from <= %(day)s AND (valid_to IS NULL OR valid_to >= %(day)s)
        AND (code / 1000000 = ANY(%(counties)s) OR code / 100000000 = ANY(%(cities)s))
    ORDER BY code, valid_from
"""


@dataclass(frozen=True, slots=True)
class ListOutcome:
    """What became of a list. rows = taken + unchanged + held texts; `started` and `ended` count areas.

    `resolved` counts texts by how they were resolved (resolving.How); `claimed` is what the list says it holds; `shares`
    says how much was resolved (rates.py). With `again` this very file was taken before.
    """

    delivery: int
    again: bool
    instant: datetime | None
    rows: int
    taken: int
    unchanged: int
    held: int
    started: int = 0
    ended: int = 0
    resolved: tuple[tuple[str, int], ...] = ()
    claimed: tuple[tuple[str, int], ...] = ()
    shares: Shares | None = None


def take_list(path: Path, *, by: Official, legal_basis: str, source: str = SOURCE) -> ListOutcome:
    """Take one official risk-area list. Lists are taken in their order; `snapshot-older` where a later one was taken.

    Texts that can't be resolved are held, never guessed, and are reported with the rest of the holding area.
    """
    stamp = files.stamp(path)
    try:
        files.form_of(path, ("json",))
        snapshot = lists.read(path, calendar.zone())
        return _take(snapshot, stamp, by=by, legal_basis=legal_basis, source=source, place=path.name)
    except FeedError as error:
        deliveries.refuse(by=by, feed=FEED, stamp=stamp, source=source, legal_basis=legal_basis, code=error.code)
        raise


@transaction.atomic
def _take(snapshot: Snapshot, stamp: Stamp, *, by: Official, legal_basis: str, source: str, place: str) -> ListOutcome:
    delivery, fresh = deliveries.open_delivery(by=by, feed=FEED, stamp=stamp, source=source, legal_basis=legal_basis)
    if not fresh:
        return _outcome(delivery, again=True)
    latest = risk_areas.latest_instant(source=source)
    if latest is not None and snapshot.instant <= latest:
        raise refusal(
            "snapshot-older",
            place=place,
            instant=f"{snapshot.instant:%F %H:%M}",
            latest=f"{calendar.local(latest):%F %H:%M}",
        )
    day = snapshot.instant.date()
    resolved = resolve_on(day, snapshot.entries, place=place)
    rows = listed_rows(resolved.items, day)
    taken = risk_areas.take_snapshot(delivery=delivery, instant=snapshot.instant, rows=rows)
    held = deliveries.keep_held(delivery=delivery, held=_held(resolved.items))
    deliveries.close(delivery=delivery, rows=len(snapshot.entries), taken=taken.counts, held=held)
    return _outcome(delivery, taken=taken, snapshot=snapshot, resolved=resolved)


@dataclass(frozen=True, slots=True)
class Answers:
    """Every entry with what it means, and the names that it was resolved with."""

    items: tuple[Resolution, ...]
    known: names.Names


def resolve_on(day: date, entries: Iterable[Entry], *, place: str = "") -> Answers:
    """Every entry with what it means on a day; `divisions-missing` where there are no names to resolve with.

    Villages are many and seldom needed: only those of the counties and cities where a text names no street are looked into.
    """
    listed = list(entries)
    above = names_on(day).provinces
    if not above:
        raise refusal("divisions-missing", place=place)
    provinces = {
        above.get(CORPS_IS_IN if entry.province == CORPS_NAME else entry.province, 0) // 10**10 for entry in listed
    }
    known = names_on(day, streets_of=provinces)
    first = [(entry, resolve(entry, known)) for entry in listed]
    open_in = [_to_look_into(entry, answer, known) for entry, answer in first]
    if within := {division for division in open_in if division is not None}:
        _add_villages(known, day, within)
    second = (
        (entry, answer) if division is None else (entry, resolve(entry, known))
        for (entry, answer), division in zip(first, open_in, strict=True)
    )
    return Answers(tuple(second), known)


def _to_look_into(entry: Entry, answer: list[Resolved] | Unresolved, known: names.Names) -> int | None:
    """The county (six digits) or city (four) whose villages may tell the street of an entry; None where nothing is left to tell."""
    if isinstance(answer, list):
        low, how = answer[0].low, answer[0].how
        return {"street": None, "ending": None, "county": low // 1_000}.get(how, low // 100_000)
    city = known.cities.get((known.provinces.get(entry.province, 0), entry.city))
    return None if city is None else city // 10**8


def names_on(day: date, *, streets_of: Iterable[int] = ()) -> names.Names:
    """The names of divisions on a day, from the records, without villages; streets of these provinces (two digits) only."""
    with connection.cursor() as cursor:
        cursor.execute(VALID, {"day": day, "streets_of": sorted(streets_of)})
        return names.of(cursor.fetchall())


def _add_villages(known: names.Names, day: date, within: Iterable[int]) -> None:
    """Add the villages of counties (six digits) and whole cities (four digits) to the names of a day."""
    cities = {division for division in within if division < 10**4}
    counties = {division for division in within if division >= 10**4}
    with connection.cursor() as cursor:
        cursor.execute(VILLAGES, {"day": day, "cities": sorted(cities), "counties": sorted(counties)})
        for code, name, street in cursor.fetchall():
            known.add_village(name, street, of_a_city=code // 10**8 in cities)


def listed_rows(resolved: Iterable[Resolution], day: date) -> pa.Table:
    """The areas of the resolved entries in the shape that the records take."""
    ours = levels.on(day)
    rows = [
        {
            "row": entry.row,
            "key": key_of(entry.level, entry.province, entry.city, entry.county, entry.text, area.low, area.place),
            "level": ours[entry.level].value,
            "listed_level": entry.level,
            "scope": area.scope,
            "low": area.low,
            "high": area.high,
            "place": None if area.place is None else short_name(area.place),
            "division_text": " ".join((entry.province, entry.city, entry.county)),
            "text": entry.text,
            "resolved_by": area.how,
        }
        for entry, areas in resolved
        if isinstance(areas, list)
        for area in areas
    ]
    return pa.Table.from_pylist(rows, schema=LISTED_ROWS)


def short_name(place: str) -> str:
    """A place's name as the gazetteer can hold it; a longer one ends with a mark of its whole text."""
    return place if len(place) <= LONGEST_NAME else f"{place[:LONGEST_NAME]}…{key_of(place)[:8]}"


def _held(resolved: Iterable[Resolution]) -> Iterator[tuple[int, list[HeldBack], str]]:
    for entry, answer in resolved:
        if isinstance(answer, Unresolved):
            words = [entry.level, entry.province, entry.city, entry.county, entry.text]
            problem = HeldBack(entry.row, "communitys" if answer.why == "street" else answer.why, PROBLEM[answer.why])
            yield entry.row, [problem], json.dumps(words, ensure_ascii=False)


def _outcome(
    delivery: Delivery,
    *,
    again: bool = False,
    taken: SnapshotTaken | None = None,
    snapshot: Snapshot | None = None,
    resolved: Answers | None = None,
) -> ListOutcome:
    answers = resolved.items if resolved else ()
    how = Counter(answer[0].how if isinstance(answer, list) else f"open:{answer.why}" for _, answer in answers)
    return ListOutcome(
        delivery=delivery.pk,
        again=again,
        instant=snapshot.instant if snapshot else None,
        rows=delivery.rows,
        taken=delivery.taken,
        unchanged=delivery.unchanged,
        held=delivery.held,
        started=taken.started if taken else 0,
        ended=taken.ended if taken else 0,
        resolved=tuple(sorted(how.items())),
        claimed=tuple(snapshot.claimed.items()) if snapshot else (),
        shares=rates.shares(resolved.items, resolved.known) if resolved else None,
    )
