"""By text: "this is not me". Whoever has the phone is no longer told anything that the city sends by itself.

The number of a text can be forged on its way to the gateway. Then somebody is told less, never more: their page says the same as before,
the owner of the phone gets the confirmation, and signing in with the phone ends the mark.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime

from django.db import transaction

from yimatong.records import identity
from yimatong.records.actions import audit
from yimatong.records.actions.officials import the_system
from yimatong.records.models import Person
from yimatong.records.refusals import Refused
from yimatong.stations.declarations import reaching, wording
from yimatong.stations.declarations.actions import limits, messages
from yimatong.stations.declarations.actions.limits import Source
from yimatong.stations.declarations.actions.messages import BY_ITSELF, WRONG_NUMBER
from yimatong.stations.declarations.checks import plain_phone
from yimatong.stations.declarations.errors import refused
from yimatong.stations.declarations.models import Message, WrongNumber

WORDS = frozenset({
    "不是本人", "非本人", "我不是本人", "不是我", "号码错误", "发错了", "退订", "td", "t", "n", "no", "stop", "notme", "thisisnotme",
    "wrongnumber", "unsubscribe",
})  # fmt: skip
"""What "this is not me" is said with, as normalised() leaves it; the shortest are what carriers have people answer."""
OPEN = (Message.State.WAITING, Message.State.SENDING)


def normalised(text: str) -> str:
    """A text without case, full width, blanks and punctuation."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in plain if sign.isalnum())


def says_not_me(text: str) -> bool:
    """Whether a text says "this is not me" and nothing else."""
    return normalised(text) in WORDS


def not_me(*, phone: str, at: datetime) -> Refused | None:
    """Note that a phone is nobody's who has it on record, and give up what waits for it; confirmed to that phone, once."""
    plain = plain_phone(phone)
    key = identity.phone_key(plain)
    if (no := limits.spend(what="sms", source=Source(), target=key, at=at)) is not None:
        return no
    with transaction.atomic():
        people = list(Person.objects.filter(phone_key=key).values_list("number", flat=True)) if plain else []
        new = sorted(set(people) - reaching.wrong_numbers(people))
        if not people:
            return refused("sms-number-unknown")
        if new:
            WrongNumber.objects.bulk_create(
                [WrongNumber(person_id=person, phone_key=key, said_at=at) for person in new],
                update_conflicts=True, unique_fields=["person", "phone_key"], update_fields=["said_at"],
            )  # fmt: skip
            waiting = Message.objects.filter(phone_key=key, kind__in=BY_ITSELF, state__in=OPEN)
            waiting.update(state=Message.State.FAILED, error=WRONG_NUMBER, phone_sealed=None, text_sealed=None)
            messages.post(kind="answer", phone=plain, text=wording.text("not_me"), at=at)
            audit.record(by=the_system(), action="number.not_me", subject="wrong_numbers", details={"people": new})
    return None
