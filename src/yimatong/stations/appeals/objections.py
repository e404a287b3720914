"""The office's queue of disputes: where each stands, by when it is to be settled, and the records that it speaks of.

queue(by, now)                the disputes of the official's jurisdiction or points, the most urgent first
late(now)                     those past their hours, for the alarm
of_the_jurisdiction(by, n)    one of them
behind(dispute)               the records of ours that the disputed fact is or rests on, as far as they still count
said_by(person, now)          a person's disputes with what became of them, for their own page and the desk
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from django.db.models import Q, QuerySet

from yimatong.records import identity
from yimatong.records.models import Fact, Home, Official, Stay
from yimatong.records.queries import now_standing, streets_of
from yimatong.stations.appeals.errors import mistake
from yimatong.stations.appeals.models import Dispute, DisputeOutcome
from yimatong.stations.issuing import queries as issuing
from yimatong.stations.issuing.actions.points import STAFFED
from yimatong.stations.issuing.terms import terms
from yimatong.stations.judgements.queries import explain

State = Literal["late", "waiting", "corrected", "stands"]
MOST = 2000
Record = Fact | Stay | Home


@dataclass(frozen=True, slots=True)
class Standing:
    """A dispute as it stands at an instant; `due` is when it is to be settled, `outcome` None until it is."""

    dispute: Dispute
    state: State
    due: datetime
    outcome: DisputeOutcome | None

    @property
    def answer(self) -> str:
        """What the person is told, empty until it is settled."""
        return identity.unseal(self.outcome.words_sealed, "row") if self.outcome is not None else ""


@dataclass(frozen=True, slots=True)
class Behind:
    """A record that still counts, named as it is struck: `fact/12`, `stay/7`, `home/3`."""

    name: str
    record: Record = field(repr=False)

    @property
    def table(self) -> str:
        """The table of the record, as records/actions/statements has it."""
        return self.name.partition("/")[0]


def queue(*, by: Official, now: datetime) -> tuple[Standing, ...]:
    """The disputes that this official may see: the late ones first, then by when they are due; then those settled, the newest first.

    However many were settled, one that waits is never beyond the end of the list.
    """
    rows = _with_all().filter(_reach(by))
    waiting = rows.filter(outcome=None).order_by("at", "pk")[:MOST]
    settled = rows.exclude(outcome=None).order_by("-at", "-pk")[:MOST]
    return tuple(stand(row, now) for row in (*waiting, *settled))


def late(now: datetime) -> tuple[Standing, ...]:
    """Everybody's disputes that are past their hours, the oldest first."""
    before = now - timedelta(hours=terms().objection_hours)
    rows = _with_all().filter(outcome=None, at__lt=before).order_by("at", "pk")
    return tuple(stand(row, now) for row in rows)


def of_the_jurisdiction(by: Official, dispute: int) -> Dispute:
    """One of them; `dispute-unknown` also where it is another's, so that nobody can tell how many there are."""
    if (found := _with_all().filter(_reach(by), pk=dispute).first()) is None:
        raise mistake("dispute-unknown")
    return found


def stand(row: Dispute, now: datetime) -> Standing:
    """A dispute with its outcome at hand."""
    due = row.at + timedelta(hours=terms().objection_hours)
    outcome = getattr(row, "outcome", None)
    if outcome is not None:
        return Standing(
            row, "corrected" if outcome.finding == DisputeOutcome.Finding.CORRECTED else "stands", due, outcome
        )
    return Standing(row, "late" if due < now else "waiting", due, None)


def said_by(person: int, now: datetime) -> tuple[Standing, ...]:
    """What somebody objected to, the newest first."""
    return tuple(stand(row, now) for row in _with_all().filter(person=person).order_by("-at", "-pk"))


def behind(dispute: Dispute) -> tuple[Behind, ...]:
    """The recorded fact itself; of a derived one the person's own stays or home that it was derived from.

    Empty where they were struck already, or where only machine-made stays of the lake say so: those go with their delivery.
    """
    if dispute.fact_id is not None:
        stands = now_standing("facts", [dispute.fact_id])[dispute.fact_id]
        facts = Fact.objects.filter(pk=stands, struck_at=None).select_related("delivery")
        return tuple(Behind(f"fact/{row.pk}", row) for row in facts)
    parts, _at, minute = dispute.evidence.partition("@")
    kind, *_words, number = parts.split("/")
    if kind == "neighbour":
        homes = Home.objects.filter(person=dispute.person_id, stairwell=int(number), struck_at=None).order_by("pk")
        return tuple(Behind(f"home/{row.pk}", row) for row in homes)
    moment = datetime.fromtimestamp(int(minute) * 60, UTC)
    stays = Stay.objects.filter(
        person=dispute.person_id, place=int(number), arrive__lte=moment, leave__gte=moment, struck_at=None
    ).order_by("arrive", "pk")
    return tuple(Behind(f"stay/{row.pk}", row) for row in stays)


def is_gone(dispute: Dispute) -> bool:
    """Whether the fact counts no more, by whatever way it went: struck, its delivery withdrawn, judged anew without it."""
    if behind(dispute):
        return False
    if dispute.fact_id is not None:
        return True
    return all(reason.evidence.fact != dispute.evidence for reason in explain(dispute.person_id).reasons)


def _with_all() -> QuerySet[Dispute]:
    return Dispute.objects.select_related(
        "outcome", "outcome__by", "fact", "fact__delivery", "point", "official", "person"
    )


def _reach(by: Official) -> Q:
    if by.role in STAFFED:
        return Q(point__in=issuing.points_of(by))
    streets = streets_of(by.jurisdiction)
    return Q() if streets is None else Q(person__division__range=streets) | Q(point__division__range=streets)
