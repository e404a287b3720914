"""What people were told is kept as long as the policy says, and then deleted: rows, reads, closed tasks, sent texts."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yimatong.stations.declarations.actions import messages
from yimatong.stations.declarations.wording import telling
from yimatong.stations.notifications.models import (
    LookedThrough,
    Notification,
    NotificationRead,
    Outreach,
    OutreachAttempt,
)

MOST = 10_000


def forget(*, at: datetime) -> int:
    """Delete what is older than the policy keeps it, at a real instant; how many rows. An open task is kept however old."""
    before, gone = at - telling().keep, 0
    while numbers := list(Notification.objects.filter(made_at__lt=before).values_list("pk", flat=True)[:MOST]):
        with transaction.atomic():
            NotificationRead.objects.filter(notification__in=numbers).delete()
            gone += Notification.objects.filter(pk__in=numbers).delete()[0]
    over = Outreach.objects.filter(closed_at__isnull=False, recorded_at__lt=before)
    while numbers := list(over.values_list("pk", flat=True)[:MOST]):
        with transaction.atomic():
            OutreachAttempt.objects.filter(outreach__in=numbers).delete()
            gone += Outreach.objects.filter(pk__in=numbers).delete()[0]
    gone += messages.forget(before=before)
    LookedThrough.objects.filter(at__lt=before).delete()
    return gone
