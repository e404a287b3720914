"""The part of a policy that a scanner needs, as bytes: canonical JSON that names itself by its own digest."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from yimatong.core.checkpoints.matrix import MatrixRule
from yimatong.core.checkpoints.model import Cities, Listed, Numbers, Texts, entry_on
from yimatong.core.checkpoints.words import ACTION_WORDS, AUTHORITY_WORDS, FIELD_WORDS, VALUE_WORDS
from yimatong.core.text import Text, in_all

if TYPE_CHECKING:
    from yimatong.core.policy.model import Policy

FORM = 1
"""The form of the body; a scanner refuses a body of another."""
VERSION_SIGNS = 8


def checkpoints_body(policy: Policy, day: date) -> bytes:
    """What is in force at checkpoints on a day; LookupError where the policy says nothing of them on it.

    The same bytes on every day from `first` to `last`, which stand in it.
    """
    gate = policy.checkpoints
    if gate is None:
        raise LookupError("the policy has no checkpoints.yaml")
    numbers, matrix, texts = entry_on(gate.numbers, day), entry_on(gate.matrices, day), entry_on(gate.texts, day)
    cities = entry_on(gate.cities, day)
    if numbers is None or matrix is None or texts is None or cities is None:
        raise LookupError("the policy says nothing of checkpoints on this day")
    parts = (numbers, matrix, texts, cities)
    first, last = max(part.first for part in parts), min(part.last for part in parts)
    body = {
        "form": FORM,
        "policy": policy.id,
        "title": _both(policy.title),
        "first": first.isoformat(),
        "last": last.isoformat(),
        **_numbers(numbers),
        "matrix": [_rule(rule) for rule in matrix.rules],
        **_texts(texts),
        "cities": _cities(cities),
        "palette": {
            str(colour): {"hex": swatch.hex, "shape": swatch.shape, "word": _both(swatch.word)}
            for colour, swatch in policy.palette.items()
        },
        "actions": _words(ACTION_WORDS),
        "authorities": _words(AUTHORITY_WORDS),
        "fields": _words(FIELD_WORDS),
        "values": {field: _words(words) for field, words in VALUE_WORDS.items()},
    }
    return canonical({**body, "version": sha256(canonical(body)).hexdigest()[:VERSION_SIGNS]})


def canonical(value: Mapping[str, Any]) -> bytes:
    """JSON in the one way: UTF-8, keys sorted by code point, no spaces, nothing escaped that need not be."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def version_of(body: Mapping[str, Any]) -> str:
    """The version that a body must name: the first eight signs of its SHA-256 without it."""
    rest = {key: value for key, value in body.items() if key != "version"}
    return sha256(canonical(rest)).hexdigest()[:VERSION_SIGNS]


def _numbers(numbers: Numbers) -> dict[str, Any]:
    return {
        "fever_tenths": numbers.fever_tenths,
        "hours": asdict(numbers.hours),
        "retention_days": numbers.retention_days,
        "impossible_kmh": numbers.impossible_kmh,
        "impossible_minutes_floor": numbers.impossible_minutes_floor,
        "hand_over": {
            "acknowledge_minutes": numbers.acknowledge_minutes,
            "escalate_minutes": numbers.escalate_minutes,
        },
        "stay_minutes": numbers.stay_minutes,
        "plates": numbers.plates,
    }


def _rule(rule: MatrixRule) -> dict[str, Any]:
    decision = rule.decision
    return {
        "id": rule.id,
        "requirement": rule.requirement,
        "title": _both(rule.title),
        "because": _both(rule.because),
        "when": {field: list(values) for field, values in rule.when.items()},
        "action": decision.action,
        "to": decision.to,
        "slip": decision.slip,
        "ask": decision.ask,
    }


def _texts(texts: Texts) -> dict[str, Any]:
    return {
        "refusal_grounds": _listed(texts.refusal_grounds),
        "complaint_kinds": _listed(texts.complaint_kinds),
        "slips": _listed(texts.slips),
        "ladder": [
            {**_both(rung.title), "id": rung.id, "text": _both(rung.text), "from_minutes": rung.from_minutes}
            for rung in texts.ladder
        ],
        "duties": _listed(texts.duties),
        "notice": [_both(text) for text in texts.notice],
        "script": [_both(text) for text in texts.script],
    }


def _cities(cities: Cities) -> list[dict[str, Any]]:
    return [
        {**_both(one.title), "city": one.city, "root": one.root.hex(), "counts": list(one.counts)}
        for one in cities.recognised
    ]


def _listed(entries: Iterable[Listed]) -> list[dict[str, str]]:
    return [{**_both(entry.text), "id": entry.id} for entry in entries]


def _words(words: Mapping[str, Text]) -> dict[str, dict[str, str]]:
    return {name: _both(text) for name, text in words.items()}


def _both(text: Text) -> dict[str, str]:
    """The words by language; what stands beside them comes after, since a tag (`id`) may be a key of ours."""
    return {language: words.strip() for language, words in in_all(text).items()}
