"""The Django app `checkpoints`."""

from django.apps import AppConfig


class Checkpoints(AppConfig):
    """Checkpoints, their scanners, and what scanners recorded."""

    name = "yimatong.stations.checkpoints"
    label = "checkpoints"
    verbose_name = "卡点"
