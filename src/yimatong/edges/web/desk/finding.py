"""Finding somebody at a desk by what is typed, or what an ID reader types: a document, a name or its sound; never a person number.

A name is looked for among those whom the point may issue to; where that is everybody, among those of its street.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from django.db.models.functions import Left
from pypinyin import Style, lazy_pinyin

from yimatong.core.paper import NumberFlaw, read_number
from yimatong.edges.web.official.reasons import DOCUMENTS
from yimatong.records import identity
from yimatong.records.models import Person
from yimatong.records.queries import person_by_document
from yimatong.stations.issuing import looking
from yimatong.stations.issuing.models import Point

MOST = 10
"""People of one answer: whoever is shown is looked at."""
LEAST_SIGNS = 2
RESIDENT = re.compile(r"(?<!\d)\d{17}[\dXx](?![\dXx])")
PASS = re.compile(r"\d{6}-?\d{7}-?\d")
Sort = Literal["pass", "document", "name"]


@dataclass(frozen=True)
class Found:
    """What was typed, as what it was taken, and the people it means; `more` where there are more than are shown."""

    sort: Sort
    typed: str
    people: tuple[Person, ...] = ()
    more: bool = False


def find(point: Point, typed: str) -> Found:
    """Whom the words mean. A reader's line may hold more than the number, which is taken out of it."""
    words = typed.strip()
    if (number := RESIDENT.search(words)) is not None:
        words = number.group()
    plain = identity.normalised(words)
    if PASS.fullmatch(words.replace(" ", "")) and not isinstance(read_number(words), NumberFlaw):
        return Found("pass", words)
    if any(sign.isdecimal() for sign in plain):
        return Found("document", plain, by_document(plain))
    people = by_name(point, words) if len(words) >= LEAST_SIGNS else []
    return Found("name", words, tuple(people[:MOST]), more=len(people) > MOST)


def by_document(number: str) -> tuple[Person, ...]:
    """The people with a document of this number, of whatever kind: a reader does not say which it was."""
    found = (person_by_document(kind, number) for kind in DOCUMENTS)
    return tuple({person.number: person for person in found if person is not None}.values())


def by_name(point: Point, words: str) -> list[Person]:
    """Those in the point's reach whose name has these signs, or sounds so: in full (`zhangwei`) or by initials (`zw`)."""
    reach = looking.people_in_reach(point)
    if not words.isascii():
        return list(reach.filter(name__contains=words).order_by("name", "number")[: MOST + 1])
    sound = words.replace(" ", "").casefold()
    firsts = reach.order_by().annotate(first=Left("name", 1)).values_list("first", flat=True).distinct()
    begin = [sign for sign in firsts if _may_begin(sign, sound)]
    near = reach.annotate(first=Left("name", 1)).filter(first__in=begin).values_list("number", "name")
    kept = [number for number, name in near.order_by("name", "number") if sounds_like(name, sound)]
    people = Person.objects.in_bulk(kept[: MOST + 1])
    return [people[number] for number in kept[: MOST + 1]]


def sounds_like(name: str, sound: str) -> bool:
    """Whether a name sounds so; of a name in letters any word may begin so."""
    plain = name.casefold()
    if plain.isascii():
        return plain.replace(" ", "").startswith(sound) or any(word.startswith(sound) for word in plain.split())
    full = "".join(lazy_pinyin(name)).casefold()
    short = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).casefold()
    return full.startswith(sound) or short.startswith(sound)


def _may_begin(sign: str, sound: str) -> bool:
    """Whether a name that begins with this sign can sound so; most names are left out by it, unread."""
    return sign.isascii() or lazy_pinyin(sign)[0][:1].casefold() == sound[:1]
