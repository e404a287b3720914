"""What the office fills in about an issuing point: naming it, its hours, its staff, a block of numbers, stopping it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy as _, pgettext, pgettext_lazy
from pypinyin import lazy_pinyin

from yimatong.core.text import listed
from yimatong.edges.web.everybody.words import in_words
from yimatong.edges.web.office.checkpoint_forms import streets
from yimatong.edges.web.official.reasons import DOCUMENTS
from yimatong.records import calendar, clock
from yimatong.records.models import Official, Place
from yimatong.stations.issuing import queries
from yimatong.stations.issuing.actions.points import MOST_DAYS, REGION, TIME
from yimatong.stations.issuing.models import Point

KINDS: dict[str, Promise] = {
    "village": _("Village or neighbourhood committee"),
    "compound": _("Residential compound"),
    "company": _("Company"),
    "building": _("Office building"),
    "checkpoint": _("Checkpoint"),
    "police": _("Police post"),
}
SCOPES: dict[str, Promise] = {
    "everybody": _("everybody"),
    "division": _("who lives in its street"),
    "address": _("who lives at its address"),
    "roster": _("who is on its own roster"),
    "documents": _("holders of certain documents"),
}
WORKDAYS = "08:30-11:30, 13:30-17:30"
Spans = list[list[str]]


class HoursField(forms.CharField):
    """Spans of a day as people write them: `08:30-11:30, 13:30-17:30`; empty is closed."""

    def __init__(self, **words: Any) -> None:
        super().__init__(max_length=80, required=False, **words)

    def to_python(self, value: Any) -> Any:
        """Return `[["08:30", "11:30"], …]`."""
        return self.spans(super().to_python(value) or "")

    def spans(self, text: str) -> Spans:
        """Read the spans; a ValidationError says how they are written."""
        plain = text.replace("：", ":").replace("–", "-").replace("—", "-").replace("，", ",").replace("、", ",")
        found = [[mark.strip() for mark in span.split("-")] for span in plain.split(",") if span.strip()]
        marks = [mark for span in found for mark in span]
        if any(len(span) != 2 for span in found) or not all(TIME.fullmatch(mark) for mark in marks):
            raise ValidationError(_("Write spans like 08:30-11:30, 13:30-17:30."), code="hours")
        if any(first >= second for first, second in pairwise(marks)):
            raise ValidationError(_("Spans follow each other and do not overlap."), code="hours")
        return found


class HoursForm(forms.Form):
    """When the desks work, and how many there are."""

    template_name = "web/parts/form.html"
    workdays = HoursField(label=_("Hours, Monday to Friday"), initial=WORKDAYS)
    weekend = HoursField(label=_("Hours, Saturday and Sunday"), help_text=_("Empty means closed."))
    desks = forms.IntegerField(label=_("Desks"), min_value=1, max_value=100, initial=1)

    def hours(self) -> list[Spans]:
        """The seven days, Monday first."""
        return [self.cleaned_data["workdays"]] * 5 + [self.cleaned_data["weekend"]] * 2


class DayForm(forms.Form):
    """Single days that are not like the week: closed, other hours, or as every week again."""

    template_name = "web/parts/form.html"
    WHAT: ClassVar[dict[str, Promise]] = {
        "closed": pgettext_lazy("hours", "closed"),
        "hours": _("other hours"),
        "week": _("as every week again"),
    }
    first = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(
        label=_("Until (may be left out: one day)"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    what = forms.ChoiceField(
        label=_("On this day"), choices=list(WHAT.items()), widget=forms.RadioSelect, initial="closed"
    )
    spans = HoursField(label=_("Hours (for “other hours”)"))
    why = forms.CharField(
        label=_("Why (residents read it; may be left out)"),
        max_length=60,
        required=False,
        help_text=_("Such as: 清明节."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first", "last"):
            self.fields[name].widget.attrs["min"] = calendar.day(clock.now()).isoformat()

    def clean(self) -> dict[str, Any]:
        """Other hours have a span; the days are in their order."""
        given = super().clean() or {}
        given["last"] = given.get("last") or given.get("first")
        if given.get("what") == "hours" and not given.get("spans") and "spans" not in self.errors:
            self.add_error("spans", _("Write spans like 08:30-11:30, 13:30-17:30."))
        if given.get("first") and given["first"] < calendar.day(clock.now()):
            self.add_error("first", _("This day is over."))
        elif given.get("first") and not 0 <= (given["last"] - given["first"]).days < MOST_DAYS:
            self.add_error("last", _("Not before the first day, and at most 31 days at once."))
        return given

    def hours(self) -> Spans | None:
        """The hours of the days: none is closed, None is as every week."""
        return {"closed": [], "week": None}.get(self.cleaned_data["what"], self.cleaned_data["spans"])


class PositionForm(forms.Form):
    """Where the point is: a click on the map fills in the two numbers."""

    template_name = "web/parts/form.html"
    longitude = forms.FloatField(label=_("Longitude"), min_value=REGION[0][0], max_value=REGION[0][1])
    latitude = forms.FloatField(label=_("Latitude"), min_value=REGION[1][0], max_value=REGION[1][1])
    how = forms.ChoiceField(
        choices=[("numbers", ""), ("map", "")], widget=forms.HiddenInput, initial="numbers", required=False
    )

    def clean_how(self) -> str:
        """Two numbers, unless the map was clicked."""
        return str(self.cleaned_data.get("how") or "numbers")


class NameForm(HoursForm):
    """A new issuing point."""

    title = forms.CharField(label=_("Name"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), choices=list(KINDS.items()))
    division = forms.TypedChoiceField(label=_("Street or township"), coerce=int, choices=[])
    address = forms.CharField(label=_("Address"), max_length=120)
    scope = forms.ChoiceField(label=_("May issue to"), choices=list(SCOPES.items()))
    place_words = forms.CharField(
        label=_("Its compound, village or building (for “at its address”)"),
        required=False,
        max_length=60,
        help_text=_("By name or sound, inside the street."),
    )
    documents = forms.MultipleChoiceField(
        label=_("Kinds of document (for “certain documents”)"),
        required=False,
        choices=list(DOCUMENTS.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    longitude = forms.FloatField(label=_("Longitude (may be left out)"), required=False, min_value=73, max_value=136)
    latitude = forms.FloatField(
        label=_("Latitude (may be left out)"),
        required=False,
        min_value=3,
        max_value=54,
        help_text=_("With both, residents find it on the map."),
    )
    field_order = (
        "title",
        "kind",
        "division",
        "address",
        "scope",
        "place_words",
        "documents",
        "workdays",
        "weekend",
        "desks",
        "longitude",
        "latitude",
    )

    def __init__(self, *args: Any, by: Official, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        division = self.fields["division"]
        assert isinstance(division, forms.TypedChoiceField)
        division.choices = [("", _("Choose …")), *streets(by, calendar.day(clock.now()))]

    def clean(self) -> dict[str, Any]:
        """What the scope needs is there, and both degrees or none."""
        given = super().clean() or {}
        if (given.get("longitude") is None) != (given.get("latitude") is None):
            self.add_error("latitude", _("Give both degrees, or none."))
        if given.get("scope") == "documents" and not given.get("documents"):
            self.add_error("documents", _("Choose at least one."))
        if given.get("scope") == "address" and given.get("division"):
            found = places_like(given["division"], given.get("place_words", ""))
            if len(found) == 1:
                given["place"] = found[0].pk
            elif found:
                names = in_words(listed(place.name for place in found[:8]))
                self.add_error("place_words", gettext("Which one: %(names)s?") % {"names": names})
            else:
                self.add_error("place_words", _("No compound, village or building of this street is called so."))
        return given


def places_like(division: int, words: str) -> list[Place]:
    """The compounds, villages and buildings of a street that the words mean; the one with that very name alone."""
    plain = words.strip()
    if not plain:
        return []
    kinds = [Place.Kind.COMPOUND, Place.Kind.VILLAGE, Place.Kind.BUILDING]
    there = list(Place.objects.filter(division=division, kind__in=kinds).order_by("number"))
    same = [place for place in there if place.name == plain]
    if same:
        return same[:1]
    if plain.isascii():
        sound = plain.replace(" ", "").casefold()
        return [place for place in there if "".join(lazy_pinyin(place.name)).casefold().startswith(sound)]
    return [place for place in there if plain in place.name]


class StaffForm(forms.Form):
    """Who is to work there."""

    template_name = "web/parts/form.html"
    official = forms.ModelChoiceField(Official.objects.none(), label=_("Who"), empty_label=_("Choose …"))

    def __init__(self, *args: Any, point: Point, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["official"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = queries.can_be_staff(point)
        field.label_from_instance = _who  # type: ignore[method-assign]


class StopForm(forms.Form):
    """Why a point is stopped."""

    template_name = "web/parts/form.html"
    why = forms.CharField(label=_("Reason"), max_length=400)


def _who(obj: Any) -> str:
    shown = f"{obj.name} ({obj.username})"
    return shown + " · " + gettext("speaks for a company") if obj.role == Official.Role.EMPLOYER else shown


def hours_in_words(hours: Sequence[Sequence[Sequence[str]]]) -> list[str]:
    """The hours of a week, days that are alike together: `Mon–Fri 08:30–11:30, 13:30–17:30`."""
    names = [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")]
    found: list[str] = []
    first = 0
    for day in range(1, 8):
        if day < 7 and hours[day] == hours[first]:
            continue
        which = str(names[first]) if day - 1 == first else f"{names[first]}–{names[day - 1]}"
        spans = ", ".join(f"{begin}–{end}" for begin, end in hours[first]) or pgettext("hours", "closed")
        found.append(f"{which} {spans}")
        first = day
    return found
