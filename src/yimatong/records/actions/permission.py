"""Who may do what, in one table."""

from __future__ import annotations

from yimatong.records.errors import mistake
from yimatong.records.models import Official

Role = Official.Role

ALLOWED: dict[str, frozenset[Role]] = {
    "appoint": frozenset({Role.CONTROL_OFFICE, Role.MACHINE}),
    "deliver": frozenset({Role.CONTROL_OFFICE, Role.HEALTH, Role.MACHINE}),
    "withdraw": frozenset({Role.CONTROL_OFFICE, Role.HEALTH, Role.MACHINE}),
    "record": frozenset({Role.CONTROL_OFFICE, Role.HEALTH, Role.CLERK, Role.MACHINE}),
    "end": frozenset({Role.CONTROL_OFFICE, Role.HEALTH, Role.MACHINE}),
    "strike": frozenset({Role.CONTROL_OFFICE, Role.HEALTH, Role.MACHINE}),
    "correct": frozenset({Role.CONTROL_OFFICE, Role.HEALTH}),
    "settle": frozenset({Role.CONTROL_OFFICE, Role.HEALTH, Role.CLERK}),
    "policy": frozenset({Role.CONTROL_OFFICE, Role.MACHINE}),
    "judge": frozenset({Role.CONTROL_OFFICE, Role.HEALTH, Role.MACHINE}),
    "keys": frozenset({Role.CONTROL_OFFICE, Role.MACHINE}),
    "checkpoints": frozenset({Role.CONTROL_OFFICE, Role.MACHINE}),
    "receive": frozenset({Role.CONTROL_OFFICE, Role.HEALTH}),
    "answer": frozenset({Role.CONTROL_OFFICE}),
    "permit": frozenset({Role.CONTROL_OFFICE, Role.CLERK}),
    "transfer": frozenset({Role.CONTROL_OFFICE, Role.HEALTH, Role.CLERK}),
    "points": frozenset({Role.CONTROL_OFFICE, Role.MACHINE}),
    "issue": frozenset({Role.CLERK, Role.CONTROL_OFFICE, Role.MACHINE}),
    "collect": frozenset({Role.CLERK, Role.CONTROL_OFFICE}),
    "fraud": frozenset({Role.CONTROL_OFFICE}),
    "hear": frozenset({Role.CLERK, Role.CONTROL_OFFICE}),
    "test": frozenset({Role.HEALTH}),
    "roster": frozenset({Role.EMPLOYER, Role.CONTROL_OFFICE}),
    "tell": frozenset({Role.CONTROL_OFFICE, Role.HEALTH, Role.CLERK}),
    "gazetteer": frozenset({Role.CONTROL_OFFICE, Role.MACHINE}),
    "accept": frozenset({Role.CONTROL_OFFICE, Role.AUDITOR}),
}
"""A held row whose person is not certain is never settled by the machine (`settle`)."""


def require(by: Official, action: str) -> None:
    """Raise `not-allowed` or `official-not-active` unless the official may do this.

    The machine never signs in, so it is exempt from the latter.
    """
    if by.role not in ALLOWED[action]:
        allowed = ", ".join(sorted(ALLOWED[action]))
        raise mistake("not-allowed", role=by.role, action=action, allowed=allowed)
    if not by.is_active and by.role != Role.MACHINE:
        raise mistake("official-not-active")
