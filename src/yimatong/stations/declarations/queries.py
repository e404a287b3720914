"""What is read from the declarations by name."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from yimatong.records import calendar, identity
from yimatong.records.models import Division, Person, Place, Stairwell
from yimatong.stations.declarations.models import (
    Account,
    Channel,
    CheckIn,
    Contradiction,
    Declaration,
    Dependant,
    Draft,
    EarlierDeclaration,
    Statement,
)

MOST_PLACES = 50


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a form stands: what is filled in, at which step, when it was saved; `prefilled` names where answers came from
    (`draft`, `declaration`, `police`, `platform`, `channel`, or empty)."""

    answers: Mapping[str, Any]
    step: str
    saved_at: datetime | None
    prefilled: str


@dataclass(frozen=True, slots=True)
class PersonShown:
    """Somebody an account may act for. `relation` is empty for the account's own person."""

    person: int
    name: str
    relation: str
    declared: bool
    since: datetime | None = None
    document_tail: str = field(default="", repr=False)


def statement_in_force(day: date) -> Statement:
    """The truthfulness wording of a day; before the first one's day, the first."""
    latest = Statement.objects.filter(first_day__lte=day).order_by("-first_day").first()
    return latest or Statement.objects.earliest("first_day")


def channels_open() -> QuerySet[Channel]:
    """The channels that let people in by themselves; at a checkpoint the guard does."""
    return Channel.objects.filter(enabled=True).exclude(kind=Channel.Kind.CHECKPOINT).order_by("id")


def declaration_of(person: int) -> Declaration | None:
    """The declaration in force of somebody: the one that no other replaces."""
    return Declaration.objects.filter(person_id=person, replaced_by=None).first()


def history_of(person: int) -> QuerySet[Declaration]:
    """All declarations about somebody, the newest first."""
    return Declaration.objects.filter(person_id=person).order_by("-id")


def answers_of(declaration: Declaration) -> dict[str, Any]:
    """What was filled in."""
    content = json.loads(identity.unseal(declaration.answers_sealed, "answers"))
    return dict(content["answers"])


def checkpoint_of(declaration: Declaration) -> int | None:
    """The checkpoint at which it was declared on the spot, None for any other."""
    number = json.loads(identity.unseal(declaration.answers_sealed, "answers")).get("checkpoint")
    return number if isinstance(number, int) else None


def receipt_of(declaration: Declaration) -> str:
    """The receipt's number, in fours."""
    receipt = identity.unseal(declaration.receipt_sealed, "receipt")
    return "-".join(receipt[at : at + 4] for at in range(0, len(receipt), 4))


def people_of(account: Account) -> tuple[PersonShown, ...]:
    """The account's own person first, then those it looks after, whatever channel attached them."""
    if account.person_id is None:
        return ()
    own = Person.objects.get(pk=account.person_id)
    links = (
        Dependant.objects.filter(account__person_id=account.person_id, until=None)
        .select_related("person").order_by("since", "id")
    )  # fmt: skip
    people = {own.number: PersonShown(own.number, own.name, "", declared=True, document_tail=own.id_tail)}
    for link in links:
        one = link.person
        people.setdefault(
            one.number,
            PersonShown(one.number, one.name, link.relation, True, link.since, one.id_tail),
        )
    said = set(Declaration.objects.filter(person_id__in=people).values_list("person_id", flat=True))
    return tuple(
        PersonShown(one.person, one.name, one.relation, one.person in said, one.since, one.document_tail)
        for one in people.values()
    )


def relation_of(account: Account, person: int) -> str | None:
    """What a dependant is to the account, or None where it is none."""
    return next((one.relation for one in people_of(account) if one.person == person and one.relation), None)


def progress(account: Account, about: str = "self") -> Progress:
    """What to show in a form: the draft, else the last declaration, else an earlier system's, else what the channel knows.

    `about` is `self`, `new` (a dependant to be attached) or `d` and the number of a dependant.
    """
    draft = Draft.objects.filter(account=account, about=about).first()
    if draft is not None:
        answers = json.loads(identity.unseal(draft.answers_sealed, "answers"))
        return Progress(answers, draft.step, draft.saved_at, "draft")
    person = account.person_id if about == "self" else _dependant(account, about)
    if person is not None:
        last = declaration_of(person)
        if last is not None:
            return Progress(answers_of(last), "", last.declared_at, "declaration")
        earlier = waiting_earlier_of([person]).first()
        if earlier is not None:
            return Progress(earlier_answers(earlier), "", earlier.declared_at, earlier.origin)
    if about != "self":
        return Progress({}, "", None, "")
    return _from_channel(account)


def _from_channel(account: Account) -> Progress:
    """What a channel has verified, and what an earlier system says of that document."""
    known: dict[str, Any] = {}
    if account.document_key is not None and account.document_sealed is not None:
        owner = Person.objects.filter(id_key=account.document_key).first()
        earlier = waiting_earlier_of([owner.number]).first() if owner else None
        if earlier is not None:
            return Progress(earlier_answers(earlier), "", earlier.declared_at, earlier.origin)
        known = {"id_type": account.document_type, "id_number": identity.unseal(account.document_sealed, "id")}
    if account.name_sealed is not None:
        known["name"] = identity.unseal(account.name_sealed, "name")
    if account.phone_sealed is not None:
        known["phone"] = identity.unseal(account.phone_sealed, "phone")
    return Progress(known, "", None, "channel" if known else "")


def earlier_answers(earlier: EarlierDeclaration) -> dict[str, Any]:
    """What an earlier system has told, as answers of the form; it may lack some."""
    return dict(json.loads(identity.unseal(earlier.answers_sealed, "answers")))


def waiting_earlier(account: Account) -> QuerySet[EarlierDeclaration]:
    """What the account's people are asked to confirm at this sign-in."""
    return waiting_earlier_of([one.person for one in people_of(account)])


def waiting_earlier_of(people: Sequence[int]) -> QuerySet[EarlierDeclaration]:
    """Earlier declarations of these people that nobody has confirmed or rejected, the newest first."""
    return EarlierDeclaration.objects.filter(
        person_id__in=people, state=EarlierDeclaration.State.WAITING, withdrawn_at=None
    ).order_by("-declared_at", "-id")


def open_contradictions(account: Account) -> QuerySet[Contradiction]:
    """Cases that wait for the account's words: about its people, and about what it has declared itself."""
    people = [one.person for one in people_of(account)]
    mine = Q(sort=Contradiction.Sort.IDENTITY, declaration__account=account)
    theirs = Q(person_id__in=people) & ~Q(sort=Contradiction.Sort.IDENTITY)
    return Contradiction.objects.filter(mine | theirs, state=Contradiction.State.OPEN).order_by("answer_by")


def missed_days(person: int, now: datetime, days: int = 14) -> tuple[date, ...]:
    """The days without a check-in, of the last ones before today, and not before the first declaration."""
    today = calendar.day(now)
    first = Declaration.objects.filter(person_id=person).order_by("id").values_list("declared_at", flat=True).first()
    if first is None:
        return ()
    begin = max(today - timedelta(days=days), calendar.day(first) + timedelta(days=1))
    said = set(CheckIn.objects.filter(person_id=person, day__gte=begin).values_list("day", flat=True))
    said |= {
        calendar.day(at) for at in Declaration.objects.filter(person_id=person).values_list("declared_at", flat=True)
    }
    every = (begin + timedelta(days=number) for number in range(max(0, (today - begin).days)))
    return tuple(day for day in every if day not in said)


def divisions_below(code: int, day: date) -> QuerySet[Division]:
    """The divisions of a day whose parent has this 12-digit code; provinces with 0."""
    there = Division.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)
    below = there.filter(parent=code) if code else there.filter(level=Division.Level.PROVINCE)
    return below.order_by("code")


def places_in(division: int, words: str = "") -> QuerySet[Place]:
    """Compounds and villages of a street (9 digits), those first that begin with the words."""
    found = Place.objects.filter(division=division, kind__in=[Place.Kind.COMPOUND, Place.Kind.VILLAGE])
    if words.strip():
        found = found.filter(name__icontains=words.strip())
    return found.order_by("name")[:MOST_PLACES]


def parts_of(place: int) -> QuerySet[Place]:
    """The buildings of a compound."""
    return Place.objects.filter(parent_id=place, kind=Place.Kind.BUILDING).order_by("number")


def stairwells_of(building: int) -> QuerySet[Stairwell]:
    """The stairwells of a building."""
    return Stairwell.objects.filter(building_id=building).order_by("number")


def _dependant(account: Account, about: str) -> int | None:
    number = about.removeprefix("d")
    people = {one.person for one in people_of(account)}
    return int(number) if about != number and number.isdigit() and int(number) in people else None


def city() -> str:
    """The six digits of the city."""
    return str(settings.YIMATONG_CITY)
