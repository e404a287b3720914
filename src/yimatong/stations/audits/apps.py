"""The Django app `audits`."""

from django.apps import AppConfig


class Audits(AppConfig):
    """Seals of the audit chain and of what was recorded, and what verifications found."""

    name = "yimatong.stations.audits"
    label = "audits"
    verbose_name = "审计核验"
