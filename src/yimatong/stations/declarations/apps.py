"""The Django app `declarations`."""

from django.apps import AppConfig


class Declarations(AppConfig):
    """Channels, accounts, declarations and what belongs to them."""

    name = "yimatong.stations.declarations"
    label = "declarations"
    verbose_name = "申报"
