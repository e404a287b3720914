"""Whom a declaration is about. A document tells it; a name or a phone alone never does, and nothing is taken over.

Somebody new is recorded. Somebody who is recorded already is theirs who declares only where that is proved: the channel has
checked the document, or the phone on record is the one that the account has proved. Else, or where the name differs so much
that nobody would take one for the other, the declaration is held and a contradiction opened.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

from yimatong.core.name_matching import SPOKEN_ALIKE, Likeness, compare
from yimatong.records import identity
from yimatong.records.actions import statements
from yimatong.records.models import Home, Official, Person
from yimatong.stations.declarations.checks import GROWN, Answers, age
from yimatong.stations.declarations.errors import mistake
from yimatong.stations.declarations.models import Account, Dependant


@dataclass(frozen=True, slots=True)
class Who:
    """The person, whether recorded by this, and why it is not certain (`name-differs`, `not-proved`, or empty)."""

    person: int
    fresh: bool = False
    doubt: str = ""


def oneself(*, by: Official, account: Account, said: Answers, today: date) -> Who:
    """Whom an account is that declares about itself."""
    if said.id_number is None or (said.birth is not None and age(said.birth, today) < GROWN):
        raise mistake("guardian-needed", place="id_number")
    key = identity.id_key(said.id_type, said.id_number)
    if account.document_key is not None and account.document_key != key:
        raise mistake("document-not-the-channels", place="id_number")
    if account.person is not None:
        if account.person.id_key != key:
            raise mistake("another-person", place="id_number")
        return Who(account.person.number, doubt=_by_name(account.person, said))
    number, fresh = _recorded(by, said, today)
    if fresh:
        return Who(number, fresh=True)
    person = Person.objects.get(pk=number)
    return Who(number, doubt=_by_name(person, said) or _by_proof(account, person))


def dependant(*, by: Official, account: Account, said: Answers, today: date, person: int | None) -> Who:
    """Whom a guardian or relative declares about: one of theirs, or somebody new to them."""
    if account.person_id is None:
        raise mistake("not-declared")
    mine = {one.number: one for one in looked_after(account)}
    if person is not None and person not in mine:
        raise mistake("person-not-yours")
    if said.id_number is None:
        child = mine.get(person) if person is not None else _same_child(mine.values(), said)
        if child is not None:
            return Who(child.number)
        _one_more(mine)
        return Who(_recorded(by, said, today)[0], fresh=True)
    number, fresh = _recorded(by, said, today)
    if person is not None and number != person:
        raise mistake("another-person", place="id_number")
    if number not in mine:
        _one_more(mine)
    if fresh:
        return Who(number, fresh=True)
    found = Person.objects.get(pk=number)
    proved = number in mine or _same_phone(account, found) or _child_at_home(account, number, said, today)
    return Who(number, doubt=_by_name(found, said) or ("" if proved else "not-proved"))


def shown_document(*, by: Official, said: Answers, today: date) -> Who:
    """Whom an official has before them, document in hand."""
    number, fresh = _recorded(by, said, today)
    return Who(number, fresh, "" if fresh else _by_name(Person.objects.get(pk=number), said))


def looked_after(account: Account) -> Iterable[Person]:
    """The people whom the account's person looks after, by whatever channel they were attached."""
    if account.person_id is None:
        return ()
    return Person.objects.filter(
        looked_after_by__account__person_id=account.person_id, looked_after_by__until=None
    ).distinct()


def attach(*, account: Account, person: int, relation: str, now: datetime) -> None:
    """Attach a dependant, once."""
    if not any(one.number == person for one in looked_after(account)):
        Dependant.objects.create(account=account, person_id=person, relation=relation, since=now)


def _recorded(by: Official, said: Answers, today: date) -> tuple[int, bool]:
    return statements.known_or_new(
        by=by, today=today, name=said.name, id_type=said.id_type, id_number=said.id_number,
        sex=said.sex, phone=said.phone, division=said.division,
    )  # fmt: skip


def _by_name(person: Person, said: Answers) -> str:
    return "name-differs" if compare(person.name, said.name) is Likeness.DIFFERENT else ""


def _by_proof(account: Account, person: Person) -> str:
    proved = account.document_key is not None and account.document_key == person.id_key
    return "" if proved or _same_phone(account, person) else "not-proved"


def _same_phone(account: Account, person: Person) -> bool:
    return account.phone_key is not None and account.phone_key == person.phone_key


def _child_at_home(account: Account, child: int, said: Answers, today: date) -> bool:
    """A child below 14 whose home on record is the guardian's own."""
    if said.birth is None or age(said.birth, today) >= GROWN:
        return False
    if account.person_id is None:
        return False
    theirs = Home.objects.filter(person_id=child, end=None, struck_at=None).values("stairwell_id")
    return Home.objects.filter(person_id=account.person_id, end=None, struck_at=None, stairwell_id__in=theirs).exists()


def _same_child(mine: Iterable[Person], said: Answers) -> Person | None:
    children = (one for one in mine if one.id_type == Person.IdType.NONE)
    return next((one for one in children if compare(one.name, said.name) in SPOKEN_ALIKE), None)


def _one_more(mine: dict[int, Person]) -> None:
    if len(mine) >= settings.YIMATONG_DEPENDANTS:
        raise mistake("too-many-dependants", most=settings.YIMATONG_DEPENDANTS)
