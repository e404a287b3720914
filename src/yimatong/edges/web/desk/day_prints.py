"""All passes of a point's day as one print job: everybody in it is looked at, and every pass stands in the audit before it is set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from yimatong.core.time import day_of
from yimatong.edges.printing import Form, PrintedPass
from yimatong.edges.web.desk.prints import printed
from yimatong.records.actions import audit
from yimatong.records.models import Official
from yimatong.stations.issuing.errors import mistake
from yimatong.stations.issuing.models import Paper, Point
from yimatong.stations.issuing.zones import zones
from yimatong.stations.passes.actions.papers import signer

AT_ONCE = 50
"""Passes whose prints are written into the audit in one transaction: others wait for the chain no longer than that."""


@dataclass(frozen=True, slots=True)
class DayPrint:
    """A print job: the passes (their keys) of a point and day that live now, in the lines of the register."""

    by: Official
    point: Point
    day: date
    form: Form
    now: datetime
    papers: tuple[int, ...]

    @classmethod
    def of(cls, *, by: Official, point: Point, day: date, form: Form, now: datetime) -> DayPrint:
        """The job, `nothing-to-print` where no pass lives; nothing is looked at yet."""
        papers = tuple(printable(point, day, now).values_list("pk", flat=True))
        if not papers:
            raise mistake("nothing-to-print", point=point.pk, day=day.isoformat())
        return cls(by, point, day, form, now, papers)

    def passes(self) -> Iterator[PrintedPass]:
        """The passes one by one, once. A pass that died since the job was made is left out; the last link of the audit counts them."""
        zoned, count = zones(self.point.division, self.now), 0
        for first in range(0, len(self.papers), AT_ONCE):
            some = self.papers[first : first + AT_ONCE]
            found = tuple(printable(self.point, self.day, self.now).filter(pk__in=some))
            self._recorded(found)
            # Asked anew for each of them: a key that was compromised in the middle of a long job signs no more.
            key = signer(self.now) if found else None
            for paper in found:
                yield printed(paper, self.now, zoned=zoned, key=key)
            count += len(found)
        details: dict[str, audit.Detail] = {"day": self.day.isoformat(), "form": self.form, "count": count}
        audit.record(by=self.by, action="papers.print", subject=f"point/{self.point.pk}", details=details)

    @transaction.atomic
    def _recorded(self, papers: tuple[Paper, ...]) -> None:
        why = f"paper: print of {self.day.isoformat()}"
        audit.looks(by=self.by, people=[paper.person_id for paper in papers], why=why, where="register")
        for paper in papers:
            audit.record(by=self.by, action="paper.print", subject=f"paper/{paper.number}", details={"form": self.form})


def printable(point: Point, day: date, now: datetime) -> QuerySet[Paper]:
    """The passes in the register of a point and day that are good at an instant, in its lines."""
    found = Paper.objects.filter(
        entry__point=point, entry__day=day_of(day),
        credential__isnull=False, credential__recalled_at=None, valid_until__gte=now,
    )  # fmt: skip
    return found.select_related("credential__epoch", "point").order_by("entry__line")
