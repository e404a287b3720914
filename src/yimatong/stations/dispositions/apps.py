"""The Django app `dispositions`."""

from django.apps import AppConfig


class Dispositions(AppConfig):
    """Hand-overs of people from a checkpoint to the health department or the township."""

    name = "yimatong.stations.dispositions"
    label = "dispositions"
    verbose_name = "处置"
