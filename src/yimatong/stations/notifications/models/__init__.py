"""The tables of what people are told. Writes live in actions/, reads worth a name in queries.py."""

from yimatong.stations.notifications.models.notifications import Notification, NotificationRead
from yimatong.stations.notifications.models.outreach import Outreach, OutreachAttempt
from yimatong.stations.notifications.models.progress import LookedThrough, ToldUpTo

__all__ = ["LookedThrough", "Notification", "NotificationRead", "Outreach", "OutreachAttempt", "ToldUpTo"]
