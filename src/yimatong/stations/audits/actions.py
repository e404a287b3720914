"""What was found is accepted by an official who knows why: a back-up that was restored, a folder of heads that was moved."""

from __future__ import annotations

from django.db import transaction

from yimatong.records.actions import audit
from yimatong.records.actions.permission import require
from yimatong.records.errors import mistake
from yimatong.records.models import Official
from yimatong.stations.audits import chain
from yimatong.stations.judgements import discrepancies
from yimatong.stations.judgements.lifecycle import JUDGE, in_force


def accept(*, by: Official, why: str) -> int:
    """End what stands of the audit chain, of records and of policies; how much. It is not told again, and the entry says who and why.

    `reason-missing`. Nothing is put right by it: what was deleted is recorded anew by hand.
    """
    require(by, "accept")
    if not why.strip():
        raise mistake("reason-missing")
    # What is found by this very look is accepted too; what comes later is not.
    chain.record(chain.seal())
    standing = [one for one in discrepancies.open_ones(tables=chain.TABLES) if chain.is_ours(one)]
    details: dict[str, audit.Detail] = {"why": why.strip(), "found": [one.number for one in standing]}
    with transaction.atomic():
        audit.record(by=by, action="audit.accept", subject="audit", details=details)
        current = in_force()
        with transaction.atomic(using=JUDGE):
            discrepancies.end(standing, current.number if current else 0)
    return len(standing)
