"""Looking something up without signing in: a receipt with a code to the phone on record, or a message from that phone.

A name with an ID number is no key here and opens nothing, whoever sends it, however often.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from yimatong.core.credential import masked
from yimatong.core.text import COMMA, DEFAULT, SEMICOLON, Text, message_in
from yimatong.records import calendar, identity
from yimatong.records.models import Person
from yimatong.records.refusals import Refused
from yimatong.stations.declarations.actions import codes, limits, messages
from yimatong.stations.declarations.actions.declaring import receipt_key
from yimatong.stations.declarations.actions.limits import Source
from yimatong.stations.declarations.actions.signing_in import refused_answer
from yimatong.stations.declarations.checks import plain_phone
from yimatong.stations.declarations.errors import refused
from yimatong.stations.declarations.models import Declaration, OneTimeCode
from yimatong.stations.declarations.wording import in_every_language, signature, telling

MOST_PEOPLE = 8
WRONG = "wrong-receipt"
UNTIL = message_in("before an instant", "until")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a message says of one person: the colour's word, and until when (None: no end)."""

    colour: Text
    until: datetime | None


def ask_for_receipt_code(*, receipt: str, source: Source, at: datetime) -> Refused | None:
    """Send a code to the phone on record of a receipt. Nobody is told whether there is such a receipt."""
    target = receipt_key(receipt)
    if (no := limits.spend(what="ask", source=source, target=target, at=at)) is not None:
        return no
    found = Declaration.objects.select_related("person").filter(receipt_key=target).first()
    phone = _phone_of(found) if found is not None else ""
    if phone:
        codes.issue(use=OneTimeCode.Use.RECEIPT, target=target, phone=phone, at=at)
    return None


def open_by_receipt(*, receipt: str, code: str, source: Source, at: datetime) -> Declaration | Refused:
    """The declaration of a receipt, to whoever has the code that went to the phone on record."""
    target = receipt_key(receipt)
    if (no := refused_answer(source, target, at, WRONG)) is not None:
        return no
    if codes.redeem(use=OneTimeCode.Use.RECEIPT, target=target, code=code, at=at) is None:
        limits.spend(what=WRONG, source=source, at=at)
        return refused("code-wrong")
    return Declaration.objects.select_related("person").get(receipt_key=target)


def sms_answer(*, phone: str, says: Callable[[int], Answer], source: Source, at: datetime) -> Refused | None:
    """Answer a message with the colours of the people whose phone on record it came from, to that phone and no other.

    `says` is the edge's: a colour comes from a later station.
    """
    plain = plain_phone(phone)
    key = identity.phone_key(plain)
    if (no := limits.spend(what="sms", source=source, target=key, at=at)) is not None:
        return no
    people = list(Person.objects.filter(phone_key=key).order_by("number")[:MOST_PEOPLE]) if plain else []
    if not people:
        return refused("sms-number-unknown")
    lines = [_line(person, says(person.number)) for person in people]
    messages.post(
        kind="answer", phone=plain, text=signature(telling().sender) + SEMICOLON.of(DEFAULT).join(lines), at=at
    )
    return None


def _line(person: Person, told: Answer) -> str:
    said = f"{masked(person.name)} {in_every_language(told.colour)}"
    if told.until is None:
        return said
    return f"{said}{COMMA.of(DEFAULT)}{in_every_language(UNTIL)} {calendar.local(told.until):%Y-%m-%d %H:%M}"


def _phone_of(declaration: Declaration) -> str:
    """The phone on record: the person's; while a declaration is held, the one that its account has proved."""
    holder = declaration.person or declaration.account
    if holder is None or holder.phone_sealed is None:
        return ""
    return identity.unseal(holder.phone_sealed, "phone", holder.number if isinstance(holder, Person) else None)
