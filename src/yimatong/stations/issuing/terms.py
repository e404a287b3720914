"""What the policy says about papers (papers.yaml): the city's file, else its province's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from yimatong.core.errors import EnvironmentProblem
from yimatong.core.paper import last_day
from yimatong.core.policy.document import Document
from yimatong.core.text import message as _
from yimatong.records import calendar, policies

FILE = "papers.yaml"
OBJECTION_HOURS = 48
"""Where a policy says nothing of objections: packs kept with earlier runs have no such line, and must stay readable."""


@dataclass(frozen=True, slots=True)
class Step:
    """Who is answerable for an open collection task from so many hours after its opening on: point, township, district, city."""

    to: str
    hours: int


@dataclass(frozen=True, slots=True)
class Terms:
    """How paper passes are issued and taken back; the fields are those of papers.yaml."""

    valid_days: int
    renew_days: int
    block: int
    child_below: int
    hearing_hours: int
    objection_hours: int
    offline_hours: int
    collection: tuple[Step, ...]
    slot_minutes: int
    slot_people: int
    days_ahead: int

    def until(self, issued_at: datetime) -> datetime:
        """The last second of a pass issued at an instant: the end of its last day in the city."""
        return calendar.last_second(last_day(calendar.day(issued_at), self.valid_days))

    def can_renew(self, until: datetime, now: datetime) -> bool:
        """Whether a pass is over or so near its end that a new one is issued."""
        return now >= until - timedelta(days=self.renew_days)

    def answerable(self, opened_at: datetime, now: datetime) -> str:
        """Who is answerable now for a task that is open: the first, until their hours are over, then the next."""
        passed = (now - opened_at).total_seconds() / 3600
        return next((step.to for step in self.collection if passed <= step.hours), self.collection[-1].to)


def terms() -> Terms:
    """The terms of the policy in force; EnvironmentProblem `papers-not-in-policy` where no pack has them."""
    return terms_of(policies.part(FILE, "papers"))


def terms_of(document: Document | None) -> Terms:
    """The same, of a papers.yaml."""
    if document is None:
        raise EnvironmentProblem(
            "papers-not-in-policy",
            place=FILE,
            sentence=_("the policy does not say how paper passes are issued."),
            remedy=_("add {FILE} to the policy (see policies/cn-zj/{FILE}).", FILE=FILE),
        )
    data = document.data
    return Terms(
        valid_days=data["valid_days"],
        renew_days=data["renew_days"],
        block=data["block"],
        child_below=data["child_below"],
        hearing_hours=data["hearing_hours"],
        objection_hours=data.get("objection_hours", OBJECTION_HOURS),
        offline_hours=data["offline_hours"],
        collection=tuple(Step(step["to"], step["hours"]) for step in data["collection"]),
        slot_minutes=data["slots"]["minutes"],
        slot_people=data["slots"]["people"],
        days_ahead=data["slots"]["days_ahead"],
    )
