"""Reads specimen people: small scenes of one or a few made-up people, and what the policy must say about them.

A scene's lines are written as they are read aloud; moments are local to the policy's zone, a bare day begins at midnight
and ends with its last minute:
    facts:  case confirmed 2020-02-16 09:00 .. 2020-02-20 10:00 onset 2020-02-10
            declaration self 2020-02-11 08:00 daily to 2020-02-24
    homes:  stairwell 7 2020-01-01 .. 2020-02-10
    stays:  place 501 in 420106001 2020-02-01 09:00 .. 2020-02-05 12:00
    areas:  key 420000 2020-01-23 .. 2020-04-07      or      specified place 501 2020-02-01
            where a level of the policy's, or a group of its own, stands first
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from yimatong.core.colour import Colour
from yimatong.core.facts import DETAILS, Area, Fact, Home, Kind, Level, Person, Stay, Town
from yimatong.core.policy.build import division_range, text
from yimatong.core.policy.document import Document, Keys
from yimatong.core.policy.model import Policy, Text
from yimatong.core.policy.problems import Problem, listed
from yimatong.core.text import message as _
from yimatong.core.time import MINUTES_A_DAY

HOME = 330203001
"""Where a specimen lives unless the scene says otherwise: a street of Haishu, Ningbo."""
MOMENTS: tuple[str, ...] = ("since", "until", "next_change")
FIRST_AREA = 900_001
"""Areas of a scene are numbered from here, away from the policy's own."""

_DAY = r"\d{4}-\d{2}-\d{2}"
_MOMENT = rf"{_DAY}(?: \d{{2}}:\d{{2}})?"
_SPAN = rf"(?P<start>{_MOMENT})(?: \.\. (?P<end>{_MOMENT}))?"
_FACT = re.compile(
    rf"(?P<kind>[a-z]+) (?P<detail>[a-z_]+) {_SPAN}(?: onset (?P<onset>{_MOMENT})| daily to (?P<to>{_DAY}))?"
)
_HOME = re.compile(rf"stairwell (?P<stairwell>\d{{1,9}}) {_SPAN}")
_STAY = re.compile(rf"place (?P<place>\d{{1,9}}) in (?P<division>\d{{9}}) {_SPAN}")
_AREA = re.compile(rf"(?P<level>[a-z_]+) (?:place (?P<place>\d{{1,9}})|(?P<division>\d{{6}}|\d{{9}})) {_SPAN}")


@dataclass(frozen=True, slots=True)
class Expected:
    """What the policy must say about one person at one instant; None in a tuple field means: not said."""

    person: int
    name: str
    at: int
    colour: Colour
    rules: tuple[str, ...]
    facts: tuple[str, ...] | None
    moments: dict[str, int | None]
    """Of `since`, `until` and `next_change` those that the scene states."""
    place: str


@dataclass(frozen=True, slots=True)
class Specimen:
    """One scene: a town of a few people and what is expected of it."""

    id: str
    title: Text
    shows: tuple[str, ...]
    town: Town
    names: dict[str, int]
    expected: tuple[Expected, ...]
    place: str


@dataclass(slots=True)
class _Scene:
    """What is collected while a scene is read."""

    document: Document
    at: Keys
    policy: Policy
    problems: list[Problem]
    people: list[Person] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    homes: list[Home] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)


class _Unfit(Exception):
    """A line of a scene that cannot be read; `why` says what is wrong."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.of("en"))
        self.why = why


def read_scenes(document: Document, policy: Policy) -> tuple[tuple[Specimen, ...], tuple[Problem, ...]]:
    """Return the specimens of one file and what is wrong with it."""
    problems: list[Problem] = []
    specimens = tuple(_scene(document, n, policy, problems) for n in range(len(document.data)))
    return specimens, tuple(problems)


def _scene(document: Document, n: int, policy: Policy, problems: list[Problem]) -> Specimen:
    data = document.data[n]
    scene = _Scene(document, (n,), policy, problems)
    names = {name: number for number, name in enumerate(data["people"], 1)}
    for name, body in data["people"].items():
        scene.people.append(Person(names[name], body.get("division", HOME)))
        for part, add in (("facts", _add_fact), ("homes", _add_home), ("stays", _add_stay)):
            _each_line(scene, ("people", name, part), body.get(part, []), add, names[name])
    _each_line(scene, ("areas",), data.get("areas", []), _add_area, 0)
    town = Town(
        people=tuple(scene.people),
        facts=tuple(scene.facts),
        homes=tuple(scene.homes),
        areas=tuple(scene.areas),
        stays=tuple(scene.stays),
    )
    return Specimen(
        id=data["id"],
        title=text(data["title"]),
        shows=tuple(data.get("shows", ())),
        town=town,
        names=names,
        expected=tuple(_expectations(scene, data["expect"], names)),
        place=document.place(n, "id"),
    )


def _each_line(
    scene: _Scene, keys: Keys, lines: list[str], add: Callable[[_Scene, int, str], None], person: int
) -> None:
    for n, line in enumerate(lines):
        try:
            add(scene, person, line)
        except _Unfit as unfit:
            scene.problems.append(_unreadable(scene, (*keys, n), line, unfit))


def _add_fact(scene: _Scene, person: int, line: str) -> None:
    found = _match(_FACT, line)
    kind = next((kind for kind in Kind if kind.value == found["kind"]), None)
    if kind is None:
        raise _Unfit(_("there is no fact `{kind}`: {known}", kind=found["kind"], known=listed(list(Kind))))
    if found["detail"] not in DETAILS[kind]:
        raise _Unfit(
            _(
                "`{kind}` has no detail `{detail}`: {known}",
                kind=kind,
                detail=found["detail"],
                known=listed(DETAILS[kind]),
            ),
        )
    start, end = _span(scene, found)
    onset = None if found["onset"] is None else _moment(scene, found["onset"])
    last = start if found["to"] is None else _moment(scene, found["to"], closes=True)
    if found["to"] is not None and (end is not None or last < start or last - start > 100 * MINUTES_A_DAY):
        raise _Unfit(_("`daily to` is for facts without an end, at most 100 days"))
    for moment in range(start, last + 1, MINUTES_A_DAY):
        scene.facts.append(Fact(len(scene.facts) + 1, person, kind, found["detail"], moment, end, onset))


def _add_home(scene: _Scene, person: int, line: str) -> None:
    found = _match(_HOME, line)
    scene.homes.append(Home(person, int(found["stairwell"]), *_span(scene, found)))


def _add_stay(scene: _Scene, person: int, line: str) -> None:
    found = _match(_STAY, line)
    start, end = _span(scene, found)
    if end is None:
        raise _Unfit(_("a stay needs the moment of leaving ( .. )"))
    scene.stays.append(Stay(person, int(found["place"]), int(found["division"]), start, end))


def _add_area(scene: _Scene, _person: int, line: str) -> None:
    found = _match(_AREA, line)
    level, known = found["level"], (*Level, *scene.policy.area_groups)
    if level not in known:
        raise _Unfit(_("there is no level or group `{level}`: {known}", level=level, known=listed(known)))
    low, high = (0, 0) if found["division"] is None else division_range(int(found["division"]))
    place = None if found["place"] is None else int(found["place"])
    scene.areas.append(Area(FIRST_AREA + len(scene.areas), level, low, high, place, *_span(scene, found)))


def _expectations(scene: _Scene, entries: list[dict[str, Any]], names: dict[str, int]) -> Iterator[Expected]:
    for n, entry in enumerate(entries):
        keys: Keys = (*scene.at, "expect", n)
        if entry["person"] not in names:
            scene.problems.append(
                scene.document.problem(
                    (*keys, "person"), "unknown-person",
                    _("There is no `{person}` in this scene.", person=entry["person"]),
                    _("One of: {known}.", known=listed(list(names))),
                )
            )  # fmt: skip
            continue
        try:
            yield _expected(scene, keys, entry, names[entry["person"]])
        except _Unfit as unfit:
            scene.problems.append(_unreadable(scene, ("expect", n), entry["at"], unfit))


def _expected(scene: _Scene, keys: Keys, entry: dict[str, Any], person: int) -> Expected:
    moments: dict[str, int | None] = {
        name: None if entry[name] == "none" else _moment(scene, entry[name]) for name in MOMENTS if name in entry
    }
    return Expected(
        person=person,
        name=entry["person"],
        at=_moment(scene, entry["at"]),
        colour=Colour(entry["colour"]),
        rules=tuple(sorted(entry["rules"])),
        facts=tuple(sorted(entry["facts"])) if "facts" in entry else None,
        moments=moments,
        place=scene.document.place(*keys),
    )


def _match(form: re.Pattern[str], line: str) -> dict[str, Any]:
    found = form.fullmatch(" ".join(line.split()))
    if found is None:
        raise _Unfit(_("this line is not of the known form"))
    return found.groupdict()


def _span(scene: _Scene, found: dict[str, Any]) -> tuple[int, int | None]:
    start = _moment(scene, found["start"])
    end = None if found["end"] is None else _moment(scene, found["end"], closes=True)
    if end is not None and end < start:
        raise _Unfit(_("it ends before it begins"))
    return start, end


def _moment(scene: _Scene, written: str, *, closes: bool = False) -> int:
    """The instant of a written moment; a bare day is its first minute, or its last where it closes a span."""
    try:
        if len(written) > 10:
            local = datetime.strptime(written, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
            return int(local.timestamp()) // 60 - scene.policy.zone.offset
        day = (date.fromisoformat(written) - date(1970, 1, 1)) // timedelta(days=1)
    except ValueError:
        raise _Unfit(_("`{written}` is no moment", written=written)) from None
    return scene.policy.zone.last_minute(day) if closes else scene.policy.zone.first_minute(day)


def _unreadable(scene: _Scene, keys: Keys, line: str, unfit: _Unfit) -> Problem:
    return scene.document.problem(
        (*scene.at, *keys), "unreadable-line", _("Cannot read `{line}`: {why}.", line=line, why=unfit.why),
        _("Write it as docs/reference/policy-format.md shows; a moment looks like 2020-02-16 09:00."),
    )  # fmt: skip
