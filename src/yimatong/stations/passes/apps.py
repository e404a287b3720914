"""The Django app `passes`."""

from django.apps import AppConfig


class Passes(AppConfig):
    """Bindings of phones, credentials, strips of passes, keys, trust and recall lists."""

    name = "yimatong.stations.passes"
    label = "passes"
    verbose_name = "通行码"
