"""Declarations of earlier systems: what a delivery told is confirmed by the person, or is not theirs."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yimatong.records.actions import audit
from yimatong.records.actions.officials import the_system
from yimatong.stations.declarations import queries
from yimatong.stations.declarations.errors import mistake
from yimatong.stations.declarations.models import Account, EarlierDeclaration

State = EarlierDeclaration.State


@transaction.atomic
def confirm_earlier(*, account: Account, earlier: int, now: datetime) -> EarlierDeclaration:
    """It is theirs and still so. Its facts stand as they came, with their delivery; nothing is asked for again."""
    return _settled(account, earlier, State.CONFIRMED, now)


@transaction.atomic
def reject_earlier(*, account: Account, earlier: int, now: datetime) -> EarlierDeclaration:
    """It is not theirs, or was never so. Facts of others are not struck by a click: it is shown to the control office, and
    the person can dispute each fact; to declare anew is open to them at once."""
    return _settled(account, earlier, State.REJECTED, now)


def _settled(account: Account, earlier: int, state: State, now: datetime) -> EarlierDeclaration:
    found = EarlierDeclaration.objects.select_for_update().filter(pk=earlier, withdrawn_at=None).first()
    if found is None or found.person_id not in {one.person for one in queries.people_of(account)}:
        raise mistake("record-unknown")
    if found.state != State.WAITING:
        raise mistake("case-not-open")
    found.state, found.settled_at = state, now
    found.save(update_fields=["state", "settled_at"])
    audit.record(by=the_system(), action=f"earlier.{state.value}", subject=f"earlier_declaration/{found.pk}")
    return found
