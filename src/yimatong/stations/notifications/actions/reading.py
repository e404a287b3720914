"""Putting notifications aside."""

from __future__ import annotations

from yimatong.stations.declarations.models import Account
from yimatong.stations.notifications import queries
from yimatong.stations.notifications.errors import mistake
from yimatong.stations.notifications.models import NotificationRead


def put_aside(*, account: Account, notification: int) -> None:
    """Take one from the top of the account's page; it stays in the list. `notification-unknown` where it is not theirs."""
    if notification not in {one.notification.pk for one in queries.inbox(account)}:
        raise mistake("notification-unknown")
    NotificationRead.objects.get_or_create(notification_id=notification, account=account)
