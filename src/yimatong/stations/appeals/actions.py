"""What writes to the disputes and complaints: keyword-only, all or nothing, audited without personal data.

dispute(account, person: int, evidence: str, words: str, now) -> Disputed(dispute, fresh)
dispute_at_a_point(by, point: int, person: int, evidence: str, words: str, now) -> Disputed(dispute, fresh)
complain(kind, checkpoint, text, source, happened, now, passage=None, slip="", account=None, phone="")
    -> Complained(complaint, receipt, fresh)
take_up(by, complaint: int, now) ; answer(by, complaint: int, words, now) ; read(by, complaint: int) -> str
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from yimatong.records import identity
from yimatong.records.actions import audit
from yimatong.records.actions.officials import the_system
from yimatong.records.actions.permission import require
from yimatong.records.models import Official
from yimatong.records.refusals import Reason, Refused
from yimatong.stations.appeals import queries, telling
from yimatong.stations.appeals.errors import mistake
from yimatong.stations.appeals.models import Complaint, ComplaintEvent, Dispute
from yimatong.stations.checkpoints.models import Checkpoint
from yimatong.stations.declarations.actions.declaring import RECEIPT_LENGTH, RECEIPT_SIGNS, receipt_key, shown_receipt
from yimatong.stations.declarations.checks import plain_phone
from yimatong.stations.declarations.models import Account
from yimatong.stations.declarations.queries import people_of
from yimatong.stations.issuing import looking
from yimatong.stations.issuing.actions.points import at_desk
from yimatong.stations.judgements.queries import explain

MOST = 1000
MOST_COMPLAINED = 500
MOST_ANSWERED = 1000


@dataclass(frozen=True, slots=True)
class Disputed:
    """The dispute as it stands; `fresh` where it was recorded just now."""

    dispute: Dispute
    fresh: bool


@transaction.atomic
def dispute(*, account: Account, person: int, evidence: str, words: str, now: datetime) -> Disputed:
    """Record that somebody objects to one fact behind their colour in force. It moves no colour by itself.

    `not-your-person` unless the person is the account's own or a dependant; `fact-not-yours` unless a reason of the
    verdict in force rests on the fact; `words-missing`, `words-too-long`.
    """
    said = _said(words)
    if person not in {shown.person for shown in people_of(account)}:
        raise mistake("not-your-person")
    return _disputed(person, evidence, explain(person).reasons, said, now, {"account": account}, the_system())


@transaction.atomic
def dispute_at_a_point(*, by: Official, point: int, person: int, evidence: str, words: str, now: datetime) -> Disputed:
    """Record what somebody objects to at an issuing point (G2), in their words, written down by its clerk.

    The fact is one of the reasons for which no pass is issued to them now; `not-staff`, and the mistakes of `dispute`.
    """
    where, said = at_desk(by, point), _said(words)
    no = looking.judged(person, now)
    reasons = no.reasons if isinstance(no, Refused) else ()
    return _disputed(person, evidence, reasons, said, now, {"point": where, "official": by}, by)


def _said(words: str) -> str:
    said = words.strip()
    if not said:
        raise mistake("words-missing")
    if len(said) > MOST:
        raise mistake("words-too-long", most=MOST)
    return said


def _disputed(
    person: int, evidence: str, reasons: Sequence[Reason], said: str, now: datetime, where: dict[str, Any],
    by: Official,
) -> Disputed:  # fmt: skip
    reason = next((one for one in reasons if one.evidence.fact == evidence), None)
    if reason is None:
        raise mistake("fact-not-yours")
    made, fresh = Dispute.objects.get_or_create(
        person_id=person,
        evidence=evidence,
        defaults={
            **where,
            "fact_id": int(evidence.split("/")[1]) if reason.evidence.recorded else None,
            "rule": reason.rule,
            "words_sealed": identity.seal(said, "row"),
            "at": now,
        },
    )
    if fresh:
        audit.record(by=by, action="dispute.record", subject=str(made), details={"rule": reason.rule})
        telling.tell_received(made, now=now)
    return Disputed(made, fresh)


@dataclass(frozen=True, slots=True)
class Complained:
    """The complaint, its receipt as people copy it; `fresh` where it was recorded just now."""

    complaint: Complaint
    receipt: str
    fresh: bool


@transaction.atomic
def complain(
    *, kind: str, checkpoint: int | None, text: str, source: str, happened: datetime, now: datetime,
    passage: int | None = None, slip: str = "", account: Account | None = None, phone: str = "",
) -> Complained:  # fmt: skip
    """Record a complaint; a scanner's record (`scanner/<device>/<n>`) once, however often it comes.

    `complaint-kind`, `complaint-too-long`, `complaint-checkpoint`, `complaint-phone`. Nobody has to say who they are; whoever gives an
    `account` or a `phone` is told there that it was received and answered.
    """
    if source != "page" and (known := Complaint.objects.filter(source=source).first()) is not None:
        return Complained(known, queries.receipt_of(known), fresh=False)
    said = text.strip()
    if kind not in queries.kinds(now):
        raise mistake("complaint-kind", place="kind")
    if len(said) > MOST_COMPLAINED:
        raise mistake("complaint-too-long", place="text", most=MOST_COMPLAINED)
    if checkpoint is not None and not Checkpoint.objects.filter(pk=checkpoint).exists():
        raise mistake("complaint-checkpoint", place="checkpoint")
    if phone.strip() and not plain_phone(phone):
        raise mistake("complaint-phone", place="phone")
    receipt = "".join(secrets.choice(RECEIPT_SIGNS) for _ in range(RECEIPT_LENGTH))
    made = Complaint.objects.create(
        kind=kind, checkpoint_id=checkpoint, slip=slip.strip()[:32], passage=passage, source=source,
        words_sealed=identity.seal(said, "row") if said else None, receipt_key=receipt_key(receipt),
        receipt_sealed=identity.seal(receipt, "receipt"), happened=happened, received=now,
    )  # fmt: skip
    details = {"kind": kind, "checkpoint": checkpoint, "source": source.partition("/")[0]}
    audit.record(by=the_system(), action="complaint.record", subject=str(made), details=details)
    telling.keep_contact(made, account=account, phone=plain_phone(phone), now=now)
    return Complained(made, shown_receipt(receipt), fresh=True)


@transaction.atomic
def take_up(*, by: Official, complaint: int, now: datetime) -> Complaint:
    """Say that somebody looks into it; its receipt shows that. `complaint-done` where somebody had said so."""
    return _moved(by, complaint, ComplaintEvent.Kind.TAKEN_UP, now, "")


@transaction.atomic
def answer(*, by: Official, complaint: int, words: str, now: datetime) -> Complaint:
    """Answer it, once, to be read by whoever has the receipt. `answer-missing`, `complaint-done`."""
    said = words.strip()
    if not 0 < len(said) <= MOST_ANSWERED:
        raise mistake("answer-missing", place="words", most=MOST_ANSWERED)
    return _moved(by, complaint, ComplaintEvent.Kind.ANSWERED, now, said)


@transaction.atomic
def read(*, by: Official, complaint: int) -> str:
    """What was written, empty where nothing was; who read it is recorded (H5)."""
    require(by, "answer")
    found = queries.of_the_jurisdiction(by, complaint)
    words = identity.unseal(found.words_sealed, "row") if found.words_sealed is not None else ""
    audit.record(by=by, action="complaint.read", subject=str(found))
    return words


def _moved(by: Official, complaint: int, kind: ComplaintEvent.Kind, now: datetime, words: str) -> Complaint:
    require(by, "answer")
    found = queries.of_the_jurisdiction(by, complaint)
    try:
        with transaction.atomic():
            ComplaintEvent.objects.create(
                complaint=found, kind=kind, by=by, at=now, words_sealed=identity.seal(words, "row") if words else None
            )
    except IntegrityError as again:
        raise mistake("complaint-done") from again
    audit.record(by=by, action=f"complaint.{kind}", subject=str(found))
    if kind == ComplaintEvent.Kind.ANSWERED:
        telling.tell_answer(found, now=now)
    return found
