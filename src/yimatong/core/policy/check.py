"""Checks what the documents of a policy say together; each file's shape has been checked before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from yimatong.core.facts import DETAILS, Kind, Level
from yimatong.core.policy.build import zone_of
from yimatong.core.policy.check_checkpoints import check_checkpoints
from yimatong.core.policy.check_messages import check_messages
from yimatong.core.policy.check_rules import check_rule, check_span
from yimatong.core.policy.document import Document, Keys
from yimatong.core.policy.packs import Pack
from yimatong.core.policy.problems import Problem, listed
from yimatong.core.text import message as _
from yimatong.core.time import is_zone


def check_pack(pack: Pack) -> tuple[Problem, ...]:
    """Return what is wrong with a policy that stands by itself."""
    top = pack.documents["policy.yaml"]
    first, last = top.data["first"], top.data["last"]
    return (
        *check_top(pack),
        *_check_zone(top),
        *_check_derivation(top),
        *_check_palette(top),
        *_check_may_vary(pack),
        *_check_groups(top),
        *(problem for rule in pack.under("rules") for problem in check_rule(rule, first, last, area_groups(pack))),
        *_check_rules_together(pack),
        *check_references(pack),
        *check_checkpoints(pack),
        *check_messages(pack),
    )


def area_groups(pack: Pack) -> tuple[str, ...]:
    """The groups by which a pack names areas of its own."""
    return tuple(pack.data("policy.yaml").get("area_groups", {}))


def check_top(pack: Pack, province: Pack | None = None) -> Iterator[Problem]:
    """Check a policy's name, days, phases and areas; a city's too, whose groups of areas are its province's."""
    top = pack.documents["policy.yaml"]
    first, last = top.data["first"], top.data["last"]
    if top.data["id"] != pack.name:
        yield top.problem(
            ("id",),
            "folder-name",
            _("The folder is `{name}`, the id `{id}`.", name=pack.name, id=top.data["id"]),
            _("Make them the same."),
        )
    yield from check_span(top, (), first, last, first, last)
    phases = top.data.get("phases", [])
    for n, phase in enumerate(phases):
        yield from check_span(top, ("phases", n), phase["first"], phase["last"], first, last)
    for n, (before, after) in enumerate(pairwise(phases)):
        if after["first"] <= before["last"]:
            yield top.problem(
                ("phases", n + 1, "first"), "overlap", _("Two phases overlap or are out of order."),
                _("Let a phase begin on the day after the one before ends."),
            )  # fmt: skip
    yield from _check_areas(pack, area_groups(pack if province is None else province))


def check_references(pack: Pack, also: Pack | None = None) -> Iterator[Problem]:
    """Check that instruments, clauses and dispositions exist in this pack or in `also`, its province."""
    packs = [pack] if also is None else [also, pack]
    instruments = {
        name: body["clauses"] for one in packs for name, body in (one.data("instruments.yaml") or {}).items()
    }
    dispositions = {name for one in packs for name in one.data("dispositions.yaml") or {}}
    for document in pack.documents.values():
        for keys in document.lines:
            if keys and keys[-1] == "reference":
                yield from _check_reference(document, keys, instruments)
    for document in pack.under("rules"):
        for where in ("in_city", "away"):
            name = document.data["disposition"][where]
            if name not in dispositions:
                yield document.problem(
                    ("disposition", where), "unknown-disposition", _("There is no disposition `{name}`.", name=name),
                    _("Choose one of: {known}; or add it to dispositions.yaml.", known=listed(sorted(dispositions))),
                )  # fmt: skip


def _check_reference(document: Document, keys: Keys, instruments: dict[str, dict[str, str]]) -> Iterator[Problem]:
    reference = document.data
    for key in keys:
        reference = reference[key]
    clauses = instruments.get(reference["instrument"])
    if clauses is None:
        yield document.problem(
            (*keys, "instrument"), "unknown-instrument",
            _("instruments.yaml has no `{instrument}`.", instrument=reference["instrument"]),
            _("Choose one of: {known}.", known=listed(sorted(instruments))),
        )  # fmt: skip
    elif reference["clause"] not in clauses:
        yield document.problem(
            (*keys, "clause"), "unknown-clause",
            _("`{instrument}` has no clause `{clause}`.", instrument=reference["instrument"], clause=reference["clause"]),
            _("Choose one of: {known}.", known=listed(sorted(clauses))),
        )  # fmt: skip


def _check_zone(top: Document) -> Iterator[Problem]:
    if not is_zone(top.data["zone"]):
        yield top.problem(
            ("zone",), "unknown-zone", _("There is no time zone `{zone}`.", zone=top.data["zone"]),
            _("Write its IANA name, such as Asia/Shanghai."),
        )  # fmt: skip
        return
    try:
        zone_of(top.data)
    except ValueError:
        yield top.problem(
            ("zone",), "zone-changes", _("This zone changes its offset in the policy's days or the year before, so that days cannot be "
"counted alike."),
            _("Use a zone of constant offset, such as Asia/Shanghai."),
        )  # fmt: skip


def _check_derivation(top: Document) -> Iterator[Problem]:
    cases = DETAILS[Kind.CASE]
    for n, detail in enumerate(top.data["derivation"]["exposure_of"]):
        if detail not in cases:
            yield top.problem(
                ("derivation", "exposure_of", n), "unknown-detail", _("`case` has no detail `{detail}`.", detail=detail),
                _("Choose one of: {known}.", known=listed(cases)),
            )  # fmt: skip


def _check_groups(top: Document) -> Iterator[Problem]:
    """A group has a name of its own, and what travel leaves out is a level or a group."""
    groups = top.data.get("area_groups", {})
    for name in groups:
        if name in set(Level):
            yield top.problem(
                ("area_groups", name),
                "group-is-a-level",
                _("`{name}` is a level already and cannot name a group of areas.", name=name),
                _("Choose another name."),
            )
    for n, name in enumerate(top.data["derivation"]["travel_excludes"]):
        if name not in (known := (*Level, *groups)):
            yield _unknown_group(top, ("derivation", "travel_excludes", n), name, known)


def _unknown_group(document: Document, keys: Keys, name: str, known: Sequence[str]) -> Problem:
    return document.problem(
        keys, "unknown-area-group", _("There is no level or group of areas `{name}`.", name=name),
        _("Choose one of: {known}; groups of your own stand under `area_groups` of policy.yaml.", known=listed(known)),
    )  # fmt: skip


def _check_palette(top: Document) -> Iterator[Problem]:
    """Colours must be told apart by colour and also by shape alone."""
    for part in ("hex", "shape"):
        seen: dict[str, str] = {}
        for name, swatch in top.data["palette"].items():
            value = swatch[part].lower()
            if value in seen:
                yield top.problem(
                    ("palette", name, part),
                    "palette-alike",
                    _(
                        "`{name}` and `{value}` share the {part}: some people cannot tell them apart.",
                        name=name,
                        value=seen[value],
                        part=part,
                    ),
                    _("Choose a different one."),
                )
            seen.setdefault(value, name)


def _check_may_vary(pack: Pack) -> Iterator[Problem]:
    top = pack.documents["policy.yaml"]
    rules = {document.data["id"] for document in pack.under("rules")}
    for name in top.data.get("may_vary", {}).get("rules", {}):
        if name not in rules:
            yield top.problem(
                ("may_vary", "rules", name), "unknown-rule", _("There is no rule `{name}`.", name=name),
                _("Choose one of: {known}.", known=listed(sorted(rules))),
            )  # fmt: skip
    for keys in top.lines:
        if keys[:1] == ("may_vary",) and keys[-1] == "least":
            bounds = top.data
            for key in keys[:-1]:
                bounds = bounds[key]
            if bounds["least"] > bounds["most"]:
                yield top.problem(
                    keys, "backwards", _("The lower bound is above the upper."), _("Swap the two numbers.")
                )  # fmt: skip


def _check_areas(pack: Pack, groups: tuple[str, ...]) -> Iterator[Problem]:
    document = pack.documents.get("areas.yaml")
    if document is None:
        return
    top = pack.data("policy.yaml")
    yield from _unique(document, [(n,) for n in range(len(document.data))], "area", "areas")
    for n, area in enumerate(document.data):
        if "level" not in area and "groups" not in area:
            yield document.problem(
                (n,), "area-of-no-level", _("This area has neither a level nor a group."),
                _("Add a line `level:` or a line `groups:`."),
            )  # fmt: skip
        for m, name in enumerate(area.get("groups", [])):
            if name not in groups:
                yield _unknown_group(document, (n, "groups", m), name, groups)
        if area["first"] > area["last"] or area["last"] < top["first"]:
            yield document.problem(
                (n, "last"),
                "area-over",
                _("This area ends on {last}; the policy begins on {first}.", last=area["last"], first=top["first"])
                if area["first"] <= area["last"]
                else _("The last day is before the first."),
                _("Correct the days, or delete the area."),
            )
        if 999_999 < area["division"] < 110_000_000:
            yield document.problem(
                (n, "division"), "not-a-division", _("A division has six or nine digits: {division}.", division=area["division"]),
                _("Six for a province, city or county (420000), nine for a street."),
            )  # fmt: skip


def _check_rules_together(pack: Pack) -> Iterator[Problem]:
    rules = pack.under("rules")
    top = pack.documents["policy.yaml"]
    if not rules:
        yield top.problem((), "no-rules", _("There is not one rule."), _("Write rules in rules/."))
    orders: dict[int, list[Document]] = defaultdict(list)
    for rule in rules:
        orders[rule.data["order"]].append(rule)
    for order, same in orders.items():
        for rule in same[1:]:
            yield rule.problem(
                ("order",),
                "same-order",
                _("The order {order} is already that of `{id}`.", order=order, id=same[0].data["id"]),
                _("Choose another number."),
            )
    shown = {section["id"] for section in top.data["sections"]}
    for rule in rules:
        if rule.data["requirement"] not in shown:
            yield rule.problem(
                ("requirement",),
                "no-section",
                _("The published page has no heading `{requirement}`.", requirement=rule.data["requirement"]),
                _("Add it to `sections` of policy.yaml."),
            )
    yield from _unique(top, [("sections", n) for n in range(len(top.data["sections"]))], "id", "sections")


def _unique(document: Document, ways: Iterable[Keys], key: str, where: str) -> Iterator[Problem]:
    """Each of the mappings at `ways` has a `key` of its own."""
    seen: set[object] = set()
    for way in ways:
        value = document.data
        for part in (*way, key):
            value = value[part]
        if value in seen:
            yield document.problem(
                (*way, key), "twice", _("`{value}` occurs twice in {where}.", value=value, where=where),
                _("Use each once."),
            )  # fmt: skip
        seen.add(value)
