"""Settling held rows: an official confirms whom a row is about, or dismisses it. The machine never does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from yimatong.records.actions import audit
from yimatong.records.actions.permission import require
from yimatong.records.errors import mistake
from yimatong.records.models import Fact, HeldRow, Official

UNCERTAIN = {"person-not-certain", "person-unknown", "name-differs"}
"""The problems that somebody's knowledge of the person can answer. Every other one is mended in the file."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What a held row says, apart from whom it is about; the feed's contract read it again (feeds/releasing.py)."""

    kind: str
    detail: str
    start: datetime
    end: datetime | None
    onset: datetime | None
    source: str | None


@transaction.atomic
def release(*, by: Official, held_row: int, person: int, why: str, statement: Statement, now: datetime) -> Fact:
    """Make a held row a fact about the person whom an official has established; `why` says how.

    `held-row-not-a-match` where the row was held for something else, `record-repeats` where the fact is there already.
    """
    found = _waiting(by, held_row, why)
    codes = {problem["code"] for problem in found.problems}
    if not codes <= UNCERTAIN:
        raise mistake("held-row-not-a-match")
    same = Fact.objects.filter(
        person_id=person, kind=statement.kind, detail=statement.detail, start=statement.start, struck_at=None
    ).first()
    if same is not None:
        raise mistake("record-repeats", record=str(same))
    fact = Fact.objects.create(
        person_id=person, kind=statement.kind, detail=statement.detail, start=statement.start, end=statement.end,
        onset=statement.onset, source=statement.source or found.delivery.source, delivery=found.delivery,
        legal_basis=found.delivery.legal_basis, recorded_by=by,
    )  # fmt: skip
    _settle(found, HeldRow.State.RELEASED, by, why, now, fact)
    audit.record(
        by=by, action="held.release", subject=str(fact), details={"row": found.row, "person": person, "why": why}
    )
    return fact


@transaction.atomic
def dismiss(*, by: Official, held_row: int, why: str, now: datetime) -> None:
    """Close a held row that is about nobody, or was delivered again correctly."""
    found = _waiting(by, held_row, why)
    _settle(found, HeldRow.State.DISMISSED, by, why, now, None)
    audit.record(
        by=by, action="held.dismiss", subject=f"delivery/{found.delivery_id}", details={"row": found.row, "why": why}
    )


def _waiting(by: Official, held_row: int, why: str) -> HeldRow:
    require(by, "settle")
    if not why.strip():
        raise mistake("reason-missing")
    found = HeldRow.objects.select_for_update(of=("self",)).select_related("delivery").filter(pk=held_row).first()
    if found is None:
        raise mistake("record-unknown", record=f"held row {held_row}")
    if found.state != HeldRow.State.WAITING:
        raise mistake("held-row-settled")
    return found


def _settle(row: HeldRow, state: HeldRow.State, by: Official, why: str, now: datetime, fact: Fact | None) -> None:
    row.state, row.settled_by, row.settled_why, row.settled_at, row.fact = state, by, why.strip(), now, fact
    row.save(update_fields=["state", "settled_by", "settled_why", "settled_at", "fact"])
