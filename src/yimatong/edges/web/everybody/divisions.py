"""Divisions and homes in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yimatong.records.models import Division, Place, Stairwell
from yimatong.records.queries import division_name


def home_in_words(answers: Mapping[str, Any]) -> str:
    """The home on one line."""
    division = answers.get("home_division")
    if not isinstance(division, int):
        return ""
    where = division_in_words(division)
    place = Place.objects.filter(pk=answers.get("home_compound") or 0).first()
    building = Place.objects.filter(pk=answers.get("home_building") or 0).first()
    stairwell = Stairwell.objects.filter(pk=answers.get("home_stairwell") or 0).first()
    parts = [where, *(one.name for one in (place, building, stairwell) if one is not None)]
    if answers.get("home_missing") is True:
        parts.append(str(answers.get("home_text") or ""))
    return " ".join(filter(None, parts))


def division_in_words(division: Any) -> str:
    """A 9-digit division by its full name, empty where it is none."""
    if not isinstance(division, int):
        return ""
    row = Division.objects.filter(code=division * 1000).order_by("-valid_from").first()
    return division_name(division, row.valid_from, levels=4) or row.name if row else ""
