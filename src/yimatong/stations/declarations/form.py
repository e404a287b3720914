"""The declaration's form as data: steps after the groups of GB/T 38962, each field with why it is asked.

Answers are a dict of JSON values by field name. Dates are ISO days of the city, divisions 9-digit numbers, places and
stairwells numbers of the gazetteer. checks.py reads them. docs/reference/declarations.md is written from here.

    name sex nationality id_type id_number birth_date | phone home_division home_compound home_building home_stairwell
    home_missing home_text home_since | symptoms symptoms_since contact_symptomatic contact_symptomatic_on
    contact_confirmed contact_confirmed_on | in_city arrived_on elsewhere itinerary: [{division, place, from, to}]
    coresidents: [{name, id_type, id_number}] | reachable_by (the paper alternative is named on every page)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from yimatong.core.names import name_of
from yimatong.core.text import Text, message as _, message_in

VERSION = "2020-02-15"
Kind = Literal[
    "text", "choice", "document", "date", "phone", "yes_no", "several", "division", "compound", "building", "stairwell",
    "rows",
]  # fmt: skip

LAW = _("Law on the Prevention and Control of Infectious Diseases, article 12")
GUARDIAN = _("GB/T 35273, 5.4: below the age of 14 a guardian agrees")
UNTIL_THE_END = _("deleted at the end of the epidemic")
THIRTY_DAYS = _("deleted after 30 days")


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `needed` is always to be answered; `switchable` can be switched off by the city."""

    name: str
    kind: Kind
    label: Text
    why: Text
    basis: Text = LAW
    retention: Text = UNTIL_THE_END
    needed: bool = False
    switchable: bool = False
    words: Mapping[str, Text] = field(default_factory=dict)
    inside: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One screen: one task. `group` is the group of GB/T 38962."""

    name: str
    title: Text
    group: Text
    fields: tuple[Field, ...]


ID_TYPES = {
    "resident": _("Resident identity card (also residence permits of Hong Kong, Macau, Taiwan)"),
    "hk_macau": _("Mainland travel permit for Hong Kong and Macau residents"),
    "taiwan": _("Mainland travel permit for Taiwan residents"),
    "foreign_permanent": _("Foreign permanent resident ID card"),
    "passport": _("Passport"),
    "none": _("No document yet (a child)"),
}
SEXES = {"female": _("Female"), "male": _("Male"), "unknown": _("Not said")}
FEVER = name_of("symptom", "fever").begun
SYMPTOMS = {
    "fever": _("{FEVER} (37.3 °C or more)", FEVER=FEVER),
    **{detail: name_of("symptom", detail).begun for detail in ("dyspnoea", "respiratory")},
}
NATIONALITY = _("Nationality (region)")

PERSON = Step(
    "person", _("Who you are"), _("Basic personal information"),
    (
        Field("name", "text", _("Name"), _("as on the document; checkpoints compare it"), needed=True),
        Field("sex", "choice", _("Sex"), _("compared with the document"), switchable=True, words=SEXES),
        Field("nationality", "text", NATIONALITY, _("tells which document and which language"), switchable=True),
        Field("id_type", "choice", _("Type of document"), _("one code a person, told apart by the document"), needed=True, words=ID_TYPES),
        Field("id_number", "document", _("Document number"), _("one code a person; kept sealed"), needed=True),
        Field("birth_date", "date", _("Date of birth"), _("below 14 a guardian declares; not needed with a resident's card"), GUARDIAN),
    ),
)  # fmt: skip
ADDRESS = Step(
    "address", _("How to reach you, where you live"), _("Basic personal information"),
    (
        Field("phone", "phone", _("Mobile phone"), _("for notices and one-time codes; kept sealed"), needed=True),
        Field("home_division", "division", _("Street or township of your home"), _("risk areas are set by division"), needed=True),
        Field("home_compound", "compound", _("Compound or village"), _("for the stairwell rule")),
        Field("home_building", "building", _("Building"), _("for the stairwell rule")),
        Field("home_stairwell", "stairwell", _("Stairwell"), _("a case on one's stairwell means observation at home")),
        Field("home_missing", "yes_no", _("My community is missing"), _("accepted all the same; a clerk adds it to the gazetteer")),
        Field("home_text", "text", _("Address, down to the stairwell"), _("for the clerk who adds a missing community")),
        Field("home_since", "date", _("Living here since"), _("cases before you moved in do not concern you"), switchable=True),
    ),
)  # fmt: skip
HEALTH = Step(
    "health", _("How you are"), _("Health information"),
    (
        Field("symptoms", "several", _("Do you have any of these"), _("fever and respiratory symptoms mean yellow, observation at home"), needed=True, words=SYMPTOMS),
        Field("symptoms_since", "date", _("Since when"), _("observation counts from this day")),
        Field("contact_symptomatic", "yes_no", _("In 14 days, in contact with somebody with fever or respiratory symptoms?"), _("a contact means yellow"), needed=True),
        Field("contact_symptomatic_on", "date", _("Last contact on"), _("observation counts from this day")),
        Field("contact_confirmed", "yes_no", _("In 14 days, in contact with a confirmed case?"), _("a close contact means red; the health department calls"), needed=True, switchable=True),
        Field("contact_confirmed_on", "date", _("Last contact on"), _("quarantine counts from this day")),
    ),
)  # fmt: skip
ITINERARY = Step(
    "itinerary", _("Where you have been in 14 days"), _("Itinerary"),
    (
        Field("in_city", "yes_no", _("Are you in the city now?"), _("nothing is arranged for those who have not come"), needed=True),
        Field("arrived_on", "date", _("Arrived, or coming, on"), _("for those who came within 14 days"), switchable=True),
        Field("elsewhere", "yes_no", _("Have you been outside the city within 14 days?"), _("key and other areas have consequences"), needed=True),
        Field("itinerary", "rows", _("Places"), _("judged by area and day"), inside=(
            Field("division", "division", _("Province, city, county (street if known)"), _("compared with the risk areas"), needed=True),
            Field("place", "text", _("Place (may be left out)"), _("listed places only"), switchable=True),
            Field("from", "date", message_in("itinerary", "From"), _("compared with the dates"), needed=True),
            Field("to", "date", message_in("itinerary", "To"), _("compared with the dates"), needed=True),
        )),
    ),
)  # fmt: skip
CORESIDENTS = Step(
    "coresidents", _("Who lives with you"), _("Basic personal information"),
    (
        Field("coresidents", "rows", _("People who live with you"), _("what concerns one concerns all; may be left out"), switchable=True, inside=(
            Field("name", "text", _("Name"), _("to match only"), needed=True),
            Field("id_type", "choice", _("Type of document"), _("to match only"), words=ID_TYPES),
            Field("id_number", "document", _("Document number (may be left out)"), _("to match only")),
        )),
    ),
)  # fmt: skip
STEPS: tuple[Step, ...] = (PERSON, ADDRESS, HEALTH, ITINERARY, CORESIDENTS)
FIELDS: dict[str, Field] = {one.name: one for step in STEPS for one in step.fields}


def shown(step: Step, off: frozenset[str]) -> tuple[Field, ...]:
    """The fields of a step that the city has not switched off."""
    return tuple(one for one in step.fields if not (one.switchable and one.name in off))
