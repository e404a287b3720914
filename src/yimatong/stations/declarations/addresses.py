"""What the gazetteer knows of the places that an answer names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Q

from yimatong.records.models import Division, Stairwell
from yimatong.stations.declarations import form
from yimatong.stations.declarations.errors import Wrong, wrong


def unknown_places(answers: Mapping[str, Any], today: date) -> tuple[Wrong, ...]:
    """Answers of the right shape that name a place which is not there, or not inside the one chosen before it."""
    return (*_divisions(answers, today), *_home(answers))


def _divisions(answers: Mapping[str, Any], today: date) -> list[Wrong]:
    named = {"home_division": answers.get("home_division")} | {
        f"itinerary.{number}.division": row.get("division")
        for number, row in enumerate((answers.get("itinerary") or ()) if answers.get("elsewhere") else ())
    }
    codes = {where: code * 1000 for where, code in named.items() if isinstance(code, int)}
    if not codes or not Division.objects.exists():
        # A city without a list of divisions takes what the form's own lists offered.
        return []
    recent = Q(valid_to=None) | Q(valid_to__gte=date(today.year - 1, 1, 1))
    known = set(Division.objects.filter(recent, code__in=codes.values()).values_list("code", flat=True))
    label = form.FIELDS["home_division"].label
    return [wrong(where, label, "division-unknown") for where, code in codes.items() if code not in known]


def _home(answers: Mapping[str, Any]) -> list[Wrong]:
    """A stairwell belongs to the building, the building to the compound and the street that were chosen."""
    number = answers.get("home_stairwell")
    if not isinstance(number, int) or answers.get("home_missing"):
        return []
    stairwell = Stairwell.objects.select_related("building").filter(pk=number).first()
    fits = (
        stairwell is not None
        and stairwell.building_id == answers.get("home_building")
        and stairwell.building.division == answers.get("home_division")
        and answers.get("home_compound") in (None, stairwell.building.parent_id)
    )
    label = form.FIELDS["home_stairwell"].label
    return [] if fits else [wrong("home_stairwell", label, "home-unknown")]
