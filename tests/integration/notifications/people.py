"""People with and without phones and accounts, and what they were told."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.identities import somebody as recorded
from tests.integration.passes.town import a_document
from yimatong.records import identity
from yimatong.records.models import Person
from yimatong.stations.declarations.models import Account, Channel, Message
from yimatong.stations.notifications.actions import following, routing
from yimatong.stations.notifications.models import Notification

NOON = datetime(2020, 2, 20, 4, 0, tzinfo=UTC)
NIGHT = datetime(2020, 2, 20, 15, 0, tzinfo=UTC)
"""12:00 and 23:00 in Ningbo."""
STREET = 330203001


def somebody(number: int, *, phone: str = "") -> Person:
    return recorded(name="王小明", id_type="resident", document=a_document(number), phone=phone, division=STREET)


def account(person: Person | None, subject: str, *, phone: str = "") -> Account:
    return Account.objects.create(
        channel=Channel.objects.get(slug="browser"), subject_key=identity.keyed("subject:test:", subject),
        subject_sealed=identity.seal(subject, "subject"), person=person, **a_phone(phone),
    )  # fmt: skip


def a_phone(number: str) -> dict[str, object]:
    if not number:
        return {}
    return {"phone_key": identity.phone_key(number), "phone_sealed": identity.seal(number, "phone")}


def told(person: Person) -> list[str]:
    return list(Notification.objects.filter(person=person).order_by("id").values_list("kind", flat=True))


def texts() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for message in Message.objects.filter(kind="told").order_by("id"):
        number = identity.unseal(message.phone_sealed, "phone")
        found.setdefault(number, []).append(identity.unseal(message.text_sealed, "message"))
    return found


def follow(now: datetime = NOON) -> None:
    following.follow_runs(now=now)
    while routing.route(now=now):
        pass
