"""Holds a city's policy to what its province allows it to vary, and how far."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from yimatong.core.policy.check import check_references, check_top
from yimatong.core.policy.check_checkpoints import check_checkpoints
from yimatong.core.policy.check_messages import check_messages
from yimatong.core.policy.check_rules import check_lifts, check_span
from yimatong.core.policy.document import Document, Keys
from yimatong.core.policy.packs import Pack
from yimatong.core.policy.problems import Problem, listed
from yimatong.core.text import message as _


def check_city(city: Pack, province: Pack) -> tuple[Problem, ...]:
    """Return everything in which a city's policy goes beyond its province's bounds, and what else is wrong with it."""
    return (
        *check_top(city, province),
        *_check_days(city, province),
        *_check_no_rules(city),
        *_check_rules(city, province),
        *_check_derivation(city, province),
        *_check_dispositions(city, province),
        *_check_clashes(city, province),
        *check_references(city, province),
        *check_checkpoints(city, province),
        *check_messages(city),
    )


def _check_days(city: Pack, province: Pack) -> Iterator[Problem]:
    top, base = city.documents["policy.yaml"], province.data("policy.yaml")
    yield from check_span(top, (), top.data["first"], top.data["last"], base["first"], base["last"])


def _check_no_rules(city: Pack) -> Iterator[Problem]:
    for rule in city.under("rules"):
        yield rule.problem(
            ("id",), "city-makes-rules",
            _("The standard is the province's: a city makes no rules of its own."),
            _("Give the rule to the province; a city may only vary (`vary`)."),
        )  # fmt: skip


def _check_rules(city: Pack, province: Pack) -> Iterator[Problem]:
    top = city.documents["policy.yaml"]
    rules = {rule.data["id"]: rule.data for rule in province.under("rules")}
    bounds = province.data("policy.yaml").get("may_vary", {}).get("rules", {})
    for name, vary in top.data.get("vary", {}).get("rules", {}).items():
        keys: Keys = ("vary", "rules", name)
        if name not in rules:
            yield _not_allowed(top, keys, sorted(bounds))
            continue
        allowed = bounds.get(name, {})
        if "days" in vary:
            yield from _within(top, (*keys, "days"), vary["days"], allowed.get("days"))
        if "extra_lifts" in vary:
            days = vary.get("days", max(entry["lasts"]["days"] for entry in rules[name]["in_force"]))
            yield from check_lifts(top, (*keys, "extra_lifts"), vary["extra_lifts"], days)
            yield from _check_extra(top, (*keys, "extra_lifts"), vary["extra_lifts"], allowed.get("extra_lifts"))


def _check_extra(
    top: Document, keys: Keys, lifts: list[dict[str, Any]], allowed: dict[str, Any] | None
) -> Iterator[Problem]:
    if allowed is None:
        yield _not_allowed(top, keys, [])
        return
    for n, lift in enumerate(lifts):
        tests = lift.get("negative_tests")
        if tests is None or tests.get("holder") not in allowed["holders"]:
            yield top.problem(
                (*keys, n), "outside-bounds", _("The province allows further lifts only by tests and only for holders of a permit."),
                _("Write negative_tests with a holder of: {known}.", known=listed(allowed["holders"])),
            )  # fmt: skip
            continue
        for number in ("count", "within_days", "min_hours"):
            yield from _within(top, (*keys, n, "negative_tests", number), tests[number], allowed[number])


def _check_derivation(city: Pack, province: Pack) -> Iterator[Problem]:
    top = city.documents["policy.yaml"]
    bounds = province.data("policy.yaml").get("may_vary", {}).get("derivation", {})
    for name, value in top.data.get("vary", {}).get("derivation", {}).items():
        yield from _within(top, ("vary", "derivation", name), value, bounds.get(name))


def _check_dispositions(city: Pack, province: Pack) -> Iterator[Problem]:
    """A city may word a disposition anew and add ones; the length of the province's varies inside bounds only."""
    document = city.documents.get("dispositions.yaml")
    if document is None:
        return
    own = province.data("dispositions.yaml") or {}
    bounds = province.data("policy.yaml").get("may_vary", {}).get("dispositions", {})
    for name, body in document.data.items():
        if name in own and body["days"] != own[name]["days"]:
            days = 10_000 if body["days"] is None else body["days"]
            yield from _within(document, (name, "days"), days, bounds.get(name))


def _check_clashes(city: Pack, province: Pack) -> Iterator[Problem]:
    """A city adds instruments and areas under names of its own."""
    theirs = {area["area"] for area in province.data("areas.yaml") or []}
    for n, area in enumerate(city.data("areas.yaml") or []):
        if area["area"] in theirs:
            yield _clash(city.documents["areas.yaml"], (n, "area"), area["area"])
    for name in city.data("instruments.yaml") or {}:
        if name in (province.data("instruments.yaml") or {}):
            yield _clash(city.documents["instruments.yaml"], (name,), name)


def _within(document: Document, keys: Keys, value: int, bounds: dict[str, int] | None) -> Iterator[Problem]:
    if bounds is None:
        yield _not_allowed(document, keys, [])
    elif not bounds["least"] <= value <= bounds["most"]:
        yield document.problem(
            keys,
            "outside-bounds",
            _(
                "{value} is outside the province's bounds, {least} to {most}.",
                value=value,
                least=bounds["least"],
                most=bounds["most"],
            ),
            _("Keep inside the bounds, or ask the province to widen `may_vary`."),
        )


def _not_allowed(document: Document, keys: Keys, allowed: list[str]) -> Problem:
    return document.problem(
        keys, "may-not-vary", _("The province does not let a city vary `{key}`.", key=keys[-1]),
        _("Delete it. May vary: {known}.", known=listed(allowed)) if allowed else _("Delete it."),
    )  # fmt: skip


def _clash(document: Document, keys: Keys, name: object) -> Problem:
    return document.problem(
        keys, "twice", _("The province's policy already uses `{name}`.", name=name),
        _("Choose another."),
    )  # fmt: skip
