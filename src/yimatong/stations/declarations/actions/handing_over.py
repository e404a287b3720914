"""A channel hands a user over: begun with a nonce of ours, taken once, collected once by the browser that began it."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from yimatong.records import identity
from yimatong.records.refusals import Refused
from yimatong.stations.declarations.errors import refused
from yimatong.stations.declarations.models import Account, Channel, HandOver

LASTS = timedelta(minutes=10)
KEPT = timedelta(hours=1)


def begin(*, channel: Channel, at: datetime) -> str:
    """The nonce of a new sign-in through this channel, good for ten minutes and once."""
    nonce = secrets.token_urlsafe(24)
    HandOver.objects.filter(ends_at__lt=at - KEPT).delete()
    HandOver.objects.create(channel=channel, nonce_key=_nonce(nonce), began_at=at, ends_at=at + LASTS)
    return nonce


def take(*, channel: Channel, nonce: str, jti: str, at: datetime) -> Refused | None:
    """Count a nonce and what carried it back; `hand-over-unknown` or `hand-over-repeated` where either is not good (any more)."""
    key = identity.keyed(f"jti:{channel.slug}:", jti) if jti else None
    try:
        with transaction.atomic():
            taken = HandOver.objects.filter(
                channel=channel, nonce_key=_nonce(nonce), taken_at=None, began_at__lte=at, ends_at__gte=at
            ).update(taken_at=at, jti_key=key)
    except IntegrityError:
        return refused("hand-over-repeated")
    if taken:
        return None
    seen = Q(channel=channel) & (Q(nonce_key=_nonce(nonce)) | Q(jti_key=key, jti_key__isnull=False))
    return refused("hand-over-repeated" if HandOver.objects.filter(seen).exists() else "hand-over-unknown")


def name(*, nonce: str, account: Account) -> None:
    """Keep whom a hand-over that was taken named, for the browser that began it."""
    HandOver.objects.filter(nonce_key=_nonce(nonce), taken_at__isnull=False, account=None).update(account=account)


def collect(*, nonce: str, at: datetime) -> Account | None:
    """The account that the channel named for this nonce, once, within its time."""
    waiting = HandOver.objects.filter(nonce_key=_nonce(nonce), account__isnull=False, ends_at__gte=at)
    if not waiting.filter(collected_at=None).update(collected_at=at):
        return None
    found = HandOver.objects.select_related("account").get(nonce_key=_nonce(nonce))
    return found.account


def _nonce(nonce: str) -> UUID:
    return identity.keyed("nonce:", nonce)
