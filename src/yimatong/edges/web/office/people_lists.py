"""Lists of people by colour, rule and district: masked names, one page at a time, never more than the jurisdiction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from django.db import connection
from django.urls import reverse

from yimatong.core import time
from yimatong.core.bounds import whole
from yimatong.core.colour import Colour
from yimatong.edges.web.everybody.policies import colour_word, policy_in_force
from yimatong.edges.web.everybody.words import in_words, masked

SORTS = {
    "person": "verdict.person",
    "colour": "verdict.colour",
    "since": "verdict.since",
    "until": "verdict.until",
    "next_change": "verdict.next_change",
    "district": "home.division",
}
STREETS_A_COUNTY = 1000


@dataclass(frozen=True)
class Listed:
    """One person in a list. `name` is masked already; `division` is the 9-digit street, 0 where nothing is known."""

    person: int
    name: str
    id_tail: str
    colour: Colour
    rules: tuple[str, ...]
    since: datetime | None
    until: datetime | None
    next_change: datetime | None
    division: int


@dataclass(frozen=True)
class PeopleRows:
    """The people with a verdict, within `streets` (9-digit codes, both included) where it is given."""

    streets: tuple[int, int] | None
    districts: Sequence[tuple[str, str]]
    chosen: Mapping[str, str] = field(default_factory=dict)

    def matching(self, search: str, chosen: Mapping[str, str]) -> PeopleRows:
        """Return those of a colour, rule or district; people are not searched by words."""
        return PeopleRows(self.streets, self.districts, dict(chosen))

    def count(self) -> int:
        """Return how many there are."""
        where, values = self._where()
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM current_verdicts verdict {HOME} {where}", values)
            return int(cursor.fetchone()[0])

    def cut(self, sort: str, start: int, stop: int) -> Sequence[Listed]:
        """Return a stretch in order."""
        column = SORTS.get(sort.lstrip("-"), SORTS["person"])
        direction = "DESC" if sort.startswith("-") else "ASC"
        where, values = self._where()
        with connection.cursor() as cursor:
            cursor.execute(
                f"{SELECT} {HOME} {where} ORDER BY {column} {direction} NULLS LAST, verdict.person LIMIT %s OFFSET %s",
                [*values, stop - start, start],
            )
            return [_listed(row) for row in cursor.fetchall()]

    def options(self, key: str) -> Sequence[tuple[str, str]]:
        """Return what can be chosen: colours and rules from the policy, districts that have people."""
        if key == "colour":
            return [(colour.value, in_words(colour_word(colour))) for colour in Colour]
        if key == "rule":
            return [(rule.id, in_words(rule.title)) for rule in policy_in_force().rules]
        return self.districts

    def _where(self) -> tuple[str, list[int | str]]:
        terms: list[str] = []
        values: list[int | str] = []
        if self.streets is not None:
            terms.append("home.division BETWEEN %s AND %s")
            values.extend(self.streets)
        if "colour" in self.chosen:
            terms.append("verdict.colour = %s")
            values.append(self.chosen["colour"])
        if "rule" in self.chosen:
            terms.append("%s = ANY(string_to_array(verdict.rules, ','))")
            values.append(self.chosen["rule"])
        if (district := whole(self.chosen.get("district"), 999_999)) is not None:
            low = district * STREETS_A_COUNTY
            terms.append("home.division BETWEEN %s AND %s")
            values.extend([low, low + STREETS_A_COUNTY - 1])
        return ("WHERE " + " AND ".join(terms) if terms else ""), values


HOME = "JOIN engine_people home ON home.person = verdict.person"
SELECT = (
    "SELECT verdict.person, (SELECT name FROM people WHERE number = verdict.person), "
    "(SELECT id_tail FROM people WHERE number = verdict.person), verdict.colour, verdict.rules, verdict.since, "
    "verdict.until, verdict.next_change, home.division FROM current_verdicts verdict"
)


def _listed(row: tuple) -> Listed:  # type: ignore[type-arg]
    person, name, id_tail, colour, rules, since, until, next_change, division = row
    return Listed(
        person=person,
        name=masked(name),
        id_tail=id_tail,
        colour=Colour(colour),
        rules=tuple(rules.split(",")) if rules else (),
        since=_moment(since),
        until=_moment(until),
        next_change=_moment(next_change),
        division=division,
    )


def _moment(minute: int | None) -> datetime | None:
    return None if minute is None else time.to_datetime(minute)


def address(**chosen: str) -> str:
    """Return where people are listed by colour, rule or district."""
    query = urlencode({f"people.{key}": value for key, value in chosen.items()})
    return f"{reverse('web:people')}?{query}"


def home_street(person: int) -> int | None:
    """Return the 9-digit street of a person's home, None where nothing is known or there is no such person."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT division FROM engine_people WHERE person = %s", [person])
        row = cursor.fetchone()
    return int(row[0]) if row and row[0] else None
