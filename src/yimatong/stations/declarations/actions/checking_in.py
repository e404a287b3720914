"""The daily check-in: how somebody is today. A fever said here acts at once, like one that was declared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from yimatong.core.facts import Kind
from yimatong.records import calendar, identity
from yimatong.records.actions import audit
from yimatong.records.actions.officials import the_system
from yimatong.records.jobs import leaving_out
from yimatong.records.models import Person
from yimatong.stations.declarations import form, queries, reaching, wording
from yimatong.stations.declarations.actions import effects, messages
from yimatong.stations.declarations.errors import mistake
from yimatong.stations.declarations.models import Account, CheckIn, Message

DAY = timedelta(hours=20)
"""Less than a day, so that an hour's delay yesterday does not cost today's reminder."""


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """A check-in; `touched` when a colour may change by it."""

    check_in: CheckIn
    touched: bool


@transaction.atomic
def check_in(*, account: Account, person: int, symptoms: Sequence[str], now: datetime, at: datetime) -> CheckedIn:
    """Say how somebody of the account's people is. The first one of a day is a declaration of that day (some policies
    count them); what a second one adds, counts from now; symptoms that are gone end."""
    if person not in {one.person for one in queries.people_of(account)}:
        raise mistake("person-not-yours")
    if not set(symptoms) <= set(form.SYMPTOMS):
        raise mistake("symptom-unknown")
    Person.objects.select_for_update().get(pk=person)
    today = calendar.day(now)
    first = not CheckIn.objects.filter(person_id=person, day=today).exists()
    made = CheckIn.objects.create(person_id=person, account=account, day=today, at=now, well=not symptoms)
    pen = effects.Pen(the_system(), person, None, f"check-in:{account.channel.slug}", calendar.minute(now), at)
    before = effects.own_symptoms(person)
    if first:
        pen.fact(Kind.DECLARATION, "self", pen.now)
    effects.symptoms(pen, symptoms, None)
    audit.record(by=the_system(), action="check_in.take", subject=f"check_in/{made.pk}", details={"person": person})
    return CheckedIn(made, touched=first or before != set(symptoms))


@transaction.atomic
def remind(*, people: Iterable[int], now: datetime, at: datetime) -> int:
    """Remind those of these people who have declared and not checked in on this day of the city; how many texts. One a phone and day."""
    today = calendar.day(now)
    said = CheckIn.objects.filter(day=today).values("person_id")
    asked = Person.objects.filter(pk__in=list(people), phone_sealed__isnull=False, declarations__replaced_by=None)
    reminded = Message.objects.filter(kind=Message.Kind.REMINDER, made_at__gt=at - DAY).values("phone_key")
    found = (
        asked.filter(declarations__isnull=False)
        .exclude(pk__in=said)
        .exclude(phone_key__in=reminded)
        .values_list("phone_key", "number", "phone_sealed")
    )
    phones = {key: (number, sealed) for key, number, sealed in found if sealed is not None}
    wrong = reaching.wrong_numbers(person for person, _sealed in phones.values())
    with leaving_out("reminders") as tally:
        for person, sealed in phones.values():
            if person in wrong:
                continue
            with tally.each(person), transaction.atomic():
                messages.post(
                    kind="reminder",
                    phone=identity.unseal(sealed, "phone", person),
                    text=wording.text("reminder"),
                    at=at,
                )
    return tally.done
