"""What the office does with a dispute: it is read by an act that is recorded, and settled once. Nothing here sets a colour.

read_dispute(by, dispute: int) -> str
settle_dispute(by, dispute: int, finding, words, now, records=()) -> DisputeOutcome

Why so: decision 91.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from yimatong.records import identity
from yimatong.records.actions import audit, facts, statements
from yimatong.records.actions.permission import require
from yimatong.records.models import Official
from yimatong.stations.appeals import objections, telling
from yimatong.stations.appeals.actions import MOST_ANSWERED
from yimatong.stations.appeals.errors import mistake
from yimatong.stations.appeals.models import Dispute, DisputeOutcome
from yimatong.stations.appeals.queries import words_of

Finding = DisputeOutcome.Finding
WHERE = "objection"


@transaction.atomic
def read_dispute(*, by: Official, dispute: int) -> str:
    """What the person said; the look at them is recorded before it is given (H5)."""
    require(by, "strike")
    found = objections.of_the_jurisdiction(by, dispute)
    audit.look(by=by, person=found.person_id, why=f"appeal: {found}", where=WHERE)
    return words_of(found)


@transaction.atomic
def settle_dispute(
    *, by: Official, dispute: int, finding: str, words: str, now: datetime, records: Sequence[str] = ()
) -> DisputeOutcome:
    """Say what was found, in words that the person reads. The caller has the touched judged after this.

    `corrected` strikes the recorded fact, or of a derived one the `records` chosen among those behind it; where they went by
    another way before (a withdrawn delivery, a correction of the person's own) nothing is left to strike. `stands` changes
    nothing. `dispute-unknown`, `dispute-settled`, `own-dispute`, `answer-missing`, `record-not-behind`, `nothing-corrected`.
    """
    require(by, "strike")
    found = objections.of_the_jurisdiction(by, dispute)
    if hasattr(found, "outcome"):
        raise mistake("dispute-settled")
    if found.official_id == by.pk:
        raise mistake("own-dispute")
    said = words.strip()
    if not 0 < len(said) <= MOST_ANSWERED:
        raise mistake("answer-missing", place="words", most=MOST_ANSWERED)
    struck = _correct(by, found, records, now) if Finding(finding) == Finding.CORRECTED else []
    try:
        with transaction.atomic():
            made = DisputeOutcome.objects.create(
                dispute=found, finding=Finding(finding), struck=struck, words_sealed=identity.seal(said, "row"), by=by,
                at=now,
            )  # fmt: skip
    except IntegrityError as again:
        raise mistake("dispute-settled") from again
    details: dict[str, audit.Detail] = {"finding": finding, "struck": struck}
    audit.record(by=by, action="dispute.settle", subject=str(found), details=details)
    telling.tell_settled(found, now=now)
    return made


def _correct(by: Official, dispute: Dispute, records: Sequence[str], now: datetime) -> list[str]:
    """Strike what was wrong; what was struck."""
    there = objections.behind(dispute)
    wanted = {there[0].name} if dispute.fact_id is not None and there else set(records)
    if not wanted <= {one.name for one in there}:
        raise mistake("record-not-behind", place="records")
    chosen = [one for one in there if one.name in wanted]
    if not chosen and not objections.is_gone(dispute):
        raise mistake("nothing-corrected", place="records")
    for one in chosen:
        if one.table == "fact":
            facts.strike(by=by, fact=one.record.pk, why=str(dispute), now=now)
        else:
            statements.strike(by=by, table=one.table, rows=[one.record.pk], why=str(dispute))
    return [one.name for one in chosen]
