"""From a posted screen to answers, and from answers to what a screen or the review shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from yimatong.core.bounds import LARGEST_INT32, whole
from yimatong.core.text import LIST, SOURCE, joined, same
from yimatong.edges.web.everybody import divisions
from yimatong.edges.web.everybody.screens import HOME, Screen
from yimatong.edges.web.everybody.words import NOTHING, in_words, one_after_the_other
from yimatong.stations.declarations.errors import Wrong
from yimatong.stations.declarations.form import Field

NOTHING_OF_IT = "none"
"""The choice that says "none of these": answered, and empty."""
IF_SO = frozenset({"symptoms_since", "contact_symptomatic_on", "contact_confirmed_on", "itinerary"})
"""Questions that belong to a yes before them."""
OPTIONAL = "may be left out"
"""What a label says of itself, in the language that it is written in."""
Answers = dict[str, Any]


@dataclass(frozen=True)
class Question:
    """One question as a screen shows it."""

    field: Field
    value: Any
    errors: tuple[str, ...]
    options: tuple[tuple[str, str, bool], ...] = ()
    """Value, words, chosen."""

    @property
    def optional(self) -> str:
        """What stands behind the label of a question that need not be answered; empty where the label says it itself."""
        if self.field.needed or OPTIONAL in self.field.label.of(SOURCE):
            return ""
        return _("(if so)") if self.field.name in IF_SO else _("(may be left out)")


def parse(fields: Iterable[Field], given: QueryDict) -> Answers:
    """The answers of a posted screen; an empty text is no answer. Rows and the home are picked one by one elsewhere."""
    found: Answers = {}
    for field in fields:
        if field.kind == "rows" or (field.name in HOME and field.name != "home_text"):
            continue
        if field.name == "home_text" and field.name not in given:
            continue
        found[field.name] = _parsed(field, given)
    return found


def _parsed(field: Field, given: QueryDict) -> Any:
    if field.kind == "several":
        chosen = given.getlist(field.name)
        return [one for one in chosen if one != NOTHING_OF_IT] if chosen else None
    value = given.get(field.name, "").strip()
    if field.kind == "yes_no":
        return {"yes": True, "no": False}.get(value)
    if field.kind in ("division", "compound", "building", "stairwell"):
        return whole(value, LARGEST_INT32)
    return value or None


def questions(fields: Iterable[Field], answers: Mapping[str, Any], wrongs: Sequence[Wrong]) -> list[Question]:
    """The questions of a screen but the home's, with what was answered and what is wrong with it."""
    return [_question(field, answers.get(field.name), wrongs) for field in fields if field.name not in HOME]


def errors_at(name: str, wrongs: Sequence[Wrong]) -> tuple[str, ...]:
    """What is wrong at a field, sentence and remedy together."""
    told = (one_after_the_other(w.sentence.begun, w.remedy.begun) for w in wrongs if w.field == name)
    return tuple(map(in_words, told))


def _question(field: Field, value: Any, wrongs: Sequence[Wrong]) -> Question:
    options: tuple[tuple[str, str, bool], ...] = ()
    if field.kind == "yes_no":
        options = (("yes", _("Yes"), value is True), ("no", _("No"), value is False))
    elif field.kind == "choice":
        options = tuple((key, in_words(text), value == key) for key, text in field.words.items())
    elif field.kind == "several":
        chosen = value or ()
        options = (
            *((key, in_words(text), key in chosen) for key, text in field.words.items()),
            (NOTHING_OF_IT, _("None of these"), value == []),
        )
    return Question(field, value, errors_at(field.name, wrongs), options)


@dataclass(frozen=True)
class Shown:
    """A screen on the review page: its title, its address, what was answered."""

    screen: Screen
    lines: tuple[tuple[str, str], ...]
    errors: tuple[str, ...]


def review(all_screens: Sequence[Screen], answers: Mapping[str, Any], wrongs: Sequence[Wrong]) -> list[Shown]:
    """Everything that was answered, screen by screen, with what is still wrong."""
    return [
        Shown(
            screen,
            tuple(_lines(screen, answers)),
            tuple(in_words(w.sentence.begun) for w in wrongs if screen.asks(w.field)),
        )
        for screen in all_screens
    ]


def _lines(screen: Screen, answers: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    if screen.has_home:
        yield _("Home"), divisions.home_in_words(answers) or NOTHING
    for field in screen.fields:
        value = answers.get(field.name)
        if (
            field.name not in HOME
            and not (value is None and not field.needed)
            and not (value == [] and field.kind == "rows")
        ):
            yield in_words(field.label), in_answer(field, value)


def in_answer(field: Field, value: Any) -> str:
    """One answer in words."""
    if value is None:
        return NOTHING
    if field.kind == "yes_no":
        return _("Yes") if value else _("No")
    if field.kind == "choice":
        return in_words(field.words.get(value, same(str(value))))
    if field.kind == "several":
        return in_words(joined((field.words[one] for one in value if one in field.words), LIST)) or _("None of these")
    if field.kind == "rows":
        return "; ".join(row_in_words(field, row) for row in value)
    return str(value)


def row_in_words(field: Field, row: Mapping[str, Any]) -> str:
    """One row of the itinerary, or somebody who lives here too."""
    if field.name == "itinerary":
        where = divisions.division_in_words(row.get("division")) or NOTHING
        return " · ".join(filter(None, (where, row.get("place") or "", f"{row.get('from')} – {row.get('to')}")))
    return str(row.get("name") or NOTHING)
