"""The Django app `judgements`."""

from django.apps import AppConfig


class Judgements(AppConfig):
    """Runs, verdicts and their reasons."""

    name = "yimatong.stations.judgements"
    label = "judgements"
    verbose_name = "研判"
