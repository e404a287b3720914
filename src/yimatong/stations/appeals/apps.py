"""The Django app `appeals`."""

from django.apps import AppConfig


class Appeals(AppConfig):
    """Disputes of facts."""

    name = "yimatong.stations.appeals"
    label = "appeals"
    verbose_name = "申诉"
