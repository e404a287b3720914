"""The Django app `issuing`."""

from django.apps import AppConfig


class Issuing(AppConfig):
    """Issuing points, paper passes, the register, collection tasks, cases of fraud, rosters, slots."""

    name = "yimatong.stations.issuing"
    label = "issuing"
    verbose_name = "发证"
