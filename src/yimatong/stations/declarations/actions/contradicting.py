"""Contradictions: a declaration and something else do not agree. Nobody turns red by it; somebody is heard.

open: the person is asked, two days of the city's time. heard: answered, or not in time. settled: by an official (settling.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from yimatong.records import calendar, identity
from yimatong.records.actions import audit
from yimatong.records.actions.officials import the_system
from yimatong.records.models import Stay
from yimatong.stations.declarations import queries
from yimatong.stations.declarations.actions.effects import ASKED_DAYS
from yimatong.stations.declarations.checks import Answers, inside
from yimatong.stations.declarations.errors import mistake
from yimatong.stations.declarations.models import Account, Contradiction, Declaration, DeclaredRecord

TO_ANSWER = timedelta(days=2)
NOWHERE_ELSE = "nowhere-else"


def look(declaration: Declaration, said: Answers, *, taken_back: Sequence[str], now: datetime) -> None:
    """Open what a declaration contradicts: journeys that others have recorded, and what it takes back late."""
    person = declaration.person_id
    assert person is not None
    if taken_back:
        open_case(
            person=person, declaration=declaration, sort=Contradiction.Sort.RETRACTED, says="taken-back",
            evidence=list(taken_back), key="taken-back", now=now,
        )  # fmt: skip
    if not said.elsewhere:
        stays = [f"stay/{number}" for number in _journeys_of_others(person, now)]
        if stays:
            open_case(
                person=person, declaration=declaration, sort=Contradiction.Sort.ITINERARY, says=NOWHERE_ELSE,
                evidence=stays, key=NOWHERE_ELSE, now=now,
            )  # fmt: skip


def _journeys_of_others(person: int, now: datetime) -> list[int]:
    """Stays outside the city, in the days that the form asks about, that the person's own words did not make."""
    own = DeclaredRecord.objects.filter(person_id=person, stay__isnull=False).values("stay_id")
    stays = Stay.objects.filter(
        person_id=person, struck_at=None, leave__gte=calendar.days_before(now, ASKED_DAYS), arrive__lte=now
    ).exclude(pk__in=own)
    return [stay.pk for stay in stays.order_by("id") if not inside(stay.division, settings.YIMATONG_CITY)]


@transaction.atomic
def contradict(
    *, person: int, sort: str, says: str, evidence: Sequence[str], key: str, now: datetime
) -> Contradiction | None:
    """Open a case against the declaration in force of somebody, for a later station that has found something.

    None where nothing was declared, or where that very case is there already. `evidence` names records, never people.
    """
    declaration = queries.declaration_of(person)
    if declaration is None:
        return None
    before = Contradiction.objects.filter(declaration=declaration, sort=sort, key=key).exists()
    case = open_case(
        person=person, declaration=declaration, sort=sort, says=says, evidence=list(evidence), key=key, now=now
    )
    if before:
        return None
    audit.record(
        by=the_system(), action="contradiction.open", subject=f"contradiction/{case.pk}", details={"sort": sort}
    )
    return case


def open_case(
    *, person: int, declaration: Declaration, sort: str, says: str, evidence: list[str], key: str, now: datetime
) -> Contradiction:
    """The case of this key, opened where it is not there, in the caller's transaction."""
    case, _ = Contradiction.objects.get_or_create(
        declaration=declaration, sort=sort, key=key,
        defaults={"person_id": person, "says": says, "evidence": evidence, "answer_by": now + TO_ANSWER},
    )  # fmt: skip
    return case


@transaction.atomic
def answer(*, account: Account, contradiction: int, words: str, now: datetime) -> Contradiction:
    """The person's own words about it. An identity is answered by whoever made the declaration."""
    if not words.strip():
        raise mistake("words-missing")
    case = Contradiction.objects.select_for_update().select_related("declaration").filter(pk=contradiction).first()
    if case is None or not _concerns(account, case):
        raise mistake("record-unknown")
    if case.state != Contradiction.State.OPEN:
        raise mistake("case-not-open")
    case.state, case.answer_sealed = Contradiction.State.HEARD, identity.seal(words.strip()[:2000], "answers")
    case.heard_at = now
    case.save(update_fields=["state", "answer_sealed", "heard_at"])
    audit.record(by=the_system(), action="contradiction.hear", subject=f"contradiction/{case.pk}")
    return case


def _concerns(account: Account, case: Contradiction) -> bool:
    if case.sort == Contradiction.Sort.IDENTITY:
        return case.declaration.account_id == account.pk
    return case.person_id in {one.person for one in queries.people_of(account)}


@transaction.atomic
def lapse(*, now: datetime) -> int:
    """Cases whose time to answer is over count as heard, without words; how many."""
    return Contradiction.objects.filter(state=Contradiction.State.OPEN, answer_by__lt=now).update(
        state=Contradiction.State.HEARD, heard_at=Now()
    )
