"""Checks checkpoints.yaml: its days, its numbers and texts, and the matrix against every cell and every promise."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from yimatong.core.checkpoints.check import Finding, findings
from yimatong.core.checkpoints.situation import Situation
from yimatong.core.checkpoints.words import ACTION_WORDS, VALUE_WORDS
from yimatong.core.policy.build_checkpoints import build_checkpoints
from yimatong.core.policy.check_rules import check_span
from yimatong.core.policy.document import Document, Keys
from yimatong.core.policy.packs import Pack
from yimatong.core.policy.problems import Problem, listed
from yimatong.core.policy.schemas import missing_key
from yimatong.core.text import LIST, NOTHING, Text, joined, message as _

FILE = "checkpoints.yaml"
PARTS = ("numbers", "matrix", "texts", "cities")
NEEDED = {"hand_over": "to", "turn_back": "slip", "ask": "ask"}
"""What a line must say beside its action; nobody is turned back without a slip that says why."""
SOONER = (
    ("hours", "trust_amber", "trust_stop"),
    ("hours", "recall_amber", "recall_stop"),
    ("hours", "policy_amber", "policy_stop"),
    ("hand_over", "acknowledge_minutes", "escalate_minutes"),
)
"""Numbers of which the first comes before the second."""
RUNGS = ("online_lists", "offline_lists", "register_extract", "paper_list")
COMPLAINTS = ("refused_despite_green", "plate", "household_registration", "conduct", "landlord", "employer", "other")


def check_checkpoints(pack: Pack, province: Pack | None = None) -> Iterator[Problem]:
    """Return everything that is wrong with what a policy says of checkpoints, alone or on top of its province's."""
    file = pack.documents.get(FILE)
    if file is None:
        return
    top = pack.documents["policy.yaml"]
    inherited = None if province is None else province.documents.get(FILE)
    found = [
        *_check_parts(file, inherited),
        *(problem for part in PARTS for problem in _check_days(file, part, top)),
        *_check_guarantees(file, is_city=province is not None),
        *_check_numbers(file),
        *_check_texts(file),
        *(
            problem
            for n, _ in enumerate(file.data.get("cities", []))
            for problem in _unique(file, ("cities", n, "recognised"), "city")
        ),
        *_check_lines(file),
    ]
    yield from found
    if not found:
        yield from _check_slips(file)
        yield from _check_matrix(file, inherited)


def _check_parts(file: Document, inherited: Document | None) -> Iterator[Problem]:
    """Whoever says one of the three parts says all, or has the rest from the province."""
    present = {part for one in (file, inherited) if one is not None for part in PARTS if part in one.data}
    if any(part in file.data for part in PARTS):
        yield from (missing_key(file, (), part) for part in PARTS if part not in present)


def _check_days(file: Document, part: str, top: Document) -> Iterator[Problem]:
    """Each part says something on every day of the policy, and on no day two things."""
    entries = file.data.get(part, [])
    first, last = top.data["first"], top.data["last"]
    for n, entry in enumerate(entries):
        yield from check_span(file, (part, n), entry["first"], entry["last"], first, last)
    for n, (before, after) in enumerate(pairwise(entries)):
        if after["first"] <= before["last"]:
            yield file.problem(
                (part, n + 1, "first"), "overlap", _("It overlaps the entry before or is out of order."),
                _("Let it begin on the day after the one before ends."),
            )  # fmt: skip
        elif date.fromisoformat(after["first"]) > date.fromisoformat(before["last"]) + timedelta(days=1):
            yield _gap(file, (part, n + 1, "first"))
    if entries and entries[0]["first"] > first:
        yield _gap(file, (part, 0, "first"))
    if entries and entries[-1]["last"] < last:
        yield _gap(file, (part, len(entries) - 1, "last"))


def _check_guarantees(file: Document, *, is_city: bool) -> Iterator[Problem]:
    yield from _unique(file, ("guarantees",), "id")
    for n, guarantee in enumerate(file.data.get("guarantees", [])):
        if is_city:
            yield file.problem(
                ("guarantees", n), "may-not-vary", _("Promises are the province's, no city makes its own."),
                _("Give it to the province, or delete it."),
            )  # fmt: skip
        if "only" not in guarantee and "never" not in guarantee:
            yield missing_key(file, ("guarantees", n), "only")


def _check_numbers(file: Document) -> Iterator[Problem]:
    for n, numbers in enumerate(file.data.get("numbers", [])):
        for part, sooner, later in SOONER:
            if numbers[part][sooner] >= numbers[part][later]:
                yield file.problem(
                    ("numbers", n, part, later), "backwards", _("`{later}` is not after `{sooner}`.", later=later, sooner=sooner),
                    _("First the warning, then the stop or the escalation."),
                )  # fmt: skip


def _check_texts(file: Document) -> Iterator[Problem]:
    for n, texts in enumerate(file.data.get("texts", [])):
        for part in ("refusal_grounds", "complaint_kinds", "slips", "duties"):
            yield from _unique(file, ("texts", n, part), "id")
        yield from _check_ladder(file, ("texts", n, "ladder"), texts["ladder"])
        for kind in COMPLAINTS:
            if all(entry["id"] != kind for entry in texts["complaint_kinds"]):
                yield file.problem(
                    ("texts", n, "complaint_kinds"), "complaint-missing", _("`{kind}` is no kind of complaint here.", kind=kind),
                    _("All of these are needed: {known}.", known=listed(COMPLAINTS)),
                )  # fmt: skip


def _check_ladder(file: Document, keys: Keys, ladder: list[dict[str, Any]]) -> Iterator[Problem]:
    """All four rungs in their order, the first from minute 0 on, each later than the one before."""
    starts = [rung["from_minutes"] for rung in ladder]
    is_rising = all(one < other for one, other in pairwise(starts))
    if tuple(rung["id"] for rung in ladder) != RUNGS or starts[0] != 0 or not is_rising:
        yield file.problem(
            keys, "ladder-order", _("The ladder has its four rungs in order, the first from minute 0, each later than the one before."),
            _("Write, in this order: {known}.", known=listed(RUNGS)),
        )  # fmt: skip


def _check_lines(file: Document) -> Iterator[Problem]:
    for n, matrix in enumerate(file.data.get("matrix", [])):
        yield from _unique(file, ("matrix", n, "lines"), "id")
        for m, line in enumerate(matrix["lines"]):
            yield from _check_line(file, ("matrix", n, "lines", m), line)


def _check_line(file: Document, keys: Keys, line: dict[str, Any]) -> Iterator[Problem]:
    needed = NEEDED.get(line["action"])
    if needed is not None and needed not in line:
        yield missing_key(file, keys, needed)
    for key in sorted(set(NEEDED.values()) - {needed}):
        if key in line:
            yield file.problem(
                (*keys, key), "unknown-key", _("“{action}” has no `{key}`.", action=ACTION_WORDS[line["action"]], key=key),
                _("Delete the line."),
            )  # fmt: skip


def _check_slips(file: Document) -> Iterator[Problem]:
    """Every slip that a line gives has its text on those days, and every text is given by a line."""
    texts, matrices = file.data.get("texts", []), file.data.get("matrix", [])
    for n, entry in enumerate(texts):
        together = [
            matrix for matrix in matrices if matrix["first"] <= entry["last"] and entry["first"] <= matrix["last"]
        ]
        given = {line["slip"] for matrix in together for line in matrix["lines"] if "slip" in line}
        for m, slip in enumerate(entry["slips"]):
            if together and slip["id"] not in given:
                yield file.problem(
                    ("texts", n, "slips", m, "id"),
                    "slip-not-given",
                    _("No line of the matrix gives `{id}`.", id=slip["id"]),
                    _("Name it in a line, or delete it."),
                )
    for n, matrix in enumerate(matrices):
        for m, line in enumerate(matrix["lines"]):
            known = [
                {slip["id"] for slip in entry["slips"]}
                for entry in texts
                if matrix["first"] <= entry["last"] and entry["first"] <= matrix["last"]
            ]
            if "slip" in line and known and not all(line["slip"] in ids for ids in known):
                yield file.problem(
                    ("matrix", n, "lines", m, "slip"), "unknown-slip", _("There is no slip `{slip}`.", slip=line["slip"]),
                    _("Choose one of: {known}.", known=listed(sorted(set().union(*known)))),
                )  # fmt: skip


def _check_matrix(file: Document, inherited: Document | None) -> Iterator[Problem]:
    gate = build_checkpoints(file, inherited)
    assert gate is not None
    for n, matrix in enumerate(gate.matrices):
        for finding in findings(matrix.rules, gate.guarantees):
            yield _told(file, n, finding)


def _told(file: Document, n: int, finding: Finding) -> Problem:
    """One finding as a problem, at the line that is wrong."""
    place = file.place("matrix", n) if finding.rule is None else finding.rule.source
    cell = NOTHING if finding.cell is None else cell_words(finding.cell)
    count, rule = finding.count, "" if finding.rule is None else finding.rule.id
    if finding.kind == "undecided":
        return Problem(
            place, "policy-undecided", _("{count} situations are not decided, such as: {cell}.", count=count, cell=cell),
            _("Add a line, or let one of the last lines cover more."),
        )  # fmt: skip
    if finding.kind == "dead":
        return Problem(
            place, "policy-dead-line", _("`{rule}` never decides: the lines before it leave nothing.", rule=rule),
            _("Delete it, or move it up."),
        )  # fmt: skip
    if finding.kind == "in-vain":
        return Problem(
            place, "policy-asks-in-vain",
            _("`{rule}` asks for what is known already ({count} situations), such as: {cell}.", rule=rule, count=count, cell=cell),
            _("Say in `when` that it was not asked yet."),
        )  # fmt: skip
    assert finding.guarantee is not None
    return Problem(
        place, "policy-promise-broken",
        _("`{rule}` breaks the province's promise “{promise}” in {count} situations, such as: {cell}.",
          rule=rule, promise=finding.guarantee.title, count=count, cell=cell),
        _("Change the line or put one before it; the promise stands."),
    )  # fmt: skip


def cell_words(situation: Situation) -> Text:
    """A cell in words, such as `green, e-code, normal, ...`."""
    return joined((VALUE_WORDS[field][value] for field, value in situation.as_json().items()), LIST)


def _unique(file: Document, keys: Keys, key: str) -> Iterator[Problem]:
    entries: Any = file.data
    for part in keys:
        entries = entries.get(part, []) if isinstance(entries, dict) else entries[part]
    seen: set[str] = set()
    for n, entry in enumerate(entries):
        if entry[key] in seen:
            yield file.problem(
                (*keys, n, key), "twice", _("`{value}` occurs twice in {where}.", value=entry[key], where=keys[-1]),
                _("Use each once."),
            )  # fmt: skip
        seen.add(entry[key])


def _gap(file: Document, keys: Keys) -> Problem:
    return file.problem(
        keys, "gap", _("Some days of the policy have nothing in force here."),
        _("Let the entries follow one another from the policy's first day to its last."),
    )  # fmt: skip
