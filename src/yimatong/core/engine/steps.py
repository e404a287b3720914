"""The steps of a judgement in their order, as expressions that an engine compiles and materialises."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ibis.expr.types import Table

from yimatong.core.engine.plan import derivation, judging
from yimatong.core.engine.plan.policy_tables import PolicyTables
from yimatong.core.policy.model import Policy

DERIVED = ("visits", "travels", "exposures", "neighbours")
"""The derived tables that a run keeps: evidence for the person, input of the one-person judgement."""

OUTCOME = ("verdicts", "reasons", *DERIVED)
"""What a run writes."""


@dataclass(frozen=True, slots=True)
class Step:
    """One table to be made from those before it."""

    name: str
    expression: Table


def derivation_steps(policy: Policy, as_of: int) -> Iterator[Step]:
    """From the lake to the derived tables."""
    yield Step("divisions", derivation.divisions())
    yield Step("zones", derivation.zones())
    yield Step("marked", derivation.marked(policy, as_of))
    yield Step("entries", derivation.entries(as_of))
    yield Step("visits", derivation.visits())
    yield Step("travels", derivation.travels(policy))
    yield Step("cases", derivation.cases(policy, as_of))
    yield Step("islands", derivation.islands(policy))
    yield Step("exposures", derivation.exposures(policy))
    yield Step("neighbours", derivation.neighbours(as_of))


def judging_steps(policy: Policy, policy_rows: PolicyTables, as_of: int) -> Iterator[Step]:
    """From facts, recorded and derived, to the verdicts."""
    yield Step("instances", judging.instances(policy, as_of))
    yield Step("reasons", judging.reasons(policy, policy_rows, as_of))
    yield Step("verdicts", judging.verdicts(as_of))
