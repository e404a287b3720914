"""Applying on the spot: somebody stands at a checkpoint without a code, and the guard types what they say, document in hand.

Fewer questions than the whole form: who, where from, how they are. Whoever is recorded and has declared, or has a colour, is
not changed by a guard: the answer is `known`. Whoever is recorded and has never declared declares by this, as at a desk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from django.conf import settings

from yimatong.core.facts import Kind
from yimatong.core.name_matching import Likeness, compare
from yimatong.records import calendar, identity
from yimatong.records.actions import audit
from yimatong.records.actions.officials import the_system
from yimatong.records.models import Fact, Person
from yimatong.records.queries import person_by_document
from yimatong.stations.declarations import addresses, checks
from yimatong.stations.declarations.actions import declaring, limits
from yimatong.stations.declarations.actions.limits import Source
from yimatong.stations.declarations.actions.signing_in import Claims, sign_in
from yimatong.stations.declarations.checks import GROWN, WINDOW, Answers
from yimatong.stations.declarations.errors import AnswersWrong, DeclarationError, Wrong, mistake

CHANNEL = "checkpoint"
SPARED = frozenset({"phone", "home_building", "home_stairwell"})
"""What the whole form asks for and a checkpoint does not."""
PLACES = "came_from"
State = Literal["declared", "known", "held"]


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of it. `declared`: it counts, `touched` when it is to be judged; `known`: nothing was changed;
    `held`: the name and the document do not fit each other, a desk settles it. `person` is None while it is held."""

    state: State
    person: int | None
    receipt: str = ""
    touched: bool = False


def apply_on_the_spot(*, checkpoint: int, device: int, body: Mapping[str, Any], now: datetime, at: datetime) -> Applied:
    """Take an application at a checkpoint; AnswersWrong with everything that can't be right, by the body's own fields.

    `not-read-aloud`, `guardian-needed`, `statement-not-in-force`, `too-many-attempts`. The body is in docs/reference/checkpoints.md.
    """
    today = calendar.day(now)
    answers = answers_of(body, today)
    said = _checked(answers, today)
    if body.get("read_aloud") is not True:
        raise mistake("not-read-aloud", place="read_aloud")
    if said.id_number is None or (said.birth is not None and checks.age(said.birth, today) < GROWN):
        raise mistake("guardian-needed", place="id_number")
    target = identity.id_key(said.id_type, said.id_number)
    if (no := limits.spend(what="apply", source=Source(device=f"scanner:{device}"), target=target, at=at)) is not None:
        raise DeclarationError(no.code, no.sentence, remedy=no.remedy)
    person = person_by_document(said.id_type, said.id_number)
    if person is not None and (found := _known(person, said, checkpoint)) is not None:
        return found
    return _declared(answers, said, str(body.get("statement", "")), checkpoint, now, at)


def answers_of(body: Mapping[str, Any], today: date) -> dict[str, Any]:
    """The whole form's answers for what a checkpoint asks; days that were left out are today's, or the whole window's."""
    first = (today - WINDOW).isoformat()
    rows = body.get(PLACES) or []
    if not isinstance(rows, list):
        rows = [rows]
    places = [
        {
            "division": _division(row.get("division")),
            "from": _one(row.get("from")) or first,
            "to": _one(row.get("to")) or today.isoformat(),
        }
        if isinstance(row, Mapping)
        else {"division": _division(row), "from": first, "to": today.isoformat()}
        for row in rows
    ]
    answers: dict[str, Any] = {
        name: _one(body.get(name))
        for name in ("name", "id_type", "id_number", "birth_date", "phone", "home_division", "contact_symptomatic", "contact_confirmed")
    }  # fmt: skip
    answers |= {"symptoms": body.get("symptoms"), "in_city": True, "arrived_on": today.isoformat()}
    answers |= {"elsewhere": bool(places), "itinerary": places, "home_division": _division(body.get("home_division"))}
    for name, asked in (
        ("symptoms_since", body.get("symptoms")),
        ("contact_symptomatic_on", body.get("contact_symptomatic")),
        ("contact_confirmed_on", body.get("contact_confirmed")),
    ):
        answers[name] = _one(body.get(name)) or (today.isoformat() if asked else None)
    return answers


def _division(said: Any) -> Any:
    """The number of nine digits, however it came; anything else as it is, to be told as a mistake."""
    said = _one(said)
    return int(said) if isinstance(said, str) and said.isascii() and said.isdigit() and len(said) == 9 else said


def _one(said: Any) -> Any:
    """One value where one is asked for; a list or an object is no answer, and is told as missing."""
    return None if isinstance(said, list | Mapping) else said


def _checked(answers: Mapping[str, Any], today: date) -> Answers:
    found = checks.check(answers, today=today, off=settings.YIMATONG_FORM_OFF, city=settings.YIMATONG_CITY)
    found = tuple(one for one in found if not (one.code == "answer-missing" and one.field in SPARED))
    found = found or addresses.unknown_places(answers, today)
    if found:
        raise AnswersWrong(tuple(_by_its_own_name(one) for one in found))
    return checks.read({**answers, "phone": answers.get("phone") or ""})


def _by_its_own_name(one: Wrong) -> Wrong:
    return replace(one, field=one.field.replace("itinerary", PLACES, 1))


def _known(person: Person, said: Answers, checkpoint: int) -> Applied | None:
    """What is told of somebody who is recorded; None where they have never declared."""
    if compare(person.name, said.name) is Likeness.DIFFERENT:
        return Applied("held", None)
    if not Fact.objects.filter(person=person, kind=Kind.DECLARATION.value, struck_at=None).exists():
        return None
    audit.look(
        by=the_system(), person=person.number, why=f"checkpoint: applied on the spot ({checkpoint})", where=CHANNEL
    )
    return Applied("known", person.number)


def _declared(
    answers: Mapping[str, Any], said: Answers, statement: str, checkpoint: int, now: datetime, at: datetime
) -> Applied:
    # The account is the document that was shown; nobody can sign in to it.
    account = sign_in(channel=CHANNEL, subject=f"{said.id_type}:{said.id_number}", claims=Claims(), at=at)
    made = declaring.declare_before_a_guard(
        account=account, answers=answers, said=said, statement=statement, checkpoint=checkpoint, now=now, at=at
    )
    if made.person is None:
        return Applied("held", None, made.receipt)
    return Applied("declared", made.person, made.receipt, touched=made.touched)
