"""Reads a body of checkpoints again, as the server does to decide once more what a scanner decided."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from yimatong.core.checkpoints.body import FORM, version_of
from yimatong.core.checkpoints.matrix import Decision, When
from yimatong.core.checkpoints.situation import Situation


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a matrix without its texts."""

    when: When
    decision: Decision

    def matches(self, situation: Situation) -> bool:
        """Whether the situation is one of this line's."""
        return all(getattr(situation, field) in values for field, values in self.when.items())


def read_body(data: bytes) -> Mapping[str, Any]:
    """The body of these bytes; ValueError where it is of another form or is not what its version names."""
    body = json.loads(data)
    if not isinstance(body, dict) or body.get("form") != FORM or body.get("version") != version_of(body):
        raise ValueError("not a body of checkpoints")
    return body


def rules_of(body: Mapping[str, Any]) -> tuple[Line, ...]:
    """The lines of its matrix, for `decide`."""
    return tuple(
        Line(
            {field: tuple(values) for field, values in line["when"].items()},
            Decision(line["action"], line["id"], line["to"], line["slip"], line["ask"]),
        )
        for line in body["matrix"]
    )
