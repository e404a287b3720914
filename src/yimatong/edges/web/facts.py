"""The kinds of fact in words, and one person's facts in the engine's shape."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yimatong.core import time
from yimatong.core.facts import Fact, Kind
from yimatong.records import models

KIND_TITLES: dict[str, Promise] = {
    "declaration": _("Declaration"),
    "case": _("Case"),
    "contact": _("Contact"),
    "order": _("Quarantine order"),
    "symptom": _("Symptom"),
    "test": _("Nucleic acid test"),
    "permit": _("Permit"),
    "presence": _("Presence"),
    "discharge": _("Discharge"),
    "visit": _("Visit of a risk area"),
    "travel": _("Stay in another province"),
    "exposure": _("Close contact, derived from stays"),
    "neighbour": _("Same stairwell"),
}
DETAIL_TITLES: dict[tuple[str, str], Promise] = {
    ("declaration", "self"): _("by the person"),
    ("declaration", "desk"): _("at a desk"),
    ("declaration", "police"): _("in the police's earlier system"),
    ("declaration", "platform"): _("on the province's platform"),
    ("case", "confirmed"): _("confirmed"),
    ("case", "suspected"): _("suspected"),
    ("case", "asymptomatic"): _("asymptomatic"),
    ("contact", "confirmed"): _("with a confirmed case"),
    ("contact", "symptomatic"): _("with somebody with symptoms"),
    ("order", "central"): _("central quarantine"),
    ("order", "home"): _("home quarantine"),
    ("order", "other"): _("other"),
    ("symptom", "fever"): _("fever"),
    ("symptom", "dyspnoea"): _("shortness of breath"),
    ("symptom", "respiratory"): _("respiratory"),
    ("test", "negative"): _("negative"),
    ("test", "positive"): _("positive"),
    ("test", "invalid"): _("invalid sample"),
    ("permit", "goods_driver"): _("goods driver"),
    ("permit", "commuter"): _("commuter across provinces"),
    ("permit", "returning_worker"): _("returning worker"),
    ("presence", "in_city"): _("in the city"),
    ("presence", "away"): _("not in the city"),
    ("discharge", "hospital"): _("from hospital"),
    ("discharge", "quarantine"): _("from quarantine"),
    ("visit", "key"): _("key area"),
    ("visit", "specified"): _("specified area"),
    ("visit", "higher_risk"): _("higher-risk county"),
    ("visit", "control_zone"): _("control zone"),
    ("travel", "other_province"): _("no risk area"),
    ("exposure", "confirmed"): _("with a confirmed case"),
    ("neighbour", "case"): _("as a confirmed case"),
    ("neighbour", "contact"): _("as a close contact"),
}


def fact_title(kind: str, detail: str) -> str:
    """Return a fact in words, such as `Nucleic acid test: negative`."""
    said = DETAIL_TITLES.get((kind, detail), detail)
    return gettext("%(kind)s: %(detail)s") % {"kind": KIND_TITLES.get(kind, kind), "detail": said}


def facts_of(person: int) -> Sequence[models.Fact]:
    """Return everything recorded about a person, struck facts too, the newest first."""
    return list(models.Fact.objects.filter(person=person).order_by("-start", "-id"))


def in_core(facts: Sequence[models.Fact]) -> tuple[Fact, ...]:
    """Return the facts that count, in the engine's shape: a start is rounded up to the full minute, an end down."""
    return tuple(
        Fact(
            fact=fact.pk,
            person=fact.person_id,
            kind=Kind(fact.kind),
            detail=fact.detail,
            start=time.minute_up(fact.start),
            end=time.minute_down(fact.end) if fact.end else None,
        )
        for fact in facts
        if not fact.struck
    )
