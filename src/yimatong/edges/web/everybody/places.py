"""Picking a home down to the stairwell, and places of a journey: by name, by sound (pinyin), or step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _
from pypinyin import Style, lazy_pinyin

from yimatong.core.bounds import LARGEST_INT32, whole
from yimatong.core.text import DEFAULT
from yimatong.edges.web.everybody.answers import errors_at
from yimatong.edges.web.everybody.divisions import division_in_words
from yimatong.edges.web.everybody.words import shown_language
from yimatong.records.models import Division, Place, Stairwell
from yimatong.stations.declarations.errors import Wrong
from yimatong.stations.declarations.queries import divisions_below, parts_of, places_in, stairwells_of

MOST = 12
EMPTY: dict[str, Any] = {"home_compound": None, "home_building": None, "home_stairwell": None}
SOUND_LEVELS = (Division.Level.PROVINCE, Division.Level.CITY, Division.Level.COUNTY)


@dataclass(frozen=True)
class Option:
    """One thing to pick: what the button sends, what it says, where that is."""

    value: str
    label: str
    more: str = ""

    @property
    def sound(self) -> str:
        """How the name sounds, for whoever cannot read it; nothing to readers of Chinese, or where nothing of it is Chinese."""
        return "" if self.label.isascii() or shown_language() == DEFAULT else " ".join(lazy_pinyin(self.label)).title()


@dataclass(frozen=True)
class Home:
    """The home picker as it stands: what is chosen, what comes next, what can be picked."""

    path: tuple[Option, ...]
    """Each with the value that takes it back."""
    ask: str
    options: tuple[Option, ...]
    searchable: bool
    words: str
    nothing_found: bool
    missing: bool
    text: str
    errors: tuple[str, ...]
    whole: bool


def home(answers: Mapping[str, Any], words: str, wrongs: Sequence[Wrong], today: date) -> Home:
    """The picker for the answers so far; with words, the compounds and villages of the city that they could mean."""
    names = ("home_division", "home_compound", "home_building", "home_stairwell", "home_text")
    missing = answers.get("home_missing") is True
    words = words.strip()
    found = compounds_like(words) if words else ()
    ask, options = ("", ()) if missing and answers.get("home_division") else _next(answers, today)
    return Home(
        path=tuple(_path(answers)),
        ask=ask,
        options=found if words else options,
        searchable=answers.get("home_compound") is None and not missing,
        words=words,
        nothing_found=bool(words) and not found,
        missing=missing,
        text=str(answers.get("home_text") or ""),
        errors=tuple(text for name in names for text in errors_at(name, wrongs)),
        whole=answers.get("home_stairwell") is not None,
    )


def picked(answers: Mapping[str, Any], what: str) -> dict[str, Any]:
    """The answers that a pressed button of the picker changes: `county:330203000`, `compound:17`, `back:division` …"""
    kind, _colon, value = what.partition(":")
    number = whole(value, LARGEST_INT32) or 0
    if kind == "division":
        return {"home_division": number, **EMPTY}
    if kind == "compound":
        place = Place.objects.filter(pk=number, kind__in=[Place.Kind.COMPOUND, Place.Kind.VILLAGE]).first()
        return {"home_division": place.division, **EMPTY, "home_compound": number} if place else {}
    if kind == "building":
        return {"home_building": number, "home_stairwell": None}
    if kind == "stairwell":
        return {"home_stairwell": number}
    if kind == "missing":
        return {"home_missing": True, **EMPTY}
    return _taken_back(value, answers) if kind == "back" else {}


def _taken_back(level: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    found = answers.get("home_division")
    county = found // 1000 * 1000 if isinstance(found, int) and found % 1000 else None
    return {
        "county": {"home_division": None, "home_missing": False, **EMPTY},
        "street": {"home_division": county, "home_missing": False, **EMPTY},
        "compound": {**EMPTY},
        "building": {"home_building": None, "home_stairwell": None},
        "stairwell": {"home_stairwell": None},
        "missing": {"home_missing": False, "home_text": None},
    }.get(level, {})


def _path(answers: Mapping[str, Any]) -> list[Option]:
    division, found = answers.get("home_division"), []
    if isinstance(division, int):
        found.append(Option("back:county", _name(division // 1000 * 1000)))
        if division % 1000:
            found.append(Option("back:street", _name(division)))
    for level in ("compound", "building"):
        place = Place.objects.filter(pk=answers.get(f"home_{level}") or 0).first()
        if place is not None:
            found.append(Option(f"back:{level}", place.name))
    stairwell = Stairwell.objects.filter(pk=answers.get("home_stairwell") or 0).first()
    if stairwell is not None:
        found.append(Option("back:stairwell", stairwell.name))
    return found


def _next(answers: Mapping[str, Any], today: date) -> tuple[str, tuple[Option, ...]]:
    """What is picked next, and from what."""
    division = answers.get("home_division")
    if not isinstance(division, int):
        below = divisions_below(int(settings.YIMATONG_CITY) * 10**6, today)
        return _("Which district or county?"), tuple(_of_division(one) for one in below)
    if division % 1000 == 0:
        return _("Which street or township?"), tuple(
            _of_division(one) for one in divisions_below(division * 1000, today)
        )
    if answers.get("home_compound") is None:
        return _("Which community or village?"), tuple(
            Option(f"compound:{p.number}", p.name) for p in places_in(division)
        )
    if answers.get("home_building") is None:
        found = parts_of(int(answers["home_compound"]))
        return _("Which building?"), tuple(Option(f"building:{place.number}", place.name) for place in found)
    if answers.get("home_stairwell") is None:
        wells = stairwells_of(int(answers["home_building"]))
        return _("Which stairwell?"), tuple(Option(f"stairwell:{well.number}", well.name) for well in wells)
    return "", ()


def _of_division(division: Division) -> Option:
    return Option(f"division:{division.code // 1000}", division.name)


def divisions_like(words: str, today: date) -> tuple[Option, ...]:
    """Provinces, cities and counties that the words could mean, by sign or by sound; then streets by sign."""
    plain = words.strip()
    if not plain:
        return ()
    if plain.isascii():
        sound = plain.replace(" ", "").lower()
        codes = [
            code for code, full, short in _division_sounds(_state(Division)) if full.startswith(sound) or short == sound
        ]
    else:
        there = Division.objects.filter(Q(valid_to=None) | Q(valid_to__gte=today), name__contains=plain[:20])
        codes = list(there.exclude(level=Division.Level.VILLAGE).order_by("code").values_list("code", flat=True)[:60])
        codes.sort(key=lambda code: (code % 10**6 != 0, code % 10**8 != 0, code))
    return tuple(
        Option(str(code // 1000), division_in_words(code // 1000)) for code in list(dict.fromkeys(codes))[:MOST]
    )


def compounds_like(words: str) -> tuple[Option, ...]:
    """Compounds and villages of the city by sign or by sound."""
    plain = words.replace(" ", "").lower()
    found = [
        (number, name, division)
        for number, name, division, full, short in _compounds(_state(Place))
        if (plain in full or short.startswith(plain) if plain.isascii() else plain in name)
    ]
    found.sort(key=lambda one: (not one[1].startswith(plain), len(one[1]), one[0]))
    return tuple(Option(f"compound:{number}", name, _name(street)) for number, name, street in found[:MOST])


@lru_cache(maxsize=2)
def _compounds(_state: tuple[int, int]) -> tuple[tuple[int, str, int, str, str], ...]:
    """Every compound and village with its sound in full and in initials, read anew when the gazetteer has grown."""
    rows = Place.objects.filter(kind__in=[Place.Kind.COMPOUND, Place.Kind.VILLAGE]).values_list(
        "number", "name", "division"
    )
    return tuple((number, name, division, *_sounds(name)) for number, name, division in rows)


@lru_cache(maxsize=2)
def _division_sounds(_state: tuple[int, int]) -> tuple[tuple[int, str, str], ...]:
    rows = Division.objects.filter(level__in=SOUND_LEVELS).order_by("code").values_list("code", "name").distinct()
    return tuple((code, *_sounds(name)) for code, name in rows)


def _sounds(name: str) -> tuple[str, str]:
    return "".join(lazy_pinyin(name)).lower(), "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()


def _state(table: type[Place | Division]) -> tuple[int, int]:
    found = table._default_manager.aggregate(rows=Count("pk"), last=Max("pk"))
    return found["rows"], found["last"] or 0


def _name(division: int) -> str:
    row = Division.objects.filter(code=division * 1000).order_by("-valid_from").first()
    return row.name if row else str(division)
