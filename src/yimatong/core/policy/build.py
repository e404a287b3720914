"""Turns well-shaped documents into the model; says nothing about whether they make sense together (check.py does)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from yimatong.core.colour import Colour
from yimatong.core.facts import Area
from yimatong.core.policy.document import Document
from yimatong.core.policy.model import (
    AreaGround,
    DailyReports,
    Derivation,
    Disposition,
    DispositionKind,
    InForce,
    Instrument,
    Lasts,
    Lift,
    NegativeTests,
    Phase,
    Reference,
    Rule,
    Section,
    Swatch,
    When,
)
from yimatong.core.text import Text, given
from yimatong.core.time import Zone, day_of


def text(data: dict[str, str]) -> Text:
    """A text in every language that the policy gives it in."""
    return given(data)


def day(data: str) -> date:
    """A day of the calendar, already checked by the schema."""
    return date.fromisoformat(data)


def division_range(code: int) -> tuple[int, int]:
    """The lowest and highest 9-digit division that a code covers.

    Six digits name a province (330000), a city (330200) or a county (330203); nine digits name one street.
    """
    if code > 999_999:
        return code, code
    width = 10_000 if code % 10_000 == 0 else 100 if code % 100 == 0 else 1
    return code * 1000, (code + width) * 1000 - 1


def build_rule(document: Document) -> Rule:
    """A rule from its file."""
    data = document.data
    return Rule(
        id=data["id"],
        requirement=data["requirement"],
        order=data["order"],
        title=text(data["title"]),
        colour=Colour(data["colour"]),
        when=tuple(When(fact, tuple(details)) for entry in data["when"] for fact, details in entry.items()),
        in_force=tuple(sorted(map(build_in_force, data["in_force"]), key=lambda entry: entry.first)),
        because=text(data["because"]),
        what_ends_it=text(data["what_ends_it"]),
        disposition=Disposition(data["disposition"]["in_city"], data["disposition"]["away"]),
        reading=text(data["reading"]),
        not_modelled=text(data["not_modelled"]) if "not_modelled" in data else None,
        reviewed_on=day(data["reviewed_on"]),
        source=document.place("id"),
    )


def build_in_force(data: dict[str, Any]) -> InForce:
    """The values of a rule between two days."""
    lasts = data["lasts"]
    return InForce(
        first=day(data["first"]),
        last=day(data["last"]),
        lasts=Lasts(lasts["days"], lasts["counted_from"], lasts["or_fact_end"]),
        lifted_by=tuple(map(build_lift, data["lifted_by"])),
        suspended_by=tuple(data["suspended_by"]),
        reference=build_reference(data["reference"]),
    )


def build_lift(data: dict[str, Any]) -> Lift:
    """What lifts a reason: negative tests or daily reports."""
    if "daily_reports" in data:
        reports = data["daily_reports"]
        return DailyReports(reports["days"], reports["after"])
    tests = data["negative_tests"]
    return NegativeTests(tests["count"], tests["within_days"], tests["min_hours"], tests["after"], tests.get("holder"))


def build_reference(data: dict[str, str]) -> Reference:
    """Where the law says so."""
    return Reference(data["instrument"], data["clause"])


def build_derivation(data: dict[str, Any]) -> Derivation:
    """The numbers that the engine derives with."""
    low, high = division_range(data["province"])
    return Derivation(
        exposure_minutes=data["exposure_minutes"],
        exposure_of=tuple(data["exposure_of"]),
        infectious_days=data["infectious_days"],
        province_low=low,
        province_high=high,
        travel_excludes=tuple(data["travel_excludes"]),
    )


def build_palette(data: dict[str, Any]) -> dict[Colour, Swatch]:
    """How the four answers are shown."""
    return {Colour(name): Swatch(swatch["hex"], swatch["shape"], text(swatch["word"])) for name, swatch in data.items()}


def build_instruments(data: dict[str, Any]) -> dict[str, Instrument]:
    """The legal texts by id."""
    return {
        name: Instrument(
            id=name,
            title=text(body["title"]),
            issued_by=text(body["issued_by"]),
            issued_on=day(body["issued_on"]),
            number=body.get("number"),
            source=body["source"],
            clauses=dict(body["clauses"]),
        )
        for name, body in data.items()
    }


def build_dispositions(data: dict[str, Any]) -> dict[str, DispositionKind]:
    """The dispositions by id."""
    return {name: DispositionKind(name, text(body["title"]), body["days"]) for name, body in data.items()}


def build_areas(data: list[dict[str, Any]], zone: Zone) -> tuple[Area, ...]:
    """The risk areas, once for their level and once for each group, from the first minute of the first day to the last of the last."""
    areas: list[Area] = []
    for entry in data:
        low, high = division_range(entry["division"])
        start, end = zone.first_minute(day_of(day(entry["first"]))), zone.last_minute(day_of(day(entry["last"])))
        levels = [entry["level"]] if "level" in entry else []
        areas += [
            Area(entry["area"], level, low, high, entry.get("place"), start, end)
            for level in (*levels, *entry.get("groups", []))
        ]
    return tuple(areas)


def build_area_groups(data: dict[str, Any]) -> dict[str, Text]:
    """The groups of areas by id."""
    return {name: text(body["title"]) for name, body in data.items()}


def build_grounds(data: list[dict[str, Any]]) -> dict[int, AreaGround]:
    """What each area rests on, by its number."""
    return {
        entry["area"]: AreaGround(text(entry["title"]), build_reference(entry["reference"]), text(entry["reading"]))
        for entry in data
    }


def build_phases(data: list[dict[str, Any]]) -> tuple[Phase, ...]:
    """The stretches of a rollout."""
    return tuple(Phase(entry["id"], text(entry["title"]), day(entry["first"]), day(entry["last"])) for entry in data)


def build_sections(data: list[dict[str, Any]]) -> tuple[Section, ...]:
    """The headings of the published page."""
    return tuple(Section(entry["id"], text(entry["title"]), text(entry["text"]), entry["lists"]) for entry in data)


def zone_of(data: dict[str, Any]) -> Zone:
    """The policy's zone; ValueError where its offset changes in the policy's days or the year before them.

    Facts reach back before the policy's first day, so that the year before counts too.
    """
    first, last = day(data["first"]), day(data["last"])
    return Zone.named(data["zone"], first - timedelta(days=366), last)
