"""Applies a city's variations to its province's rules; check.py has already held them to the province's bounds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from yimatong.core.policy.build import build_lift, build_reference, text
from yimatong.core.policy.model import Derivation, InForce, Rule
from yimatong.core.text import Text, message as _


def vary_rules(rules: tuple[Rule, ...], vary: dict[str, Any], first: date, last: date) -> tuple[Rule, ...]:
    """The rules as the city has them: varied where it says so, in force inside the city's own days only."""
    return tuple(
        replace(
            rule,
            in_force=tuple(
                _vary_entry(entry, vary.get(rule.id, {}), first, last) for entry in _within(rule, first, last)
            ),
            reading=_read_on(rule.reading, vary.get(rule.id, {})),
        )
        for rule in rules
        if _within(rule, first, last)
    )


def vary_derivation(derivation: Derivation, vary: dict[str, int]) -> Derivation:
    """The derivation with the city's own numbers."""
    return replace(
        derivation,
        exposure_minutes=vary.get("exposure_minutes", derivation.exposure_minutes),
        infectious_days=vary.get("infectious_days", derivation.infectious_days),
    )


def _within(rule: Rule, first: date, last: date) -> list[InForce]:
    return [entry for entry in rule.in_force if entry.first <= last and entry.last >= first]


def _vary_entry(entry: InForce, vary: dict[str, Any], first: date, last: date) -> InForce:
    extra = tuple(build_lift(lift) for lift in vary.get("extra_lifts", ()))
    return replace(
        entry,
        first=max(entry.first, first),
        last=min(entry.last, last),
        lasts=replace(entry.lasts, days=vary.get("days", entry.lasts.days)),
        lifted_by=(*entry.lifted_by, *extra),
        also=(build_reference(vary["reference"]),) if vary else (),
    )


def _read_on(reading: Text, vary: dict[str, Any]) -> Text:
    """The province's reading, followed by the city's own."""
    if not vary:
        return reading
    own = text(vary["reading"])
    return _("{reading}\n{own}", reading=reading, own=own)
