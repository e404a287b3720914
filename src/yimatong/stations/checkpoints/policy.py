"""The policy in force as checkpoints need it: what holds on a day, and the body that scanners carry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from yimatong.core.checkpoints import checkpoints_body, decide, read_body, rules_of
from yimatong.core.checkpoints.model import Numbers, entry_on
from yimatong.core.checkpoints.situation import Situation
from yimatong.core.policy.model import Policy
from yimatong.core.time import minute_down
from yimatong.records import policies
from yimatong.stations.checkpoints.errors import mistake
from yimatong.stations.checkpoints.models import PolicyCut


def installed() -> Policy:
    """The policy in force."""
    return policies.shown()


def numbers_on(now: datetime) -> Numbers:
    """The numbers of the day of an instant; outside the policy's days the last ones hold, so that nothing is kept for ever.

    `no-policy` where the pack has none at all.
    """
    policy = installed()
    gate = policy.checkpoints
    if gate is None or not gate.numbers:
        raise mistake("no-policy")
    return entry_on(gate.numbers, policy.zone.date(minute_down(now))) or gate.numbers[-1]


def body_on(now: datetime) -> bytes:
    """What scanners carry on the day of an instant; `no-policy` where nothing is in force."""
    policy = installed()
    try:
        return checkpoints_body(policy, policy.zone.date(minute_down(now)))
    except LookupError:
        raise mistake("no-policy") from None


def kept(body: bytes) -> str:
    """Keep a body that is signed for scanners, so that what they decided by it can be decided again; its version."""
    version = str(read_body(body)["version"])
    PolicyCut.objects.get_or_create(version=version, defaults={"body": body})
    return version


def says(version: str, situation: Situation) -> tuple[str, str] | None:
    """Action and rule of a situation by a version that was signed; None where no such version was."""
    lines = _lines(version)
    if lines is None:
        return None
    decision = decide(situation, lines)
    return decision.action, decision.rule


def body_of(version: str) -> Mapping[str, Any] | None:
    """A body that was signed, by its version."""
    data = PolicyCut.objects.filter(pk=version).values_list("body", flat=True).first()
    return None if data is None else read_body(bytes(data))


@lru_cache(maxsize=32)
def _lines_of(version: str) -> Any:
    body = body_of(version)
    if body is None:
        raise KeyError(version)
    return rules_of(body)


def _lines(version: str) -> Any:
    try:
        return _lines_of(version)
    except KeyError:
        return None
