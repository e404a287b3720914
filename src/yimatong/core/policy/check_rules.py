"""Checks one rule's file: can it ever hold, does what it names exist, and can its exits be taken."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from yimatong.core.facts import DERIVED_DETAILS, DETAILS, GROUNDS, Derived, Kind
from yimatong.core.policy.document import Document, Keys
from yimatong.core.policy.problems import Problem, chosen, listed
from yimatong.core.text import message as _

ALLOWED = tuple(kind.value for kind in (*GROUNDS, *Derived))
"""The recorded and derived facts that a rule may rest on."""

PERMITS = DETAILS[Kind.PERMIT]


def check_rule(document: Document, first: str, last: str, groups: Iterable[str]) -> Iterator[Problem]:
    """Check a rule against the policy's days `first` to `last` (ISO dates) and its own groups of areas."""
    data = document.data
    stem = document.name.rsplit("/", 1)[-1].removesuffix(".yaml")
    if stem != data["id"]:
        yield document.problem(
            ("id",), "file-name", _("The file is called `{stem}` and the rule `{id}`.", stem=stem, id=data["id"]),
            _("Rename the file to {id}.yaml, or change the id.", id=data["id"]),
        )  # fmt: skip
    if not data["id"].startswith(f"{data['colour']}."):
        yield document.problem(
            ("colour",), "colour-and-id", _("The id `{id}` and the colour `{colour}` differ.", id=data["id"], colour=data["colour"]),
            _("An id begins with its colour, such as red.confirmed."),
        )  # fmt: skip
    yield from _check_when(document, details_of(groups))
    yield from _check_days(document, first, last)
    for n, entry in enumerate(data["in_force"]):
        yield from check_lifts(document, ("in_force", n, "lifted_by"), entry["lifted_by"], entry["lasts"]["days"])
        yield from check_permits(document, ("in_force", n, "suspended_by"), entry["suspended_by"])


def check_lifts(document: Document, keys: Keys, lifts: list[dict[str, Any]], days: int) -> Iterator[Problem]:
    """Check lifts written at `keys` of a rule that lasts `days` days."""
    for n, lift in enumerate(lifts):
        tests, reports = lift.get("negative_tests"), lift.get("daily_reports")
        if tests and (tests["count"] - 1) * tests["min_hours"] >= (tests["within_days"] + 1) * 24:
            yield document.problem(
                (*keys, n),
                "lift-out-of-reach",
                _(
                    "{count} samples {min_hours} hours apart do not fit into {within_days} days.",
                    count=tests["count"],
                    min_hours=tests["min_hours"],
                    within_days=tests["within_days"],
                ),
                _("Ask for fewer samples, a shorter interval or more days."),
            )
        if tests and "holder" in tests:
            yield from check_permits(document, (*keys, n, "negative_tests", "holder"), [tests["holder"]])
        if reports and reports["days"] > days:
            yield document.problem(
                (*keys, n), "lift-out-of-reach",
                _("The reason lapses after {days} days, before {reports} days of reports can lift it.", days=days, reports=reports["days"]),
                _("Ask for fewer reports, or let the reason last longer."),
            )  # fmt: skip


def check_permits(document: Document, keys: Keys, classes: list[str]) -> Iterator[Problem]:
    """Check that permit classes exist."""
    for name in classes:
        if name not in PERMITS:
            yield document.problem(
                keys, "unknown-permit", _("There is no permit class `{name}`.", name=name),
                _("Choose one of: {known}.", known=listed(PERMITS)),
            )  # fmt: skip


def details_of(groups: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The details of every kind of fact, recorded or derived, where a policy names areas by these groups of its own."""
    known = {kind.value: details for kind, details in (*DETAILS.items(), *DERIVED_DETAILS.items())}
    return known | {Derived.VISIT.value: (*DERIVED_DETAILS[Derived.VISIT], *groups)}


def _check_when(document: Document, known: dict[str, tuple[str, ...]]) -> Iterator[Problem]:
    for n, entry in enumerate(document.data["when"]):
        for fact, details in entry.items():
            keys: Keys = ("when", n, fact)
            if fact not in ALLOWED:
                near = difflib.get_close_matches(fact, ALLOWED, n=1)
                yield document.problem(
                    keys, "unknown-fact", _("A rule cannot rest on `{fact}`.", fact=fact),
                    chosen(near, ALLOWED),
                )  # fmt: skip
                continue
            for m, detail in enumerate(details):
                if detail not in known[fact]:
                    yield document.problem(
                        (*keys, m), "unknown-detail", _("`{fact}` has no detail `{detail}`.", fact=fact, detail=detail),
                        _("Choose one of: {known}.", known=listed(known[fact])),
                    )  # fmt: skip


def _check_days(document: Document, first: str, last: str) -> Iterator[Problem]:
    """Entries run forwards, lie inside the policy's days and do not overlap. ISO dates compare as text."""
    entries = document.data["in_force"]
    for n, entry in enumerate(entries):
        yield from check_span(document, ("in_force", n), entry["first"], entry["last"], first, last)
    by_day = sorted(range(len(entries)), key=lambda n: entries[n]["first"])
    for before, after in pairwise(by_day):
        if entries[after]["first"] <= entries[before]["last"]:
            yield document.problem(
                ("in_force", after, "first"), "overlap",
                _("This entry begins on {first}, the one before ends on {last}: they overlap (first and last day both "
"count).", first=entries[after]["first"], last=entries[before]["last"]),
                _("End the earlier entry on the day before the later one begins."),
            )  # fmt: skip


def check_span(document: Document, keys: Keys, first: str, last: str, low: str, high: str) -> Iterator[Problem]:
    """Check that `first` to `last` runs forwards and lies inside `low` to `high`."""
    if first > last:
        yield document.problem(
            (*keys, "last"), "backwards", _("The last day {last} is before the first, {first}.", last=last, first=first),
            _("Swap or correct the two days."),
        )  # fmt: skip
    elif first < low or last > high:
        yield document.problem(
            (*keys, "first" if first < low else "last"), "outside-policy",
            _("{first} to {last} is not inside the policy's days, {low} to {high}.", first=first, last=last, low=low, high=high),
            _("Keep it inside the policy's days."),
        )  # fmt: skip
