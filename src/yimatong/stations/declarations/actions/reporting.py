"""What a gateway reports of a text that it took: whether it reached the phone."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from yimatong.stations.declarations.actions import providers
from yimatong.stations.declarations.models import Message

NOT_ARRIVED = "not-arrived"
LATE = timedelta(minutes=5)
"""A text that reached a phone later than that was slow."""
LESS = 10
"""What a report takes from a preference: a wrong number is not the gateway's fault, many are."""


@transaction.atomic
def report(*, reference: UUID, arrived: bool, at: datetime) -> bool:
    """Note that a text reached its phone, or did not; False where nothing changed. The first report counts.

    What did not arrive is failed, so that what it carries can be told another way. A text given up in doubt that did arrive was sent.
    """
    found = Message.objects.select_for_update().filter(reference=reference, way=Message.Way.TEXT).first()
    if found is None or found.reported_at is not None or found.state == Message.State.WAITING:
        return False
    found.state = Message.State.SENT if arrived else Message.State.FAILED
    found.error = "" if arrived else NOT_ARRIVED
    found.phone_sealed = found.text_sealed = None
    found.reported_at = at
    since = found.sent_at or at
    found.sent_at = since if arrived else found.sent_at
    found.save(update_fields=["state", "error", "phone_sealed", "text_sealed", "reported_at", "sent_at"])
    if not arrived or at - since > LATE:
        providers.fall(found.provider, at, by=LESS)
    return True
