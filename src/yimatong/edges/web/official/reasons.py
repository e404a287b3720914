"""Why somebody looks: a ground of a short list and a few words, asked for before anything is shown."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from yimatong.edges.web.official import references, searching
from yimatong.records import identity
from yimatong.records.models import Person
from yimatong.records.queries import person_by_document

GROUNDS = [
    ("appeal", _("Appeal of the person")),
    ("checkpoint", _("Hand-over from a checkpoint")),
    ("tracing", _("Tracing by the health department")),
    ("care", _("Quarantine or home observation")),
    ("quality", _("Checking a delivery or a judgement")),
    ("question", _("Question of the person at a desk or by phone")),
    ("audit", _("Audit")),
]
DOCUMENTS = {
    Person.IdType.RESIDENT.value: _("Resident identity card"),
    Person.IdType.HK_MACAU.value: _("Permit of Hong Kong and Macau residents"),
    Person.IdType.TAIWAN.value: _("Permit of Taiwan residents"),
    Person.IdType.FOREIGN_PERMANENT.value: _("Foreigner's permanent residence card"),
    Person.IdType.PASSPORT.value: _("Passport"),
}
LEAST, MOST = 4, 300


def spoken(why: str) -> str:
    """Return a recorded reason in the page's language: the ground in words, then what was written."""
    ground, _colon, words = why.partition(": ")
    titles = dict(GROUNDS) | {"permit": _("Special permit at the desk"), "paper": _("Paper pass at the desk")}
    titles |= {"collection": _("Fetching a pass"), "fraud": _("Case of fraud"), "entry": _("Entry of an offline desk")}
    titles |= {"outreach": _("Telling somebody in person"), "correction": _("Correction of an identity")}
    return f"{titles[ground]}: {words}" if ground in titles else why


class WhyForm(forms.Form):
    """The reason for a look. `reason` is what is recorded: the ground's code, and the words."""

    template_name = "web/parts/form.html"
    ground = forms.ChoiceField(label=_("Ground"), choices=[("", _("Choose …")), *GROUNDS])
    words = forms.CharField(
        label=_("Case number or reason in words"),
        min_length=LEAST,
        max_length=MOST,
        help_text=_("Without names or ID numbers. It is kept with your name in the register of looks."),
    )

    @property
    def reason(self) -> str:
        """The reason as it is recorded, such as `appeal: 2020-117`."""
        return f"{self.cleaned_data['ground']}: {self.cleaned_data['words'].strip()}"


class PersonForm(WhyForm):
    """Which person, and why: by the whole number of a document, or by the button of a page that showed the person."""

    person = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    id_type = forms.ChoiceField(label=_("Document"), required=False, choices=list(DOCUMENTS.items()))
    id_number = forms.CharField(
        label=_("Number of the document, all of it"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("It is compared sealed and never put into an address or a log."),
    )
    field_order = ("person", "id_type", "id_number", "ground", "words")

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.named = references.person_of(request, str(self["person"].value() or ""))
        if self.named is not None:
            # The page that was left has said who it is.
            del self.fields["id_type"], self.fields["id_number"]

    def searched(self) -> bool:
        """Whether somebody was found and a reason given; a search is counted and recorded, found or not. `looks-used-up`."""
        number = "" if "id_number" not in self.fields else str(self["id_number"].value() or "").strip()
        if number:
            searching.begin(self.request)
        is_good = self.is_valid()
        if number and (is_good or self.has_error("__all__", "person-unknown")):
            searching.done(self.request, sort=searching.Sort.DOCUMENT, typed=number, found=int(is_good))
        return is_good

    def clean(self) -> dict[str, Any]:
        """Find the person; the same answer whether a document is unknown or nobody's."""
        given = super().clean() or {}
        if self.errors:
            return given
        if given.get("person") and not given.get("id_number"):
            if self.named is None:
                raise ValidationError(
                    _("The way to this person is over after half an hour. Open the page anew, or give the document."),
                    code="reference-over",
                )
            found = Person.objects.filter(number=self.named).first()
        elif given.get("id_number"):
            found = person_by_document(
                given["id_type"] or Person.IdType.RESIDENT, identity.normalised(given["id_number"])
            )
        else:
            raise ValidationError(_("Give the number of a document."), code="nobody-named")
        if found is None:
            raise ValidationError(_("Nobody is recorded under this number."), code="person-unknown")
        return {**given, "found": found}
