"""The Django app `notifications`."""

from django.apps import AppConfig


class Notifications(AppConfig):
    """What people are told, by which way, and who must be told in person."""

    name = "yimatong.stations.notifications"
    label = "notifications"
    verbose_name = "告知"
