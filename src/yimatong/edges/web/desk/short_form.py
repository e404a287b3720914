"""The short declaration at a desk: what a clerk types for somebody who stands there, read from a posted page and shown again.

Everything lies in the posted page itself: nothing is kept on the way, and nothing stands in an address.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from yimatong.core import bounds
from yimatong.edges.web.everybody import answers as reading, places
from yimatong.edges.web.everybody.answers import Answers, Question
from yimatong.edges.web.everybody.screens import HOME
from yimatong.stations.declarations import form as whole
from yimatong.stations.declarations.errors import Wrong
from yimatong.stations.declarations.form import Field

ABOUT = ("name", "id_type", "id_number", "birth_date", "phone", "home_since")
CHILD = ("name", "birth_date", "home_since")
HEALTH = (
    "symptoms",
    "symptoms_since",
    "contact_symptomatic",
    "contact_symptomatic_on",
    "contact_confirmed",
    "contact_confirmed_on",
    "elsewhere",
)
AFTER_A_YES = {
    "symptoms_since": "symptoms",
    "contact_symptomatic_on": "contact_symptomatic",
    "contact_confirmed_on": "contact_confirmed",
}
ROWS = 4
FORTNIGHT = timedelta(days=14)


@dataclass(frozen=True)
class Row:
    """A place of the journey as the page has it: words, what they mean, from and to."""

    number: int
    words: str
    division: int | None
    options: tuple[places.Option, ...]
    first: str
    last: str
    errors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Filled:
    """A posted page: the answers of the whole form, the rows as they were typed, the words for the home."""

    answers: Answers
    rows: tuple[Row, ...]
    words: str = ""
    unclear: bool = False
    """True where some place of the journey is not chosen yet."""


def begun(number: str = "", home: Mapping[str, Any] | None = None, *, child: bool = False) -> Filled:
    """A page to begin with: the number that was looked for, or a child with its parent's home."""
    answers: Answers = {"id_type": "none" if child else "resident", "id_number": number or None, "in_city": True}
    kept = {name: home.get(name) for name in (*HOME, "home_since") if home.get(name) is not None} if home else {}
    return Filled(answers | kept, rows_of(QueryDict(), date.min))


def posted(given: QueryDict, today: date, *, child: bool = False) -> Filled:
    """What was typed. A home with one match of the words is taken; `go` may be a button of the home picker."""
    asked = [whole.FIELDS[name] for name in ((*CHILD, "id_type") if child else ABOUT) + HEALTH]
    answers = reading.parse(asked, given) | {"in_city": True}
    if child:
        answers |= {"id_type": "none", "id_number": None}
    for name in HOME:
        value = given.get(name, "").strip()
        answers[name] = (value or None) if name == "home_text" else bounds.whole(value, bounds.LARGEST_INT32)
    answers["home_missing"] = given.get("home_missing") == "yes"
    for name, before in AFTER_A_YES.items():
        if not answers.get(before):
            answers[name] = None
    rows = rows_of(given, today)
    if answers.get("elsewhere"):
        answers["itinerary"] = [
            {"division": row.division, "place": None, "from": row.first or None, "to": row.last or None}
            for row in rows
            if row.words or row.division
        ]
    go, _colon, what = given.get("go", "").partition(":")
    words = given.get("q", "").strip()
    if go == "pick":
        answers |= places.picked(answers, what)
        words = ""
    elif words and go != "search" and answers.get("home_compound") is None:
        found = places.home(answers, words, (), today).options
        if len(found) == 1:
            answers |= places.picked(answers, found[0].value)
            words = ""
    unclear = bool(answers.get("elsewhere")) and any(row.words and row.division is None for row in rows)
    return Filled(answers, rows, words, unclear)


def rows_of(given: QueryDict, today: date) -> tuple[Row, ...]:
    """The rows of the journey; words that mean one place are that place."""
    return tuple(_row(number, given, today) for number in range(ROWS))


def _row(number: int, given: QueryDict, today: date) -> Row:
    words, chosen = given.get(f"place_{number}", "").strip()[:40], given.get(f"division_{number}", "")
    options = places.divisions_like(words, today) if words else ()
    division = int(chosen) if chosen in {one.value for one in options} else None
    if division is None and len(options) == 1:
        division = int(options[0].value)
    errors: tuple[str, ...] = ()
    if words and not options:
        errors = (_("No place is called or sounds like this. Type the county, the city or the province."),)
    elif words and division is None:
        errors = (_("Choose which one is meant."),)
    return Row(number, words, division, options, given.get(f"from_{number}", ""), given.get(f"to_{number}", ""), errors)


def questions(names: Sequence[str], answers: Mapping[str, Any], wrongs: Sequence[Wrong]) -> list[Question]:
    """The questions of a part of the page."""
    fields: list[Field] = [whole.FIELDS[name] for name in names]
    return reading.questions(fields, answers, wrongs)


def row_errors(wrongs: Sequence[Wrong]) -> list[str]:
    """What is wrong with the journey, in words."""
    return [
        text
        for wrong in wrongs
        if wrong.field.startswith("itinerary")
        for text in reading.errors_at(wrong.field, [wrong])
    ]
