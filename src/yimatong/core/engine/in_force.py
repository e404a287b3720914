"""No policy, no judgement: an engine refuses a day on which the policy is not in force."""

from __future__ import annotations

from datetime import date

from yimatong.core.policy.model import InForce, Policy, Rule


class PolicyNotInForceError(ValueError):
    """The policy has not begun or has lapsed; without its rules everybody would be green."""


def rules_in_force(policy: Policy, day: date) -> tuple[tuple[Rule, InForce], ...]:
    """The rules of a day; PolicyNotInForceError outside the policy's first and last day."""
    if not policy.first <= day <= policy.last:
        raise PolicyNotInForceError(f"{policy.id} is in force from {policy.first} to {policy.last}, not on {day}")
    return policy.rules_on(day)
