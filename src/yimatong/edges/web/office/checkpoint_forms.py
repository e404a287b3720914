"""What the office fills in about a checkpoint: opening it, its hours, codes for scanners, revoking, the answer to a scanner."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, time
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yimatong.edges.web.everybody.words import in_words
from yimatong.edges.web.office import checkpoint_tables as shown
from yimatong.records import calendar, clock
from yimatong.records.models import Division, Official
from yimatong.records.queries import streets_of
from yimatong.stations.checkpoints.actions import enrolling
from yimatong.stations.checkpoints.models import Checkpoint, Device, Offer

WEEKDAYS = [
    ("0", _("Mon")), ("1", _("Tue")), ("2", _("Wed")), ("3", _("Thu")), ("4", _("Fri")), ("5", _("Sat")), ("6", _("Sun")),
]  # fmt: skip
EVERY = [key for key, _title in WEEKDAYS]
EVERY_DAY = 127


class HoursForm(forms.Form):
    """On which days and from when to when its scanners work."""

    template_name = "web/parts/form.html"
    days = forms.MultipleChoiceField(
        label=_("Days"), choices=WEEKDAYS, widget=forms.CheckboxSelectMultiple, initial=EVERY
    )
    begins = forms.TimeField(
        label=_("From"), initial="00:00", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    ends = forms.TimeField(
        label=_("Until"),
        initial="23:59",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_(
            "Earlier than the beginning means: until the next morning. Outside its hours a scanner shows nobody's code."
        ),
    )

    control_begins = forms.TimeField(
        label=_("Control zone from (may be left out)"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    control_ends = forms.TimeField(
        label=_("Control zone until (may be left out)"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_(
            "Of a control zone that is one at certain hours alone, such as 22:00 to 06:00; at all others paper passes count."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Both hours of the control zone or none."""
        given = super().clean() or {}
        if (given.get("control_begins") is None) != (given.get("control_ends") is None):
            self.add_error("control_ends", _("Give both hours, or none."))
        return given

    def entry(self) -> list[list[int]]:
        """The hours as a checkpoint keeps them."""
        given = self.cleaned_data
        return [[sum(1 << int(day) for day in given["days"]), minutes(given["begins"]), minutes(given["ends"])]]

    def control_entry(self) -> list[list[int]]:
        """The hours in which a control zone is one, on every day; none: always."""
        first, last = self.cleaned_data["control_begins"], self.cleaned_data["control_ends"]
        return [] if first is None or last is None else [[EVERY_DAY, minutes(first), minutes(last)]]


class OpenForm(HoursForm):
    """A new checkpoint."""

    title_zh = forms.CharField(label=_("Name in Chinese"), max_length=60)
    title_en = forms.CharField(label=_("Name in English"), max_length=60)
    division = forms.TypedChoiceField(label=_("Street or township"), coerce=int, choices=[])
    zone = forms.ChoiceField(
        label=_("Zone"),
        choices=lambda: [(zone, in_words(text)) for zone, text in shown.ZONES.items()],
        help_text=_("In a control zone that a district has named, the paper pass does not count."),
    )
    lat = forms.FloatField(label=_("Latitude (may be left out)"), required=False, min_value=-90, max_value=90)
    lon = forms.FloatField(
        label=_("Longitude (may be left out)"),
        required=False,
        min_value=-180,
        max_value=180,
        help_text=_("With both, a pass that appears at two distant checkpoints in too little time is noticed."),
    )
    field_order = (
        "title_zh",
        "title_en",
        "division",
        "zone",
        "control_begins",
        "control_ends",
        "days",
        "begins",
        "ends",
        "lat",
        "lon",
    )

    def __init__(self, *args: Any, by: Official, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        division = self.fields["division"]
        assert isinstance(division, forms.TypedChoiceField)
        division.choices = [("", _("Choose …")), *streets(by, calendar.day(clock.now()))]

    def clean(self) -> dict[str, Any]:
        """Both degrees or none."""
        given = super().clean() or {}
        if (given.get("lat") is None) != (given.get("lon") is None):
            self.add_error("lon", _("Give both degrees, or none."))
        return given


class CloseForm(forms.Form):
    """Why something is stopped."""

    template_name = "web/parts/form.html"
    why = forms.CharField(label=_("Reason"), max_length=200)


def minutes(of: time) -> int:
    """The minute of the day."""
    return of.hour * 60 + of.minute


def streets(by: Official, day: date) -> list[tuple[str, list[tuple[str, str]]]]:
    """The streets of the city and the jurisdiction, under their counties."""
    low = int(settings.YIMATONG_CITY) * 10**6
    there = Division.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)
    rows = there.filter(code__gte=low, code__lt=low + 10**8, level__in=["county", "street"]).order_by("code")
    limits = streets_of(by.jurisdiction)
    counties = {row.code // 10**6: row.name for row in rows if row.level == "county"}
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows:
        code = row.code // 1000
        if row.level == "street" and (limits is None or limits[0] <= code <= limits[1]):
            found[counties.get(row.code // 10**6, "")].append((str(code), row.name))
    return list(found.items())


class OfferForm(forms.Form):
    """How many codes, and whether for training."""

    template_name = "web/parts/form.html"
    count = forms.IntegerField(label=_("How many phones"), min_value=1, max_value=enrolling.MOST, initial=1)
    training = forms.BooleanField(
        label=_("For training only"),
        required=False,
        help_text=_("A scanner for training counts nothing and releases nobody."),
    )


class RevokeForm(forms.Form):
    """Which scanners and codes, and why."""

    why = forms.CharField(max_length=200)

    def __init__(self, *args: Any, checkpoint: Checkpoint, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["devices"] = forms.ModelMultipleChoiceField(
            Device.objects.filter(checkpoint=checkpoint, revoked_at=None), required=False
        )
        self.fields["offers"] = forms.ModelMultipleChoiceField(
            Offer.objects.filter(checkpoint=checkpoint, revoked_at=None, used_at=None), required=False
        )


class AnswerForm(forms.Form):
    """What the guard reads over the phone."""

    template_name = "web/parts/form.html"
    device = forms.ModelChoiceField(Device.objects.none(), label=_("Scanner"), empty_label=_("Choose …"))
    challenge = forms.CharField(
        label=_("The six digits on its screen"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    why = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("Such as: the network is down since 8 o'clock.")
    )

    def __init__(self, *args: Any, checkpoint: Checkpoint, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        device = self.fields["device"]
        assert isinstance(device, forms.ModelChoiceField)
        device.queryset = Device.objects.filter(checkpoint=checkpoint, revoked_at=None).order_by("number")
        device.label_from_instance = _number_and_name  # type: ignore[method-assign]


def _number_and_name(obj: Any) -> str:
    return f"{obj.number} · {obj.name}"
