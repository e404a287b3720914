"""The one table of names: what each kind of fact, each level of an area and each table of the records is called by people.

Policy pages, commands, explanations, appeals and messages all read it; nothing else names a fact. A name is a noun
phrase of a few words that says whose or from what, lower-case in English; `Text.begun` begins a line with it.
"""

from __future__ import annotations

from yimatong.core.facts import WATCHED, Derived, Kind, Level
from yimatong.core.text import Text, message as _, same

LEVELS: dict[str, Text] = {
    Level.KEY: _("key area"),
    Level.SPECIFIED: _("specified area"),
    Level.HIGHER_RISK: _("higher-risk county"),
    Level.CONTROL_ZONE: _("control zone"),
    Level.LOW: _("low-risk area"),
}
RECORDS: dict[str, Text] = {
    "facts": _("fact"),
    "homes": _("home"),
    "stays": _("stay"),
    "areas": _("risk area"),
}
"""One row of each table that is judged by."""
KINDS: dict[str, Text] = {
    Kind.DECLARATION: _("declaration"),
    Kind.CASE: _("case"),
    Kind.CONTACT: _("contact (recorded)"),
    Kind.ORDER: _("quarantine or control order"),
    Kind.SYMPTOM: _("symptom"),
    Kind.TEST: _("nucleic acid test"),
    Kind.PERMIT: _("special permit or registration"),
    Kind.PRESENCE: _("presence in the city"),
    Kind.DISCHARGE: _("discharge or release"),
    Derived.VISIT: _("stay in a risk area"),
    Derived.TRAVEL: _("stay in another province"),
    Derived.EXPOSURE: _("close contact (derived from stays)"),
    Derived.NEIGHBOUR: _("same stairwell"),
}
"""A kind alone, as a heading or where its detail is not known."""


def visit_of(area: Text) -> Text:
    """What a stay in an area is called, by what the area is called."""
    return _("stay in a {area}", area=area)


FACTS: dict[tuple[str, str], Text] = {
    (Kind.DECLARATION, "self"): _("own declaration"),
    (Kind.DECLARATION, "desk"): _("declaration at a desk"),
    (Kind.DECLARATION, "police"): _("earlier registration with the police"),
    (Kind.DECLARATION, "platform"): _("declaration on the province's platform"),
    (Kind.CASE, "confirmed"): _("confirmed case"),
    (Kind.CASE, "suspected"): _("suspected case"),
    (Kind.CASE, "asymptomatic"): _("asymptomatic infection"),
    (Kind.CONTACT, "confirmed"): _("close contact of a confirmed case (recorded)"),
    (Kind.CONTACT, "symptomatic"): _("contact with somebody with symptoms (recorded)"),
    (Kind.ORDER, "central"): _("central quarantine order"),
    (Kind.ORDER, "home"): _("home quarantine order"),
    (Kind.ORDER, "other"): _("other control order"),
    (Kind.SYMPTOM, "fever"): _("fever"),
    (Kind.SYMPTOM, "dyspnoea"): _("shortness of breath"),
    (Kind.SYMPTOM, "respiratory"): _("cough or other respiratory symptoms"),
    (Kind.TEST, "negative"): _("negative test"),
    (Kind.TEST, "positive"): _("positive test"),
    (Kind.TEST, "invalid"): _("invalid test"),
    (Kind.PERMIT, "goods_driver"): _("goods driver's special permit"),
    (Kind.PERMIT, "commuter"): _("commuter's special permit"),
    (Kind.PERMIT, "returning_worker"): _("registration as a returning worker"),
    (Kind.PRESENCE, "in_city"): _("in the city"),
    (Kind.PRESENCE, "away"): _("not in the city"),
    (Kind.DISCHARGE, "hospital"): _("discharge from hospital"),
    (Kind.DISCHARGE, "quarantine"): _("release from quarantine"),
    **{(Derived.VISIT, level): visit_of(LEVELS[level]) for level in WATCHED},
    (Derived.TRAVEL, "other_province"): _("stay in another province"),
    (Derived.EXPOSURE, "confirmed"): _("close contact of a confirmed case (derived from stays)"),
    (Derived.NEIGHBOUR, "case"): _("same stairwell as a confirmed case"),
    (Derived.NEIGHBOUR, "contact"): _("same stairwell as a close contact"),
}
"""Every kind and detail, recorded or derived; tests hold it complete."""


def name_of(kind: str, detail: str = "") -> Text:
    """The name of a fact: of its kind alone where it has no such detail, and what stands there where there is no such kind."""
    return FACTS.get((kind, detail)) or KINDS.get(kind) or same(f"{kind}/{detail}")
