"""How somebody can be reached: whether the phone on record is theirs, which channel takes service messages, how the providers do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from yimatong.stations.declarations.models import Account, Channel, Message, Provider, WrongNumber

LONG = timedelta(minutes=3)
"""A provider that fails for so long, with texts waiting, is something to be looked at."""
CHANNEL = "channel:"


def wrong_number(person: int) -> bool:
    """Whether the owner of somebody's phone on record said that they are not this person, and nobody proved otherwise since."""
    return bool(wrong_numbers([person]))


def wrong_numbers(people: Iterable[int]) -> frozenset[int]:
    """Those of many people whose phone on record is not theirs."""
    found = _standing().filter(person__in=list(people), phone_key=F("person__phone_key"))
    return frozenset(found.values_list("person_id", flat=True))


def wrong_phones(keys: Iterable[UUID]) -> frozenset[UUID]:
    """Those of many phones whose owner said so, and which no account at all has proved since."""
    asked = list(keys)
    if not asked:
        return frozenset()
    proved = Account.objects.filter(phone_key=OuterRef("phone_key"), signed_in_at__gt=OuterRef("said_at"))
    found = WrongNumber.objects.filter(~Exists(proved), phone_key__in=asked)
    return frozenset(found.values_list("phone_key", flat=True))


def _standing() -> QuerySet[WrongNumber]:
    """Marks that the person has not ended by proving the phone afterwards."""
    proved = Account.objects.filter(
        person=OuterRef("person"), phone_key=OuterRef("phone_key"), signed_in_at__gt=OuterRef("said_at")
    )
    return WrongNumber.objects.filter(~Exists(proved))


def offers(channel: Channel) -> bool:
    """Whether a channel takes service messages now."""
    return channel.enabled and bool(channel.messages_url)


def provider_of(channel: Channel) -> str:
    """The name by which a channel stands among the providers."""
    return f"{CHANNEL}{channel.slug}"


def accounts_for_messages(people: Iterable[int]) -> dict[int, Account]:
    """The account of each person to which a service message can go: of channels that take them, the one that signed in last."""
    found = (
        Account.objects.filter(~Q(channel__messages_url=""), person__in=list(people), channel__enabled=True)
        .select_related("channel")
        .order_by("person_id", "-signed_in_at", "-id")
        .distinct("person_id")
    )
    return {account.person_id: account for account in found if account.person_id is not None}


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many messages wait (counted up to MOST), since when the oldest, which providers fail, and those that fail for long."""

    count: int
    since: datetime | None
    failing: tuple[str, ...]
    long: tuple[str, ...]

    @property
    def too_long(self) -> bool:
        """Whether a provider fails for some minutes and messages wait as long."""
        return bool(self.long) and self.since is not None


MOST = 10_000


def waiting(at: datetime) -> Waiting:
    """How the outbox stands. `since` is of the messages of failing providers' ways that wait longer than LONG, if there are any."""
    open_ = Message.objects.filter(state__in=[Message.State.WAITING, Message.State.SENDING])
    failing = dict(Provider.objects.filter(failing_since__isnull=False).values_list("name", "failing_since"))
    long = tuple(sorted(name for name, since in failing.items() if since is not None and since < at - LONG))
    since = None
    if long:
        # What another provider takes in its place does not wait.
        stuck = Q(provider__in=long)
        if any(not name.startswith(CHANNEL) for name in long):
            stuck |= Q(way=Message.Way.TEXT)
        since = open_.filter(stuck, made_at__lt=at - LONG).order_by("id").values_list("made_at", flat=True).first()
    return Waiting(open_[:MOST].count(), since, tuple(sorted(failing)), long)
