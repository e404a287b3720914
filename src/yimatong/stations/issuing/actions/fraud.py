"""Fraud that got a pass (A6): found, recorded, heard, its effect undone, handed over. No colour is touched."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from yimatong.records import identity
from yimatong.records.actions import audit
from yimatong.records.actions.officials import the_system
from yimatong.records.actions.permission import require
from yimatong.records.models import Official
from yimatong.stations.declarations.models import Account
from yimatong.stations.declarations.queries import people_of
from yimatong.stations.issuing.actions import standing
from yimatong.stations.issuing.actions.issuing import paper_of
from yimatong.stations.issuing.actions.points import at_desk
from yimatong.stations.issuing.errors import mistake
from yimatong.stations.issuing.models import FraudAnswer, FraudCase
from yimatong.stations.issuing.terms import terms
from yimatong.stations.passes.actions import papers

State, Finding = FraudCase.State, FraudCase.Finding
MOST = 2000


@transaction.atomic
def open_case(*, by: Official, number: str, says: str, grounds: str, now: datetime) -> FraudCase:
    """Record what is thought, on what grounds, and until when the holder may answer. The pass stays as it is; `case-open`."""
    require(by, "fraud")
    if not grounds.strip() or says not in FraudCase.Says.values:
        raise mistake("reason-missing")
    try:
        with transaction.atomic():
            case = FraudCase.objects.create(
                paper=paper_of(number), says=says, grounds_sealed=identity.seal(grounds.strip(), "row"), opened_at=now,
                opened_by=by, answer_by=now + timedelta(hours=terms().hearing_hours),
            )  # fmt: skip
    except IntegrityError:
        raise mistake("case-open") from None
    audit.record(by=by, action="fraud.open", subject=f"fraud/{case.pk}", details={"says": says})
    return case


@transaction.atomic
def hear(*, by: Official, case: int, words: str, now: datetime) -> FraudCase:
    """Record what the holder says to it, sealed: by the control office, or at a desk of the point that issued the pass.

    Who is heard again has what they said before kept; until the case is settled somebody who comes is heard.
    """
    found = _locked(case)
    at_desk(by, found.paper.point_id, "hear")
    if not words.strip():
        raise mistake("reason-missing")
    _heard(found, words, now, how=FraudAnswer.How.DESK, by=by)
    audit.record(by=by, action="fraud.hear", subject=f"fraud/{case}")
    return found


@transaction.atomic
def answer(*, account: Account, case: int, words: str, now: datetime) -> FraudCase:
    """Record what the holder of the pass, or a parent for their child, writes on their own page, sealed; as often as they like.

    `case-unknown` where the case is none of theirs, `case-settled`, `hearing-over` after the time to answer, `words-missing`.
    """
    found = _locked(case)
    if found.paper.person_id not in speaks_for(account):
        raise mistake("case-unknown")
    if now > found.answer_by:
        raise mistake("hearing-over")
    if not 0 < len(words.strip()) <= MOST:
        raise mistake("words-missing", most=MOST)
    _heard(found, words, now, how=FraudAnswer.How.ONLINE, account=account)
    audit.record(by=the_system(), action="fraud.answer", subject=f"fraud/{case}")
    return found


def speaks_for(account: Account) -> set[int]:
    """Whose cases an account may answer: its own person's, and those of the children and wards it looks after."""
    return {one.person for one in people_of(account) if one.relation in {"", "child", "ward"}}


@transaction.atomic
def settle(*, by: Official, case: int, finding: str, why: str, now: datetime, handed_to: str = "") -> FraudCase:
    """Say what was found when the time to answer is over, not before. Another official than who opened it decides.

    `fraud` recalls the pass, opens its collection, and names the department that it is handed to; `unfounded` changes nothing.
    """
    require(by, "fraud")
    found = _locked(case)
    if found.opened_by_id == by.pk:
        raise mistake("same-official")
    if now <= found.answer_by:
        raise mistake("case-not-heard")
    if found.state == State.OPEN:
        found.state, found.heard_at = State.HEARD, now
        found.save(update_fields=["state", "heard_at"])
    is_fraud = Finding(finding) == Finding.FRAUD
    if not why.strip() or (is_fraud and not handed_to.strip()):
        raise mistake("reason-missing")
    papers.hold(found.paper.person_id)
    found.state, found.finding, found.settled_at, found.settled_by = State.SETTLED, Finding(finding), now, by
    found.settled_why, found.handed_to = why.strip(), handed_to.strip()
    found.save(update_fields=["state", "finding", "settled_at", "settled_by", "settled_why", "handed_to"])
    if is_fraud and found.paper.credential_id is not None:
        papers.recall(serials=[found.paper.credential_id], cause="fraud", now=now)
        standing.open_task(found.paper, standing.Kind.RECALLED, "fraud", now)
        standing.arrange(person=found.paper.person_id, now=now)
    audit.record(
        by=by, action="fraud.settle", subject=f"fraud/{case}", details={"finding": finding, "handed_over": is_fraud}
    )
    return found


def _heard(case: FraudCase, words: str, now: datetime, **said: Any) -> None:
    FraudAnswer.objects.create(case=case, words_sealed=identity.seal(words.strip(), "row"), at=now, **said)
    case.state, case.heard_at = State.HEARD, now
    case.save(update_fields=["state", "heard_at"])


def _locked(number: int) -> FraudCase:
    case = FraudCase.objects.select_for_update(of=("self",)).select_related("paper").filter(pk=number).first()
    if case is None:
        raise mistake("case-unknown")
    if case.state == State.SETTLED:
        raise mistake("case-settled")
    return case
