"""Earlier declarations as their deliveries bring them, kept so that the person can confirm them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models.functions import Now

from yimatong.records import identity
from yimatong.records.models import Delivery
from yimatong.stations.declarations.models import EarlierDeclaration

AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class EarlierRow:
    """What one earlier declaration says: answers of the form as far as they were asked there."""

    person: int
    declared_at: datetime
    reference: str
    decision: str
    answers: dict[str, Any] = field(repr=False)


def take_earlier(*, delivery: Delivery, origin: str, rows: Iterable[EarlierRow]) -> None:
    """Keep them with their delivery, in its transaction. What was confirmed or rejected before is not asked about again."""
    made = [_row(delivery, origin, row) for row in rows]
    settled = {
        (one.person_id, one.declared_at, one.fingerprint): one
        for one in EarlierDeclaration.objects.filter(
            origin=origin, person_id__in=[row.person_id for row in made]
        ).exclude(state=EarlierDeclaration.State.WAITING)
    }
    for row in made:
        before = settled.get((row.person_id, row.declared_at, row.fingerprint))
        if before is not None:
            row.state, row.settled_at = before.state, before.settled_at
    EarlierDeclaration.objects.bulk_create(made, batch_size=AT_ONCE, ignore_conflicts=True)


def withdraw_earlier(*, delivery: Delivery) -> int:
    """Nobody is asked about a withdrawn delivery's declarations any more; how many."""
    return EarlierDeclaration.objects.filter(delivery=delivery, withdrawn_at=None).update(withdrawn_at=Now())


def _row(delivery: Delivery, origin: str, row: EarlierRow) -> EarlierDeclaration:
    text = json.dumps(row.answers, ensure_ascii=False, sort_keys=True)
    return EarlierDeclaration(
        delivery=delivery, origin=origin, reference=row.reference, person_id=row.person, declared_at=row.declared_at,
        answers_sealed=identity.seal(text, "answers"), fingerprint=identity.keyed("earlier:", text + row.decision),
        decision=row.decision,
    )  # fmt: skip
