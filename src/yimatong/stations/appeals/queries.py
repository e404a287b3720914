"""What is read from the disputes and complaints by name. Where a complaint stands follows from its events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from yimatong.core.text import Text, message as _
from yimatong.records import identity
from yimatong.records.models import Official
from yimatong.records.queries import streets_of
from yimatong.stations.appeals.errors import mistake
from yimatong.stations.appeals.models import Complaint, ComplaintEvent, Dispute
from yimatong.stations.declarations.actions.declaring import receipt_key, shown_receipt
from yimatong.stations.dispositions.rules import texts_on

State = Literal["received", "taken_up", "answered"]
MOST = 2000


def disputes_of(person: int) -> dict[str, Dispute]:
    """A person's disputes by the evidence that they name."""
    return {row.evidence: row for row in Dispute.objects.filter(person=person).order_by("id")}


def words_of(dispute: Dispute) -> str:
    """What the person wrote."""
    return identity.unseal(dispute.words_sealed, "row")


@dataclass(frozen=True, slots=True)
class Standing:
    """A complaint as it stands; `answer` is empty until there is one."""

    complaint: Complaint
    state: State
    taken_up_at: datetime | None
    answered_at: datetime | None
    answer: str


def kinds(now: datetime) -> Mapping[str, Text]:
    """What can be complained of, by id, as the policy of the day says; a city without such a list still hears everybody."""
    texts = texts_on(now)
    if texts is None:
        return {"other": _("Something else")}
    return {entry.id: entry.text for entry in texts.complaint_kinds}


def by_receipt(receipt: str) -> Standing | None:
    """Where a complaint stands, by its receipt however it was typed; None where there is none."""
    found = _with_events().filter(receipt_key=receipt_key(receipt)).first()
    return stand(found) if found is not None else None


def receipt_of(complaint: Complaint) -> str:
    """The receipt's number, in fours."""
    return shown_receipt(identity.unseal(complaint.receipt_sealed, "receipt"))


def complaints(*, by: Official, checkpoint: int | None = None) -> tuple[Standing, ...]:
    """The complaints of the official's jurisdiction, those without a checkpoint being the city's: first who waits, the longest first.

    However many were answered, one that waits is never beyond the end of the list.
    """
    rows = _with_events().filter(_reach(by))
    if checkpoint is not None:
        rows = rows.filter(checkpoint=checkpoint)
    answered = Exists(ComplaintEvent.objects.filter(complaint=OuterRef("pk"), kind=ComplaintEvent.Kind.ANSWERED))
    waiting = rows.exclude(answered).order_by("received", "id")[:MOST]
    done = rows.filter(answered).order_by("-received", "-id")[:MOST]
    return tuple(stand(row) for row in (*waiting, *done))


def of_the_jurisdiction(by: Official, complaint: int) -> Complaint:
    """One of them; `complaint-unknown`, `complaint-not-yours`."""
    if (found := _with_events().filter(pk=complaint).first()) is None:
        raise mistake("complaint-unknown")
    if not Complaint.objects.filter(_reach(by), pk=complaint).exists():
        raise mistake("complaint-not-yours")
    return found


def counts(*, by: Official, since: datetime) -> dict[int, int]:
    """How many complaints each checkpoint has had since an instant of the city's life."""
    rows = Complaint.objects.filter(_reach(by), received__gte=since, checkpoint__isnull=False)
    return dict(rows.values_list("checkpoint").annotate(Count("pk")))


def stand(row: Complaint) -> Standing:
    """A complaint with its events at hand."""
    events = {event.kind: event for event in row.events.all()}
    up, done = events.get(ComplaintEvent.Kind.TAKEN_UP), events.get(ComplaintEvent.Kind.ANSWERED)
    words = identity.unseal(done.words_sealed, "row") if done and done.words_sealed is not None else ""
    state: State = "answered" if done else "taken_up" if up else "received"
    return Standing(row, state, up.at if up else None, done.at if done else None, words)


def _with_events() -> QuerySet[Complaint]:
    return Complaint.objects.select_related("checkpoint").prefetch_related(Prefetch("events"))


def _reach(by: Official) -> Q:
    streets = streets_of(by.jurisdiction)
    return Q() if streets is None else Q(checkpoint__division__range=streets)
