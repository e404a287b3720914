"""A fever at a checkpoint: a fact about the person whose pass was shown, and a judgement within minutes."""

from __future__ import annotations

from datetime import datetime

from yimatong.core.facts import Kind
from yimatong.records.actions import audit, statements
from yimatong.records.actions.officials import the_system
from yimatong.records.actions.statements import FactStated
from yimatong.stations.declarations import form
from yimatong.stations.judgements.tasks import judge_soon

DETAIL = "fever"


def record_fever(*, person: int, checkpoint: int, happened: datetime) -> bool:
    """State the symptom in the caller's transaction and ask for a judgement; False where it was stated before."""
    stated = statements.state_fact(
        by=the_system(),
        person=person,
        said=FactStated(Kind.SYMPTOM.value, DETAIL, happened, None),
        source=source_of(checkpoint),
        legal_basis=form.LAW.of("zh"),
    )
    if stated is None:
        return False
    audit.record(by=the_system(), action="fever.record", subject=source_of(checkpoint), details={"person": person})
    judge_soon()
    return True


def source_of(checkpoint: int) -> str:
    """How the records name a checkpoint."""
    return f"checkpoint/{checkpoint}"
