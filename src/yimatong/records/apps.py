"""The Django app `records`."""

from django.apps import AppConfig


class Records(AppConfig):
    """Everything that is recorded about people and places."""

    name = "yimatong.records"
    label = "records"
    verbose_name = "记录"
