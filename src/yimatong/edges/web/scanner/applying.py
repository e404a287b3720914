"""Applying on the spot, as a scanner asks for it: the form, what became of it, and divisions to choose from.

What POST /s/apply, GET /s/apply and GET /s/divisions answer; the scanner's edge checks who asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from yimatong.core.colour import Colour
from yimatong.core.credential import masked
from yimatong.core.text import in_all, message
from yimatong.edges.web.everybody.places import divisions_like
from yimatong.records import calendar, clock, identity
from yimatong.stations.declarations import form as whole
from yimatong.stations.declarations.actions.applying import apply_on_the_spot
from yimatong.stations.declarations.queries import statement_in_force
from yimatong.stations.judgements.errors import JudgementError
from yimatong.stations.judgements.explaining import colour_in_force
from yimatong.stations.judgements.online import judge_person
from yimatong.stations.judgements.tasks import judge_soon

ASKED = (
    "name", "id_type", "id_number", "birth_date", "phone", "home_division", "symptoms", "symptoms_since",
    "contact_symptomatic", "contact_symptomatic_on", "contact_confirmed", "contact_confirmed_on",
)  # fmt: skip
CAME_FROM = message("Where you came from within 14 days (outside the city)")


def apply(
    body: Mapping[str, Any], *, checkpoint: int, device: int, now: datetime, at: datetime
) -> dict[str, str | None]:
    """Take an application: `{"state", "colour", "name", "tail", "receipt"}`; YimatongError where the person can mend something.

    `judged`: new, with the colour of this moment; `waiting`: taken, and not to be judged now; `held`: name and document do not
    fit; `known`: nothing was changed, the colour is the one in force (None: none).
    """
    applied = apply_on_the_spot(checkpoint=checkpoint, device=device, body=body, now=now, at=at)
    number = identity.normalised(str(body["id_number"]))
    answer = {"name": masked(str(body["name"]).strip()), "tail": identity.tail(number), "receipt": applied.receipt}
    if applied.person is None:
        return {"state": "held", "colour": None, **answer}
    if applied.state == "known":
        colour = colour_in_force(applied.person)
        return {"state": "known", "colour": colour and colour.value, **answer}
    if applied.touched:
        judge_soon()
    found = _colour_now(applied.person, now)
    return {"state": "judged" if found else "waiting", "colour": found and found.value, **answer}


def _colour_now(person: int, now: datetime) -> Colour | None:
    """None where nothing can be judged now: no run in force, no rules today."""
    try:
        return judge_person(person, as_of=now).colour
    except JudgementError as problem:
        if problem.code in {"nothing-in-force", "policy-not-in-force"}:
            return None
        raise


def form(now: datetime) -> dict[str, Any]:
    """What the guard's form is drawn from: questions, choices and the wording to be read aloud, in both languages."""
    statement = statement_in_force(calendar.day(now))
    documents = {key: in_all(text) for key, text in whole.ID_TYPES.items() if key != "none"}
    return {
        "statement": {"version": statement.version, "zh": statement.zh, "en": statement.en},
        "id_types": documents,
        "symptoms": {key: in_all(text) for key, text in whole.SYMPTOMS.items()},
        "questions": {name: in_all(whole.FIELDS[name].label) for name in ASKED} | {"came_from": in_all(CAME_FROM)},
    }


def divisions(words: str) -> dict[str, list[dict[str, str]]]:
    """Provinces, cities, counties and streets that the words could mean, by sign or by sound; at most twelve."""
    today = calendar.day(clock.now())
    return {"found": [{"division": one.value, "name": one.label} for one in divisions_like(words[:40], today)]}
