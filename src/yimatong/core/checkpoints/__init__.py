"""The checkpoint's decisions: what the matrix says of a situation, and what a scanner carries. Pure: `now` is an argument.

Situation(verdict, carrier, temperature, origin, person, zone, permit, document)   .of(mapping) .as_json() ; cells()
decide(situation, rules) -> Decision(action, rule, to, slip, ask)        rules: policy.checkpoints.rules_on(day)
checkpoints_body(policy, day) -> bytes                                   canonical JSON; LookupError where there is none
read_body(bytes) -> mapping ; rules_of(body) -> lines for `decide`        ValueError for what is not a body
impossible((lat, lon, minute), (lat, lon, minute), kmh, floor) -> bool
"""

from __future__ import annotations

from yimatong.core.checkpoints.body import checkpoints_body
from yimatong.core.checkpoints.distance import impossible
from yimatong.core.checkpoints.extract import (
    Extract,
    ExtractRow,
    Found,
    Nobody,
    build_extract,
    look_up,
    open_extract,
)
from yimatong.core.checkpoints.licence import (
    ALWAYS,
    Licence,
    licence_allows,
    open_licence,
    sign_licence,
    within,
    zone_at,
    zone_of,
)
from yimatong.core.checkpoints.matrix import Decision, Guarantee, MatrixRule, Undecided, decide
from yimatong.core.checkpoints.model import Checkpoints
from yimatong.core.checkpoints.reading import read_body, rules_of
from yimatong.core.checkpoints.situation import ACTIONS, FIELDS, Situation, cells

__all__ = [
    "ACTIONS",
    "ALWAYS",
    "FIELDS",
    "Checkpoints",
    "Decision",
    "Extract",
    "ExtractRow",
    "Found",
    "Guarantee",
    "Licence",
    "MatrixRule",
    "Nobody",
    "Situation",
    "Undecided",
    "build_extract",
    "cells",
    "checkpoints_body",
    "decide",
    "impossible",
    "licence_allows",
    "look_up",
    "open_extract",
    "open_licence",
    "read_body",
    "rules_of",
    "sign_licence",
    "within",
    "zone_at",
    "zone_of",
]
