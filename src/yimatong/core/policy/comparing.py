"""What a new pack changes: rules by name, lines of the matrix by name, and of the rest which parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from yimatong.core.policy.document import Unreadable, understood
from yimatong.core.policy.model import Policy

Files = Mapping[str, str]
"""The text of every file of a pack, its province's included, by its path below the policies folder."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Names, each tuple in the order of the alphabet. `parts` are top-level keys of files: `cn-zj/messages.yaml: quiet`.

    Where all are empty the packs differ in comments or in the order of what they say, and nowhere else.
    """

    rules_added: tuple[str, ...] = ()
    rules_removed: tuple[str, ...] = ()
    rules_changed: tuple[str, ...] = ()
    lines_added: tuple[str, ...] = ()
    lines_removed: tuple[str, ...] = ()
    lines_changed: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any(asdict(self).values())


def compare(before: Policy, files_before: Files, after: Policy, files_after: Files) -> Difference:
    """What differs between two packs, each as it was loaded and as it was written."""
    parts = _changed(_parts(before, files_before), _parts(after, files_after))
    return Difference(*_named(_rules(before), _rules(after)), *_named(_lines(before), _lines(after)), parts)


def _rules(policy: Policy) -> dict[str, Any]:
    return {rule.id: replace(rule, source="") for rule in policy.rules}


def _lines(policy: Policy) -> dict[str, Any]:
    """The lines of every matrix; those of a second one go by the day on which it begins."""
    gate = policy.checkpoints
    matrices = gate.matrices if gate else ()
    return {
        rule.id if n == 0 else f"{rule.id} ({matrix.first})": (matrix.first, matrix.last, replace(rule, source=""))
        for n, matrix in enumerate(matrices)
        for rule in matrix.rules
    }


def _named(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Names that came, that went, and whose value is another."""
    changed = (name for name in before.keys() & after.keys() if before[name] != after[name])
    came, went = after.keys() - before.keys(), before.keys() - after.keys()
    return tuple(sorted(came)), tuple(sorted(went)), tuple(sorted(changed))


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    nothing = object()
    names = before.keys() | after.keys()
    return tuple(sorted(name for name in names if before.get(name, nothing) != after.get(name, nothing)))


def _parts(policy: Policy, files: Files) -> dict[str, Any]:
    """Parts of files with what they say, and the order of the rules and of the matrix's lines: the first that fits decides."""
    order = {"rules: order": [rule.id for rule in policy.rules], "matrix: order": list(_lines(policy))}
    return order | dict(part for path, text in files.items() for part in _of(path, text))


def _of(path: str, text: str) -> Iterator[tuple[str, Any]]:
    """The top-level keys of a file with what they say. Rules and the matrix are told by their own names."""
    if path.split("/", 1)[-1].startswith("rules/"):
        return
    try:
        data = understood(text.encode(), path)[0].data
    except Unreadable:
        # Kept by a program that read it otherwise: told as a whole.
        yield path, text
        return
    if not isinstance(data, dict):
        yield path, data
        return
    yield from ((f"{path}: {key}", value) for key, value in data.items() if key != "matrix")
